#include "ebb/ops/where.hpp"

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/ops/comparison.hpp"
#include "elementwise.hpp"

namespace ebb::test {

namespace {

template <class D>
Tensor<bool, D> some_mask(const Shape& shape) {
  return uniform<Tensor<double, D>>(shape, -1, 1, 3) > 0.0;
}

}  // namespace

TEST_CASE_TEMPLATE("where: three operands broadcast", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const std::vector<std::pair<Shape, Broadcast>> cases{
      {{2, 3}, {{2, 3}, {2, 3}, {2, 3}}}, {{2, 1}, {{3}, {}, {2, 3}}}, {{}, {{4}, {4}, {4}}},
      {{3}, {{2, 1}, {1, 3}, {2, 3}}},    {{0, 3}, {{3}, {}, {0, 3}}}, {{40001}, {{40001}, {1}, {40001}}}};
  for (const auto& [mask_shape, operands] : cases) {
    const Shape shape = mask_shape;
    const Broadcast c = operands;
    CAPTURE(shape);
    const auto mask = some_mask<D>(shape);
    const X a = uniform<X>(c.a, 0, 1, 1), b = uniform<X>(c.b, 2, 3, 2);
    const X y = where(mask, a, b);
    REQUIRE(y.shape() == c.y);
    const auto bits = values(mask);
    const auto in_a = values(a), in_b = values(b), out = values(y);
    const auto left = values(where(mask, a, 7)), right = values(where(mask, 7, b));
    bool all = true;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool chosen = bits[broadcast_source(i, c.y, shape)];
      all = all &&
            out[i] == (chosen ? in_a[broadcast_source(i, c.y, c.a)] : in_b[broadcast_source(i, c.y, c.b)]);
    }
    CHECK(all);
    const Shape with_a = detail::broadcast_shape("where", shape, c.a);
    for (std::size_t i = 0; i < left.size(); ++i)
      all = all &&
            left[i] ==
                (bits[broadcast_source(i, with_a, shape)] ? in_a[broadcast_source(i, with_a, c.a)] : T(7));
    const Shape with_b = detail::broadcast_shape("where", shape, c.b);
    for (std::size_t i = 0; i < right.size(); ++i)
      all = all &&
            right[i] ==
                (bits[broadcast_source(i, with_b, shape)] ? T(7) : in_b[broadcast_source(i, with_b, c.b)]);
    CHECK(all);
  }
}

TEST_CASE_TEMPLATE("where: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Broadcast& c : broadcasts()) {
    for (const Shape& shape : {Shape{}, c.y}) {
      CAPTURE(shape);
      const auto mask = some_mask<D>(shape);
      const X a = uniform<X>(c.a, -1, 1, 1), b = uniform<X>(c.b, -1, 1, 2);
      const GradCheck check = gradcheck([&](const X& u, const X& v) { return where(mask, u, v); }, {a, b});
      CHECK_MESSAGE(check.passed, check.worst);
      CHECK(gradcheck([&](const X& u) { return where(mask, u, 2); }, a).passed);
      CHECK(gradcheck([&](const X& u) { return where(mask, 2, u); }, a).passed);
    }
  }
}

TEST_CASE_TEMPLATE("where: what was not chosen does no harm", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const X x = tensor<T, D>({nan, 2}).requires_grad();
  const X y = where(tensor<bool, D>({false, true}), x, 3);
  CHECK(values(y) == std::vector<T>{3, 2});
  y.backward(ones<T, D>({2}));
  CHECK(values(x.grad()) == std::vector<T>{0, 1});
}

TEST_CASE_TEMPLATE("where: errors", X, EBB_TEST_TYPES) {
  using M = Tensor<bool, typename X::device_type>;
  CHECK(error([] { (void)where(M({2}), X({3}), X({2})); }) ==
        "[where] shapes (2,) and (3,) do not broadcast: axis -1 has 2 and 3");
  CHECK(error([] { (void)where(M({2}), X({2}), X({3})); }).starts_with("[where] shapes (2,) and (3,)"));
  CHECK(error([] { (void)where(M({2}), X({3}), 1); }).starts_with("[where] shapes (2,) and (3,)"));
  CHECK(error([] { (void)where(M({2}), X(), X({3})); }) == "[where] an operand is undefined");
  CHECK(error([] { (void)where(M(), X({3}), 1); }) == "[where] an operand is undefined");
}

}  // namespace ebb::test
