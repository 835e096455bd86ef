#include "ebb/ops/prod.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "reductions.hpp"
#include "threads.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("prod: the formula", X, EBB_TEST_TYPES) {
  check_reduction<X>(
      "prod", [](const X& x, const Axes& axes, const ReduceOptions& o) { return prod(x, axes, o); },
      [](const std::vector<double>& group) {
        long double product = 1;
        for (const double v : group) product *= v;
        return static_cast<double>(product);
      },
      0.9999, 1.0001);
  CHECK(prod(X({2, 3})).shape() == Shape{});
  CHECK(prod(X({0, 3})).item() == 1);
  CHECK(error([&] { (void)prod(X()); }) == "[prod] the input is undefined");
}

TEST_CASE_TEMPLATE("prod: the gradient", D, EBB_TEST_DEVICES) {
  check_reduction_gradient<D>(
      [](const auto& x, const Axes& axes, const ReduceOptions& o) { return prod(x, axes, o); });
  const auto wide = uniform<Tensor<double, D>>({2, 3, 70}, 0.5, 1.5);
  CHECK(gradcheck([](const auto& x) { return prod(x, 1); }, wide).passed);
}

TEST_CASE_TEMPLATE("prod: the gradient with zeros", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto slopes = [](const std::vector<T>& v) {
    const X x = tensor<T, typename X::device_type>(v).requires_grad();
    prod(x).backward();
    return values(x.grad());
  };
  CHECK(slopes({2, 3, 4}) == std::vector<T>{12, 8, 6});
  CHECK(slopes({2, 0, 4}) == std::vector<T>{0, 8, 0});
  CHECK(slopes({0, 0, 4}) == std::vector<T>{0, 0, 0});
  CHECK(slopes({0}) == std::vector<T>{1});
}

TEST_CASE("prod: integers") {
  CHECK(values(prod(tensor<std::int32_t>({2, -3, 4, 5}, {2, 2}), 1)) == std::vector<std::int32_t>{-6, 20});
}

TEST_CASE_TEMPLATE("prod: the same bits for any number of threads", X, EBB_TEST_TYPES) {
  const X x = uniform<X>({40001}, 0.999, 1.001);
  const auto once = [&](int count) {
    const Threads threads(count);
    return values(prod(x));
  };
  const auto expected = once(1);
  CHECK(once(2) == expected);
  CHECK(once(3) == expected);
}

}  // namespace ebb::test
