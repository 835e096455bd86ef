#include "ebb/ops/gather_rows.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("gather_rows: rows by number", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const auto numbers = [](const std::vector<std::int32_t>& v) { return tensor<std::int32_t, D>(v); };
  const X x = tensor<T, D>({0, 1, 10, 11, 20, 21}, {3, 2, 1});
  const X y = gather_rows(x, numbers({2, 0, 2}));
  CHECK(y.shape() == Shape{3, 2, 1});
  CHECK(values(y) == std::vector<T>{20, 21, 0, 1, 20, 21});
  CHECK(gather_rows(x, numbers({})).shape() == Shape{0, 2, 1});
  CHECK(gather_rows(X({2, 0}), numbers({1})).shape() == Shape{1, 0});
  CHECK(values(gather_rows(tensor<T, D>({5, 6}), numbers({1}))) == std::vector<T>{6});

  CHECK(error([&] {
          (void)gather_rows(x, numbers({0, 3}));
        }) == "[gather_rows] number 3 at position 1 is not in [0, 3)");
  CHECK(error([&] {
          (void)gather_rows(x, numbers({-1}));
        }).starts_with("[gather_rows] number -1 at position 0"));
  CHECK(error([&] {
          (void)gather_rows(x, Tensor<std::int32_t, D>({1, 1}));
        }) == "[gather_rows] the row numbers have shape (1, 1), not (N,)");
  CHECK(error([&] { (void)gather_rows(X(Shape{}), numbers({})); }).starts_with("[gather_rows] the input"));
}

TEST_CASE_TEMPLATE("gather_rows: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const auto& rows : {std::vector<std::int32_t>{2, 0, 2}, {}, {1}, {0, 0, 0, 0}}) {
    const auto numbers = tensor<std::int32_t, D>(rows);
    CHECK(gradcheck([&](const X& x) { return gather_rows(x, numbers); }, uniform<X>({3, 2}, -1, 1)).passed);
  }
}

}  // namespace ebb::test
