#include "ebb/optim/sgd.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "compare.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"

namespace {

using ebb::optim::SGD;
using ebb::optim::SGDOptions;

// One parameter under given gradients, by the formulas of the documentation in double.
std::vector<double> expected(double w, const std::vector<double>& gradients, const SGDOptions& o) {
  std::vector<double> path;
  double v = 0;
  for (const double gradient : gradients) {
    const double g = gradient + o.weight_decay * w;
    v = o.momentum * v + g;
    w -= o.learning_rate * (o.nesterov ? g + o.momentum * v : v);
    path.push_back(w);
  }
  return path;
}

// Gives the parameter the gradient `value`.
template <class X>
void set_gradient(const X& parameter, double value) {
  using T = typename X::value_type;
  parameter.zero_grad();
  sum(parameter * static_cast<T>(value)).backward();
}

}  // namespace

TEST_CASE_TEMPLATE("sgd: follows its formulas", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const std::vector<double> gradients{0.5, -1, 2, 0.25};
  for (const SGDOptions& o :
       {SGDOptions{.learning_rate = 0.1},
        {.learning_rate = 0.1, .weight_decay = 0.2},
        {.learning_rate = 0.1, .momentum = 0.9},
        {.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.2, .nesterov = true}}) {
    const X w = ebb::full<T, D>({2, 3}, T(1.5)).requires_grad();
    SGD<T, D> sgd({w}, o);
    std::vector<double> path;
    for (const double gradient : gradients) {
      set_gradient(w, gradient);
      sgd.step();
      path.push_back(static_cast<double>(ebb::test::values(w)[5]));
    }
    const auto reference = expected(1.5, gradients, o);
    for (std::size_t i = 0; i < path.size(); ++i)
      CHECK(std::abs(path[i] - reference[i]) < 4 * ebb::test::tolerance<T>);
  }
}

TEST_CASE("sgd: a parameter without a gradient stays, and so does its velocity") {
  const auto a = ebb::ones<float>({2}).requires_grad(), b = ebb::ones<float>({2}).requires_grad();
  SGD<float> sgd({a, b}, {.learning_rate = 0.5, .momentum = 0.9, .weight_decay = 0.1});
  set_gradient(a, 1);
  sgd.step();
  CHECK(a(0) != 1);
  CHECK(b(0) == 1);
  CHECK(sgd.state().get<float>("1.velocity")(0) == 0);
  sgd.zero_grad();
  CHECK_FALSE(a.has_grad());
  const float before = a(0);
  sgd.step();
  CHECK(a(0) == before);
}

TEST_CASE("sgd: the learning rate can be changed") {
  const auto w = ebb::ones<float>({1}).requires_grad();
  SGD<float> sgd({w}, {.learning_rate = 0.5});
  CHECK(sgd.learning_rate() == 0.5);
  sgd.set_learning_rate(0.25);
  set_gradient(w, 1);
  sgd.step();
  CHECK(w(0) == 0.75f);
  CHECK(sgd.state().size() == 1);  // the learning rate
}

TEST_CASE("sgd: errors") {
  const auto w = ebb::ones<float>({1}).requires_grad();
  const auto error = [&](const SGDOptions& o) { return ebb::test::error([&] { SGD<float>({w}, o); }); };
  CHECK(error({.momentum = -1}) == "[sgd] momentum -1 and weight decay 0 must be at least 0");
  CHECK(error({.nesterov = true}) == "[sgd] Nesterov's form needs a momentum");
  CHECK(error({.learning_rate = -1}) == "[optimizer] the learning rate -1 must be at least 0");
  CHECK(ebb::test::error([] { SGD<float>(std::vector<ebb::Tensor<float>>{}); }) ==
        "[optimizer] there are no parameters");
  CHECK(ebb::test::error([] { SGD<float>({ebb::ones<float>({2})}, {}); }) ==
        "[optimizer] parameter 0 of shape (2,) does not require a gradient");
}
