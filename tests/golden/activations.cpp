#include <string>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/elu.hpp"
#include "ebb/ops/gelu.hpp"
#include "ebb/ops/leaky_relu.hpp"
#include "ebb/ops/log_softmax.hpp"
#include "ebb/ops/relu.hpp"
#include "ebb/ops/sigmoid.hpp"
#include "ebb/ops/silu.hpp"
#include "ebb/ops/softmax.hpp"
#include "ebb/ops/softplus.hpp"
#include "ebb/ops/tanh.hpp"
#include "golden/golden.hpp"

// The case "special" holds zeros of both signs and arguments where exp overflows.
TEST_CASE_TEMPLATE("activations, softmax and their gradients are PyTorch's", T, float, double) {
  const ebb::test::Golden golden("activations");
  REQUIRE(golden.cases().size() == 2);
  for (const std::string& name : golden.cases()) {
    const auto upstream = golden.get<T>(name + ".upstream");
    const auto check = [&](const std::string& function, auto f) {
      const auto x = golden.get<T>(name + ".input").requires_grad();
      const ebb::Tensor<T> y = f(x);
      y.backward(upstream);
      golden.check_each(y, name + '.' + function + ".result");
      golden.check(x.grad(), name + '.' + function + ".gradient.input");
    };
    check("relu", [](const auto& x) { return ebb::relu(x); });
    check("leaky_relu", [](const auto& x) { return ebb::leaky_relu(x); });
    check("sigmoid", [](const auto& x) { return ebb::sigmoid(x); });
    check("tanh", [](const auto& x) { return ebb::tanh(x); });
    check("gelu", [](const auto& x) { return ebb::gelu(x); });
    check("gelu_tanh", [](const auto& x) { return ebb::gelu(x, ebb::GeluApproximation::tanh); });
    check("silu", [](const auto& x) { return ebb::silu(x); });
    check("elu", [](const auto& x) { return ebb::elu(x); });
    check("elu_alpha", [](const auto& x) { return ebb::elu(x, T(0.5)); });
    check("softplus", [](const auto& x) { return ebb::softplus(x); });
    check("softplus_beta", [](const auto& x) { return ebb::softplus(x, T(2)); });
    for (ebb::Index axis = 0; axis < upstream.rank(); ++axis) {
      check("softmax." + std::to_string(axis), [axis](const auto& x) { return ebb::softmax(x, axis); });
      check("log_softmax." + std::to_string(axis),
            [axis](const auto& x) { return ebb::log_softmax(x, axis); });
    }
  }
}
