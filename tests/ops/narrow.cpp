#include "ebb/ops/narrow.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("narrow: a part of any axis, copied", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  X x = tensor<T, typename X::device_type>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, {2, 3, 2});
  CHECK(values(narrow(x, 0, 1, 1)) == std::vector<T>{6, 7, 8, 9, 10, 11});
  CHECK(values(narrow(x, 1, 1, 2)) == std::vector<T>{2, 3, 4, 5, 8, 9, 10, 11});
  CHECK(values(narrow(x, -1, 1, 1)) == std::vector<T>{1, 3, 5, 7, 9, 11});
  CHECK(narrow(x, 1, 3, 0).shape() == Shape{2, 0, 2});
  CHECK(narrow(X({0, 3}), 1, 1, 2).shape() == Shape{0, 2});
  const X y = narrow(x, 0, 0, 2);
  x.fill(T(1));
  CHECK(values(y)[5] == 5);

  CHECK(error([&] { (void)narrow(x, 1, 2, 2); }) ==
        "[narrow] [2, 2 + 2) is not a part of axis 1 of (2, 3, 2)");
  CHECK(error([&] { (void)narrow(x, 1, -1, 2); }).starts_with("[narrow] [-1, "));
  CHECK(error([&] { (void)narrow(x, 1, 2, -1); }).starts_with("[narrow] [2, "));
  CHECK(error([&] { (void)narrow(x, 3, 0, 1); }) == "[narrow] axis 3 does not exist in (2, 3, 2)");
  CHECK(error([&] { (void)narrow(X(), 0, 0, 0); }) == "[narrow] the input is undefined");
}

TEST_CASE_TEMPLATE("narrow: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 4, 3}, Shape{1, 4, 1}, Shape{0, 4, 2}}) {
    CHECK(gradcheck([](const X& x) { return narrow(x, 1, 1, 2); }, uniform<X>(shape, -1, 1)).passed);
    CHECK(gradcheck([](const X& x) { return narrow(x, 1, 4, 0); }, uniform<X>(shape, -1, 1)).passed);
    CHECK(gradcheck([](const X& x) { return narrow(x, -1, 0, 1); }, uniform<X>(shape, -1, 1)).passed);
  }
}

}  // namespace ebb::test
