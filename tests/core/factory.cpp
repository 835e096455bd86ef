#include "ebb/core/factory.hpp"

#include <cstdint>

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
