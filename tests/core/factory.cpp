#include "ebb/core/factory.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("factory: full, zeros, ones, tensor, arange", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  CHECK(values(full<T, D>({2}, T(1.5))) == std::vector<T>{1.5, 1.5});
  CHECK(values(zeros<T, D>({2})) == std::vector<T>{0, 0});
  CHECK(values(ones<T, D>({1, 2})) == std::vector<T>{1, 1});
  CHECK(tensor<T, D>({1, 2, 3, 4}, {2, 2}).shape() == Shape{2, 2});
  CHECK(values(tensor<T, D>({1, 2})) == std::vector<T>{1, 2});
  CHECK(tensor<T, D>({}).shape() == Shape{0});
  CHECK(values(arange<T, D>(3)) == std::vector<T>{0, 1, 2});
  CHECK(arange<std::int32_t, D>(0).shape() == Shape{0});

  CHECK(error([] { (void)tensor<T, D>({1, 2, 3}, {2, 2}); }) == "[tensor] 3 values do not fill (2, 2)");
  CHECK(error([] { (void)arange<T, D>(-1); }) == "[arange] the count -1 is negative");
}

TEST_CASE_TEMPLATE("factory: arange from, to, step", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  CHECK(values(arange<T, D>(2, 5)) == std::vector<T>{2, 3, 4});
  CHECK(values(arange<T, D>(1, 2, T(0.25))) == std::vector<T>{1, 1.25, 1.5, 1.75});
  CHECK(values(arange<T, D>(5, 0, -2)) == std::vector<T>{5, 3, 1});
  CHECK(arange<T, D>(1, 1).size() == 0);
  CHECK(arange<T, D>(0, T(1.001)).size() == 2);

  CHECK(error([] { (void)arange<T, D>(0, 1, 0); }) == "[arange] steps of 0 do not lead from 0 to 1");
  CHECK(error([] { (void)arange<T, D>(0, 1, -1); }) == "[arange] steps of -1 do not lead from 0 to 1");
  const T infinite = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(error([&] { (void)arange<T, D>(0, infinite); }).starts_with("[arange] steps of 1"));
  CHECK(error([&] { (void)arange<T, D>(0, nan); }).starts_with("[arange] steps of 1"));
}

TEST_CASE("factory: arange of integers and bfloat16") {
  CHECK(values(arange<std::int32_t>(-3, 5, 3)) == std::vector<std::int32_t>{-3, 0, 3});
  CHECK(values(arange<std::int64_t>(std::int64_t{1} << 60, (std::int64_t{1} << 60) + 2)) ==
        std::vector<std::int64_t>{std::int64_t{1} << 60, (std::int64_t{1} << 60) + 1});
  CHECK(values(arange<std::uint8_t>(250, 255, 2)) == std::vector<std::uint8_t>{250, 252, 254});
  CHECK(values(arange<std::int32_t>(4, 0, -3)) == std::vector<std::int32_t>{4, 1});
  CHECK(arange<bfloat16>(0, 3)(2) == bfloat16(2.0f));
}

TEST_CASE_TEMPLATE("factory: linspace, eye", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  CHECK(values(linspace<T, D>(0, 1, 5)) == std::vector<T>{0, 0.25, 0.5, 0.75, 1});
  CHECK(values(linspace<T, D>(3, -3, 3)) == std::vector<T>{3, 0, -3});
  CHECK(values(linspace<T, D>(2, 9, 1)) == std::vector<T>{2});
  CHECK(linspace<T, D>(2, 9, 0).shape() == Shape{0});
  const auto tenths = values(linspace<T, D>(-0.3, 0.3, 11));
  CHECK(tenths.back() == T(0.3));
  for (std::size_t i = 0; i < tenths.size(); ++i) CHECK(tenths[i] == -tenths[tenths.size() - 1 - i]);
  CHECK(error([] { (void)linspace<T, D>(0, 1, -1); }) == "[linspace] the count -1 is negative");

  CHECK(values(eye<T, D>(2)) == std::vector<T>{1, 0, 0, 1});
  CHECK(values(eye<T, D>(2, 3)) == std::vector<T>{1, 0, 0, 0, 1, 0});
  CHECK(eye<T, D>(0).shape() == Shape{0, 0});
  CHECK(error([] { (void)eye<T, D>(-1); }).starts_with("[shape] extent -1"));
}

TEST_CASE_TEMPLATE("factory: tensors like another one", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x({2, 3});
  CHECK(values(zeros_like(x)) == std::vector<T>(6, T(0)));
  CHECK(values(ones_like(x)) == std::vector<T>(6, T(1)));
  CHECK(values(full_like(x, 2)) == std::vector<T>(6, T(2)));
  CHECK(full_like(x, 2).shape() == x.shape());
  Generator generator(3), again(3);
  CHECK(values(rand_like(x, generator)) == values(rand<T, D>({2, 3}, again)));
  CHECK(values(randn_like(x, generator)) == values(randn<T, D>({2, 3}, again)));

  CHECK(error([] { (void)full_like(X(), 1); }) == "[full_like] the tensor is undefined");
  CHECK(error([] { (void)zeros_like(X()); }) == "[zeros_like] the tensor is undefined");
  CHECK(error([] { (void)ones_like(X()); }) == "[ones_like] the tensor is undefined");
  CHECK(error([] { (void)rand_like(X()); }) == "[rand_like] the tensor is undefined");
  CHECK(error([] { (void)randn_like(X()); }) == "[randn_like] the tensor is undefined");
}

TEST_CASE_TEMPLATE("factory: nested literals", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X matrix = tensor<T, D>({{1, 2, 3}, {4, 5, 6}});
  CHECK(matrix.shape() == Shape{2, 3});
  CHECK(values(matrix) == std::vector<T>{1, 2, 3, 4, 5, 6});
  CHECK(tensor<T, D>({{1}, {2}}).shape() == Shape{2, 1});
  CHECK(tensor<T, D>({{1, 2}}).shape() == Shape{1, 2});
  CHECK(tensor<T, D>({{}, {}}).size() == 0);
  const X cube = tensor<T, D>({{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}});
  CHECK(cube.shape() == Shape{2, 2, 2});
  CHECK(values(cube) == std::vector<T>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(tensor<T, D>({{{1}}, {{2}}}).shape() == Shape{2, 1, 1});

  CHECK(error([] {
          (void)tensor<T, D>({{1, 2}, {3}});
        }) == "[tensor] rows of 2 and of 1 values are no tensor");
  CHECK(error([] {
          (void)tensor<T, D>({{{1, 2}}, {{3}}});
        }) == "[tensor] rows of 2 and of 1 values are no tensor");
  CHECK(error([] { (void)tensor<T, D>({{{1}}, {{3}, {4}}}); }).starts_with("[tensor] rows of 1 and of 2"));
}

}  // namespace ebb::test
