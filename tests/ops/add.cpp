#include "ebb/ops/add.hpp"

#include <doctest/doctest.h>

#include "ebb/ops/slice.hpp"
#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("add: the formula, broadcast", X, EBB_TEST_TYPES) {
  check_binary<X>(
      "add", [](const auto& a, const auto& b) { return a + b; }, [](double a, double b) { return a + b; }, -2,
      2);
}

TEST_CASE_TEMPLATE("add: the gradient", D, EBB_TEST_DEVICES) {
  check_binary_gradient<D>([](const auto& a, const auto& b) { return a + b; }, -2, 2);
}

TEST_CASE_TEMPLATE("add: in place", X, EBB_TEST_TYPES) {
  check_update<X>(
      "add", [](const auto& a, const auto& b) { return a + b; },
      [](X& a, const auto& b) -> X& { return a += b; });
}

TEST_CASE("add: a plain number takes the element type") {
  const Tensor<float> x({2});
  CHECK(values(x + 1) == std::vector<float>{1, 1});
  CHECK(values(2.5f + x) == std::vector<float>{2.5f, 2.5f});
  CHECK(values(tensor<std::int32_t>({1, 2}) + 3) == std::vector<std::int32_t>{4, 5});
}

}  // namespace ebb::test
