#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/ops/clone.hpp"
#include "ebb/optim/adam.hpp"
#include "ebb/optim/adamw.hpp"
#include "ebb/optim/rmsprop.hpp"
#include "ebb/optim/sgd.hpp"
#include "golden/golden.hpp"

namespace {

using ebb::Tensor;
using ebb::test::Golden;

template <class T, class Optimizer, class Options>
void check(const Golden& golden, const std::string& name, const Options& options) {
  std::vector<Tensor<T>> parameters;
  for (int p = 0; p < 3; ++p)
    parameters.push_back(golden.get<T>("start." + std::to_string(p)).clone().requires_grad());
  Optimizer optimizer(parameters, options);
  for (int step = 0; step < 10; ++step) {
    const std::string number = '.' + std::to_string(step) + '.';
    optimizer.zero_grad();
    for (std::size_t p = 0; p < 3; ++p)
      parameters[p].backward(golden.get<T>("gradient" + number + std::to_string(p)));
    optimizer.step();
    for (std::size_t p = 0; p < 3; ++p) golden.check(parameters[p], name + number + std::to_string(p));
  }
}

}  // namespace

// Gradients are given; their sizes go from 1e-6 to 64.
TEST_CASE_TEMPLATE("parameters after each of ten steps are PyTorch's", T, float, double) {
  const Golden golden("optimizers");
  using SGD = ebb::optim::SGD<T>;
  using ebb::optim::SGDOptions;
  check<T, SGD>(golden, "sgd", SGDOptions{.learning_rate = 0.1});
  check<T, SGD>(golden, "sgd_weight_decay", SGDOptions{.learning_rate = 0.1, .weight_decay = 0.01});
  check<T, SGD>(golden, "sgd_momentum", SGDOptions{.learning_rate = 0.1, .momentum = 0.9});
  check<T, SGD>(golden, "sgd_momentum_weight_decay",
                SGDOptions{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01});
  check<T, SGD>(golden, "sgd_nesterov", SGDOptions{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true});
  check<T, SGD>(golden, "sgd_nesterov_weight_decay",
                SGDOptions{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true});
  using Adam = ebb::optim::Adam<T>;
  using ebb::optim::AdamOptions;
  check<T, Adam>(golden, "adam", AdamOptions{.learning_rate = 1e-3, .epsilon = 1e-7});
  check<T, Adam>(golden, "adam_betas",
                 AdamOptions{.learning_rate = 1e-2, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-4});
  check<T, Adam>(golden, "adam_weight_decay",
                 AdamOptions{.learning_rate = 1e-2, .epsilon = 1e-8, .weight_decay = 0.01});
  using AdamW = ebb::optim::AdamW<T>;
  using ebb::optim::AdamWOptions;
  check<T, AdamW>(golden, "adamw",
                  AdamWOptions{.learning_rate = 1e-2, .epsilon = 1e-8, .weight_decay = 0.01});
  check<T, AdamW>(golden, "adamw_no_decay",
                  AdamWOptions{.learning_rate = 1e-2, .epsilon = 1e-7, .weight_decay = 0});
  using RMSprop = ebb::optim::RMSprop<T>;
  using ebb::optim::RMSpropOptions;
  check<T, RMSprop>(golden, "rmsprop", RMSpropOptions{});
  check<T, RMSprop>(
      golden, "rmsprop_weight_decay",
      RMSpropOptions{.learning_rate = 1e-2, .alpha = 0.9, .epsilon = 1e-4, .weight_decay = 0.01});
  check<T, RMSprop>(golden, "rmsprop_momentum", RMSpropOptions{.learning_rate = 1e-3, .momentum = 0.9});
  check<T, RMSprop>(golden, "rmsprop_centered",
                    RMSpropOptions{.learning_rate = 1e-2, .alpha = 0.9, .centered = true});
  check<T, RMSprop>(golden, "rmsprop_all",
                    RMSpropOptions{.learning_rate = 1e-3,
                                   .alpha = 0.8,
                                   .epsilon = 1e-6,
                                   .momentum = 0.5,
                                   .weight_decay = 0.01,
                                   .centered = true});
}
