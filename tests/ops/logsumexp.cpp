#include "ebb/ops/logsumexp.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "reductions.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("logsumexp: the formula", X, EBB_TEST_TYPES) {
  check_reduction<X>(
      "logsumexp", [](const X& x, const Axes& axes, const ReduceOptions& o) { return logsumexp(x, axes, o); },
      [](const std::vector<double>& group) {
        double total = 0;
        for (const double v : group) total += std::exp(v);
        return std::log(total);
      },
      -3, 3);
  CHECK(error([] { (void)logsumexp(X(), 0); }) == "[logsumexp] the input is undefined");
}

TEST_CASE_TEMPLATE("logsumexp: the gradient", D, EBB_TEST_DEVICES) {
  check_reduction_gradient<D>(
      [](const auto& x, const Axes& axes, const ReduceOptions& o) { return logsumexp(x, axes, o); });
}

TEST_CASE_TEMPLATE("logsumexp: extreme values", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const auto of = [](const std::vector<T>& v) { return logsumexp(tensor<T, D>(v), 0).item(); };
  CHECK(of({1e4, -1e4}) == T(1e4));
  CHECK(of({-inf, 2}) == 2);
  CHECK(of({-inf, -inf}) == -inf);
  CHECK(of({inf, 1}) == inf);
  CHECK(std::isnan(of({1, nan})));
  CHECK(of({}) == -inf);

  const X x = tensor<T, D>({-inf, -inf}).requires_grad();
  logsumexp(x, 0).backward();
  CHECK(values(x.grad()) == std::vector<T>{0, 0});
}

}  // namespace ebb::test
