#include "ebb/ops/argmin.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("argmin: the formula", X, EBB_TEST_TYPES) {
  for (const Shape& shape :
       {Shape{5}, Shape{1}, Shape{4, 7}, Shape{2, 3, 4}, Shape{3, 5000, 2}, Shape{2, 1, 300}}) {
    const X x = uniform<X>(shape, -1, 1);
    const auto in = values(x);
    for (Index axis = -shape.rank(); axis < shape.rank(); ++axis) {
      CAPTURE(shape);
      CAPTURE(axis);
      const Index along = axis < 0 ? axis + shape.rank() : axis;
      const auto y = argmin(x, axis);
      CHECK(y.size() * shape[along] == x.size());
      const auto found = values(y);
      const Index inner = shape.size_between(along + 1, shape.rank());
      for (std::size_t i = 0; i < found.size(); ++i) {
        const Index row = static_cast<Index>(i) / inner, column = static_cast<Index>(i) % inner;
        const auto at = [&](Index c) {
          return in[static_cast<std::size_t>((row * shape[along] + c) * inner + column)];
        };
        Index best = 0;
        for (Index c = 1; c < shape[along]; ++c)
          if (at(c) < at(best)) best = c;
        if (found[i] != best) FAIL_CHECK("result ", i, " is ", found[i], ", expected ", best);
      }
    }
  }
}

TEST_CASE_TEMPLATE("argmin: rows longer than what is searched at once", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T nan = std::numeric_limits<T>::quiet_NaN(), inf = std::numeric_limits<T>::infinity();
  const Shape shape{4, 40001};
  auto in = values(uniform<X>(shape, -1, 1));
  const auto at = [&](Index row, Index c) -> T& { return in[static_cast<std::size_t>(row * shape[1] + c)]; };
  at(0, 20000) = at(0, 20001) = at(0, 35000) = -2;
  at(1, 3) = at(1, 40000) = -inf;
  at(2, 3) = -inf;
  at(2, 39000) = nan;
  at(3, 17000) = at(3, 39000) = nan;
  CHECK(values(argmin(tensor<T, D>(in, shape), 1)) == std::vector<std::int32_t>{20000, 3, 39000, 17000});
}

TEST_CASE_TEMPLATE("argmin: ties, NaN, nothing", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T nan = std::numeric_limits<T>::quiet_NaN(), inf = std::numeric_limits<T>::infinity();
  const auto of = [](const std::vector<T>& v) { return argmin(tensor<T, D>(v), 0).item(); };
  CHECK(of({3, 1, 1, 2}) == 1);
  CHECK(of({inf, inf}) == 0);
  CHECK(of({1, nan, -inf, nan}) == 1);
  CHECK(argmin(X({0, 3}), 1).shape() == Shape{0});
  CHECK(argmin(X({2, 3}), 0).shape() == Shape{3});
  CHECK(error([] { (void)argmin(X({0, 3}), 0); }) == "[argmin] axis 0 of (0, 3) is empty");
  CHECK(error([] { (void)argmin(X({2, 3}), 2); }) == "[argmin] axis 2 does not exist in (2, 3)");
  CHECK(error([] { (void)argmin(X(), 0); }) == "[argmin] the input is undefined");
}

}  // namespace ebb::test
