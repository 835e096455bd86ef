#include "ebb/ops/select.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("select: x[i] is a step of the leading axis and shares the elements", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(x[1].shape() == Shape{3});
  CHECK(values(x[1]) == std::vector<T>{4, 5, 6});
  CHECK(x[1][2].shape() == Shape{});
  CHECK(x[1][2].item() == 6);
  x[0].fill(T(7));
  x[1].assign(tensor<T, D>({1, 2, 3}));
  CHECK(values(x) == std::vector<T>{7, 7, 7, 1, 2, 3});
  CHECK(X({2, 0})[1].shape() == Shape{0});

  CHECK(error([&] { (void)x[2]; }) == "[select] there is no step 2 of axis 0 in (2, 3)");
  CHECK(error([&] { (void)x[-1]; }) == "[select] there is no step -1 of axis 0 in (2, 3)");
  CHECK(error([&] { (void)x[0][0][0]; }) == "[select] a tensor of shape () has no leading axis");
  CHECK(error([&] { (void)X()[0]; }).starts_with("[select] "));
}

TEST_CASE_TEMPLATE("select: a step of any axis", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(values(select(x, 0, 1)) == std::vector<T>{4, 5, 6});
  CHECK(values(select(x, -1, 0)) == std::vector<T>{1, 4});
  CHECK(select(X({4, 3, 0}), 1, 2).shape() == Shape{4, 0});

  CHECK(error([&] { (void)select(x, 1, 3); }) == "[select] there is no step 3 of axis 1 in (2, 3)");
  CHECK(error([&] { (void)select(x, 2, 0); }) == "[select] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)select(X(), 0, 0); }) == "[select] the input is undefined");
}

TEST_CASE("select: other element types") {
  const auto x = tensor<std::int32_t>({{1, 2}, {3, 4}});
  CHECK(values(x[1]) == std::vector<std::int32_t>{3, 4});
  CHECK(values(select(x, 1, 1)) == std::vector<std::int32_t>{2, 4});
}

TEST_CASE_TEMPLATE("select: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{3, 2, 4}, Shape{3, 1, 1}, Shape{3, 2, 0}}) {
    CHECK(gradcheck([](const X& x) { return x[2] * x[0]; }, uniform<X>(shape, -1, 1)).passed);
    CHECK(gradcheck([](const X& x) { return x[1][0]; }, uniform<X>(shape, -1, 1)).passed);
    CHECK(gradcheck([](const X& x) { return select(x, 1, 0); }, uniform<X>(shape, -1, 1)).passed);
  }
  CHECK(gradcheck([](const X& x) { return select(x, -1, 3); }, uniform<X>({2, 3, 4}, -1, 1)).passed);
}

}  // namespace ebb::test
