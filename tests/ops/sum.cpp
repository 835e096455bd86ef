#include "ebb/ops/sum.hpp"

#include <doctest/doctest.h>

#include "reductions.hpp"
#include "threads.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("sum: the formula", X, EBB_TEST_TYPES) {
  check_reduction<X>(
      "sum", [](const X& x, const Axes& axes, const ReduceOptions& o) { return sum(x, axes, o); },
      [](const std::vector<double>& group) {
        long double total = 0;
        for (const double v : group) total += v;
        return static_cast<double>(total);
      },
      0, 1);
  CHECK(sum(X({2, 3})).shape() == Shape{});
  CHECK(sum(X({0, 3})).item() == 0);
  CHECK(values(sum(X({0, 3}), 0)) == values(X({3})));
  CHECK(sum(X({0, 3}), 1).shape() == Shape{0});
  CHECK(error([&] { (void)sum(X()); }) == "[sum] the input is undefined");
}

TEST_CASE_TEMPLATE("sum: the gradient", D, EBB_TEST_DEVICES) {
  check_reduction_gradient<D>(
      [](const auto& x, const Axes& axes, const ReduceOptions& o) { return sum(x, axes, o); });
}

TEST_CASE_TEMPLATE("sum: many elements lose no digits", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x = full<T, typename X::device_type>({1000, 1000}, T(0.1f));
  const double expected = 1e6 * static_cast<double>(T(0.1f));
  check_close(sum(x).item(), expected, 1);
  check_close(values(sum(x, 0))[7], expected / 1000, 1);
  check_close(values(sum(x, 1))[7], expected / 1000, 1);
}

TEST_CASE("sum: the same bits for any number of threads") {
  const auto x = uniform<Tensor<float>>({3, 70001, 5}, -1, 1);
  for (const Axes& axes : {Axes(1), Axes({0, 1, 2}), Axes({0, 2}), Axes(0)}) {
    const auto with_threads = [&](int count) {
      const Threads threads(count);
      return values(sum(x, axes));
    };
    CHECK(with_threads(5) == with_threads(1));
  }
}

TEST_CASE("sum: integers") {
  CHECK(values(sum(tensor<std::int32_t>({1, 2, 3, 4}, {2, 2}), 0)) == std::vector<std::int32_t>{4, 6});
}

}  // namespace ebb::test
