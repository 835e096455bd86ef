#include "ebb/ops/kl_div.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/log.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("kl_div and its reductions", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X q = tensor<T, D>({0.5, 0.5, 0.25, 0.75}, {2, 2}), p = tensor<T, D>({0.25, 0.75, 0, 1}, {2, 2});
  const std::vector<double> each{0.25 * std::log(0.5), 0.75 * std::log(1.5), 0, std::log(1 / 0.75)};
  const double total = each[0] + each[1] + each[3];
  for (const bool log_target : {false, true}) {
    const X target = log_target ? log(p) : p;
    const auto of = [&](Reduction reduction) {
      return kl_div(log(q), target, {.log_target = log_target, .reduction = reduction});
    };
    CHECK(of(Reduction::none).shape() == Shape{2, 2});
    CHECK(difference(of(Reduction::none), each) < tolerance<T>);
    CHECK(difference(of(Reduction::sum), {total}) < tolerance<T>);
    CHECK(difference(of(Reduction::mean), {total / 4}) < tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("kl_div: gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{3, 4}, Shape{1}, Shape{}, Shape{0, 2}}) {
    for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
      if (shape.size() == 0 && reduction == Reduction::mean) continue;
      for (const bool log_target : {false, true}) {
        const auto check = gradcheck(
            [&](const auto& x, const auto& target) {
              return kl_div(x, target, {.log_target = log_target, .reduction = reduction});
            },
            {uniform<Tensor<double, D>>(shape, -2, -1, 1), uniform<Tensor<double, D>>(shape, 0.2, 1, 2)});
        CHECK_MESSAGE(check.passed, check.worst);
      }
    }
  }
}

TEST_CASE_TEMPLATE("kl_div: an impossible event that does not happen costs nothing", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X logq = full<T, D>({1}, -std::numeric_limits<T>::infinity());
  CHECK(kl_div(logq, X({1})).item() == 0);
  CHECK(kl_div(logq, logq, {.log_target = true}).item() == 0);
}

TEST_CASE_TEMPLATE("kl_div: errors", X, EBB_TEST_TYPES) {
  CHECK(error([] {
          (void)kl_div(X({2, 3}), X({2, 1}));
        }) == "[kl_div] input (2, 3) and target (2, 1) must have the same shape");
  CHECK(error([] {
          (void)kl_div(X({0, 3}), X({0, 3}));
        }) == "[kl_div] input (0, 3) is empty: the mean of its losses would be 0 / 0");
  CHECK(error([] { (void)kl_div(X(), X()); }) == "[kl_div] an input is undefined");
}

}  // namespace ebb::test
