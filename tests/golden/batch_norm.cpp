#include "ebb/ops/batch_norm.hpp"

#include <string>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "golden/golden.hpp"

// Three training steps from fresh running statistics, then evaluation with what they left.
TEST_CASE_TEMPLATE("batch_norm, its gradients and running statistics are PyTorch's", T, float, double) {
  const ebb::test::Golden golden("batch_norm");
  REQUIRE(golden.cases().size() == 10);
  for (const std::string& name : golden.cases()) {
    const auto gamma = golden.get<T>(name + ".gamma").requires_grad();
    const auto beta = golden.get<T>(name + ".beta").requires_grad();
    const auto options = golden.get<double>(name + ".options");
    auto mean = ebb::zeros<T>(gamma.shape()), variance = ebb::ones<T>(gamma.shape());
    for (int step = 0; step < 4; ++step) {
      const std::string prefix = name + '.' + std::to_string(step);
      const auto x = golden.get<T>(prefix + ".input").requires_grad();
      gamma.zero_grad();
      beta.zero_grad();
      const ebb::Tensor<T> y =
          ebb::batch_norm(x, gamma, beta, mean, variance,
                          {.training = step < 3, .momentum = options(0), .epsilon = options(1)});
      y.backward(golden.get<T>(prefix + ".upstream"));
      golden.check(y, prefix + ".result");
      golden.check(x.grad(), prefix + ".gradient.input");
      golden.check(gamma.grad(), prefix + ".gradient.gamma");
      golden.check(beta.grad(), prefix + ".gradient.beta");
      golden.check(mean, prefix + ".running_mean");
      golden.check(variance, prefix + ".running_variance");
    }
  }
}
