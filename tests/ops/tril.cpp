#include "ebb/ops/tril.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("tril: the lower triangle", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(values(tril(x)) == std::vector<T>{1, 0, 0, 4, 5, 0});
  CHECK(values(tril(x, 1)) == std::vector<T>{1, 2, 0, 4, 5, 6});
  CHECK(values(tril(x, -1)) == std::vector<T>{0, 0, 0, 4, 0, 0});
  CHECK(values(tril(x, 99)) == values(x));
  CHECK(values(tril(x, -99)) == std::vector<T>(6, T(0)));
  CHECK(values(tril(tensor<T, D>({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}))) ==
        std::vector<T>{1, 0, 3, 4, 5, 0, 7, 8});
  const X infinite = full<T, D>({2, 2}, std::numeric_limits<T>::infinity());
  CHECK(values(tril(infinite))[1] == 0);
  CHECK(tril(X({2, 0, 3})).shape() == Shape{2, 0, 3});

  CHECK(error([&] { (void)tril(X({3})); }) == "[tril] the input of shape (3,) holds no matrices");
  CHECK(error([&] { (void)tril(X()); }) == "[tril] the input of shape () holds no matrices");
}

TEST_CASE_TEMPLATE("tril: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 3, 5}, Shape{1, 1}, Shape{0, 3}}) {
    for (const Index diagonal : {-1, 0, 2})
      CHECK(gradcheck([&](const X& x) { return tril(x, diagonal); }, uniform<X>(shape, -1, 1)).passed);
  }
}

}  // namespace ebb::test
