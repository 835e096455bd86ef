#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "ebb/optim/adam.hpp"
#include "ebb/optim/adamw.hpp"
#include "ebb/optim/sgd.hpp"
#include "golden/golden.hpp"

// The gradients are given, of sizes from 1e-6 to 64.
TEST_CASE_TEMPLATE("ten steps of each optimizer lead where PyTorch's lead", T, float, double) {
  const ebb::test::Golden golden("optimizers");
  const auto check = [&]<class Optimizer, class Options>(const std::string& name, const Options& options,
                                                         std::type_identity<Optimizer>) {
    std::vector<ebb::Tensor<T>> parameters;
    for (int p = 0; p < 3; ++p) {
      auto parameter = golden.get<T>("start." + std::to_string(p)) * T(1);
      parameters.push_back(parameter.requires_grad());
    }
    Optimizer optimizer(parameters, options);
    for (int step = 0; step < 10; ++step) {
      const std::string number = '.' + std::to_string(step) + '.';
      optimizer.zero_grad();
      for (std::size_t p = 0; p < 3; ++p)
        parameters[p].backward(golden.get<T>("gradient" + number + std::to_string(p)));
      optimizer.step();
      for (std::size_t p = 0; p < 3; ++p) golden.check(parameters[p], name + number + std::to_string(p));
    }
  };
}
