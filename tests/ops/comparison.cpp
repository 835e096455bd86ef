#include "ebb/ops/comparison.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

namespace {

/// The operator against that of numbers, some of which are equal: tensors and numbers on either side.
template <class X, class Op>
void check_comparison(const std::string& name, Op op) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const auto grid = [](const Shape& shape, std::uint64_t seed) {
    std::vector<T> numbers = values(uniform<X>(shape, 0, 4, seed));
    for (T& v : numbers) v = static_cast<T>(static_cast<int>(v));
    return tensor<T, D>(numbers, shape);
  };
  std::vector<Broadcast> cases = broadcasts();
  cases.push_back({{40001}, {40001}, {40001}});
  for (const Broadcast& c : cases) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    const X a = grid(c.a, 1), b = grid(c.b, 2);
    const Tensor<bool, D> y = op(a, b);
    REQUIRE(y.shape() == c.y);
    const auto in_a = values(a), in_b = values(b);
    const std::vector<bool> out = values(y);
    bool all = true;
    for (std::size_t i = 0; i < out.size(); ++i)
      all = all && out[i] == op(in_a[broadcast_source(i, c.y, c.a)], in_b[broadcast_source(i, c.y, c.b)]);
    CHECK(all);
  }
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const X x = tensor<T, D>({1, 2, 3, nan});
  CHECK(values(op(x, T(2))) == std::vector<bool>{op(1, 2), op(2, 2), op(3, 2), op(nan, T(2))});
  CHECK(values(op(T(2), x)) == std::vector<bool>{op(2, 1), op(2, 2), op(2, 3), op(T(2), nan)});
  CHECK(values(op(x, nan)) == std::vector<bool>(4, op(T(1), nan)));

  const X leaf = X({2}).requires_grad();
  CHECK_FALSE(op(leaf, leaf).needs_grad());
  CHECK_FALSE(op(leaf, T(1)).needs_grad());
  CHECK(error([&] {
          (void)op(X({2, 3}), X({2, 4}));
        }) == "[" + name + "] shapes (2, 3) and (2, 4) do not broadcast: axis -1 has 3 and 4");
  CHECK(error([&] { (void)op(X(), x); }) == "[" + name + "] an operand is undefined");
  CHECK(error([&] { (void)op(X(), T(1)); }) == "[" + name + "] the input is undefined");
}

}  // namespace

TEST_CASE_TEMPLATE("comparison: each operator", X, EBB_TEST_TYPES) {
  check_comparison<X>("equal", [](const auto& a, const auto& b) { return a == b; });
  check_comparison<X>("not_equal", [](const auto& a, const auto& b) { return a != b; });
  check_comparison<X>("less", [](const auto& a, const auto& b) { return a < b; });
  check_comparison<X>("less_equal", [](const auto& a, const auto& b) { return a <= b; });
  check_comparison<X>("greater", [](const auto& a, const auto& b) { return a > b; });
  check_comparison<X>("greater_equal", [](const auto& a, const auto& b) { return a >= b; });
}

TEST_CASE("comparison: integers and bfloat16") {
  const auto labels = tensor<std::int32_t>({0, 3, -1});
  CHECK(values(labels == tensor<std::int32_t>({0, 2, -1})) == std::vector<bool>{true, false, true});
  CHECK(values(labels >= 0) == std::vector<bool>{true, true, false});
  const auto x = tensor<bfloat16>({bfloat16(1), bfloat16(2)});
  CHECK(values(x < bfloat16(2)) == std::vector<bool>{true, false});
}

}  // namespace ebb::test
