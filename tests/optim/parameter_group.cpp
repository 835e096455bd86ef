#include "ebb/optim/parameter_group.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/core/copy_state.hpp"
#include "ebb/optim/adamw.hpp"
#include "ebb/optim/sgd.hpp"
#include "optim/adam_path.hpp"

using ebb::optim::ParameterGroups;
using ebb::test::error;
using ebb::test::set_gradient;
using ebb::test::values;

namespace {

// What one step leaves of a parameter that is 1, in a group of its own.
template <class O, class Options>
double after_a_step(const Options& options, double learning_rate, double weight_decay) {
  const auto w = ebb::ones<double>({1}).requires_grad();
  O optimizer(ParameterGroups<double>{{{w}, learning_rate, weight_decay}}, options);
  set_gradient(w, 0.5);
  optimizer.step();
  return w(0);
}

}  // namespace

TEST_CASE("parameter groups: factors of the learning rate and the weight decay") {
  using ebb::optim::Adam;
  using ebb::optim::AdamW;
  using ebb::optim::SGD;
  CHECK(after_a_step<SGD<double>>(ebb::optim::SGDOptions{.learning_rate = 0.1, .weight_decay = 0.2}, 2, 3) ==
        doctest::Approx(1 - 0.2 * (0.5 + 0.6)));
  CHECK(after_a_step<SGD<double>>(ebb::optim::SGDOptions{.learning_rate = 0.1, .weight_decay = 0.2}, 1, 0) ==
        doctest::Approx(1 - 0.1 * 0.5));
  // Adam's first step is the learning rate.
  CHECK(after_a_step<Adam<double>>(ebb::optim::AdamOptions{.learning_rate = 0.1}, 0.5, 1) ==
        doctest::Approx(0.95));
  const ebb::optim::AdamWOptions decays{.learning_rate = 0.1, .weight_decay = 0.2};
  CHECK(after_a_step<AdamW<double>>(decays, 2, 3) == doctest::Approx(1 * (1 - 0.2 * 0.6) - 0.2));
  CHECK(after_a_step<AdamW<double>>(decays, 0, 1) == 1);
}

TEST_CASE("parameter groups: a new learning rate reaches all of them, and the state has it") {
  const auto a = ebb::ones<double>({1}).requires_grad(), b = ebb::ones<double>({1}).requires_grad();
  ebb::optim::SGD<double> sgd({{.parameters = {a}}, {.parameters = {b}, .learning_rate = 0.1}},
                              {.learning_rate = 5});
  sgd.set_learning_rate(1);
  for (const auto& w : {a, b}) set_gradient(w, 0.5);
  sgd.step();
  CHECK(a(0) == 0.5);
  CHECK(b(0) == doctest::Approx(0.95));
  ebb::optim::SGD<double> other({a, b});
  copy_state(sgd.state(), other.state());
  CHECK(other.learning_rate() == 1);
}

TEST_CASE("parameter groups: no decay for vectors") {
  const auto bias = ebb::ones<float>({3}).requires_grad(), weight = ebb::ones<float>({3, 2}).requires_grad();
  const auto groups = ebb::optim::no_decay_for_vectors(std::vector{bias, weight});
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].parameters.at(0).shape() == ebb::Shape{3, 2});
  CHECK(groups[0].weight_decay == 1);
  CHECK(groups[1].parameters.at(0).shape() == ebb::Shape{3});
  CHECK(groups[1].weight_decay == 0);
}

TEST_CASE("parameter groups: errors") {
  const auto w = ebb::ones<float>({1}).requires_grad();
  using SGD = ebb::optim::SGD<float>;
  CHECK(error([&] {
          SGD(ParameterGroups<float>{{{w}, -1, 1}});
        }) ==
        "[optimizer] the factors of a group, -1 of the learning rate and 1 of the weight decay, must be at "
        "least 0");
  CHECK(error([&] { SGD(ParameterGroups<float>{{{}}}); }) == "[optimizer] there are no parameters");
}
