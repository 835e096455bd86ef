#include "ebb/ops/index_select.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("index_select: steps of an axis by number", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const auto numbers = [](const std::vector<std::int32_t>& v) { return tensor<std::int32_t, D>(v); };
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(values(index_select(x, 1, numbers({2, 0, 2, 1}))) == std::vector<T>{3, 1, 3, 2, 6, 4, 6, 5});
  CHECK(values(index_select(x, -2, numbers({1}))) == std::vector<T>{4, 5, 6});
  CHECK(index_select(x, 1, numbers({})).shape() == Shape{2, 0});
  CHECK(index_select(X({2, 3, 0}), 1, numbers({1})).shape() == Shape{2, 1, 0});

  CHECK(index_select(X({Index{1} << 50, 3, 0}), 1, numbers({1})).size() == 0);  // at once

  CHECK(error([&] {
          (void)index_select(x, 1, numbers({0, 3}));
        }) == "[index_select] number 3 at position 1 is not in [0, 3)");
  CHECK(error([&] { (void)index_select(x, 2, numbers({0})); }) ==
        "[index_select] axis 2 does not exist in (2, 3)");
  CHECK(error([&] {
          (void)index_select(x, 0, Tensor<std::int32_t, D>({1, 1}));
        }) == "[index_select] the numbers have shape (1, 1), not (N,)");
  CHECK(error([&] { (void)index_select(X(), 0, numbers({0})); }) == "[index_select] the input is undefined");
}

TEST_CASE_TEMPLATE("index_select: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{3, 3, 3}, Shape{3, 3, 0}, Shape{0, 3, 2}, Shape{1, 3, 600}}) {
    for (const auto& rows : {std::vector<std::int32_t>{2, 0, 2}, {}, {1}}) {
      const auto numbers = tensor<std::int32_t, D>(rows);
      CHECK(gradcheck([&](const X& x) { return index_select(x, 1, numbers); }, uniform<X>(shape, -1, 1))
                .passed);
    }
  }
}

}  // namespace ebb::test
