#include "ebb/ops/one_hot.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("one_hot: 1 at the label", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const auto labels = tensor<std::int32_t, D>({2, 0});
  const X y = one_hot<T>(labels, 3);
  CHECK(y.shape() == Shape{2, 3});
  CHECK(values(y) == std::vector<T>{0, 0, 1, 1, 0, 0});
  CHECK(one_hot<T>(Tensor<std::int32_t, D>({2, 2}), 5).shape() == Shape{2, 2, 5});
  CHECK(values(one_hot<T>(Tensor<std::int32_t, D>(Shape{}), 2)) == std::vector<T>{1, 0});
  CHECK(one_hot<T>(Tensor<std::int32_t, D>({0}), 3).shape() == Shape{0, 3});

  CHECK(error([&] { (void)one_hot(labels, 2); }) == "[one_hot] number 2 at position 0 is not in [0, 2)");
  CHECK(error([&] {
          (void)one_hot(tensor<std::int32_t, D>({0, -3}), 2);
        }).starts_with("[one_hot] number -3 at position 1"));
  CHECK(error([&] { (void)one_hot(labels, -1); }) ==
        "[one_hot] the number of classes -1 is not in [0, 2147483648], what 32-bit labels can tell apart");
  CHECK(error([&] { (void)one_hot(Tensor<std::int32_t, D>(), 2); }) ==
        "[one_hot] the row numbers are undefined");
}

}  // namespace ebb::test
