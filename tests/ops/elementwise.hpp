#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/clone.hpp"

/// What the tests of elementwise operations share.

namespace ebb::test {

/// y must be `expected` to a few units in the last place of T.
template <class T>
void check_close(T y, double expected, double units = 8) {
  const double tolerance = units * static_cast<double>(std::numeric_limits<T>::epsilon());
  if (!(std::abs(static_cast<double>(y) - expected) <= tolerance * std::max(1.0, std::abs(expected))))
    FAIL_CHECK("got ", y, ", expected ", expected);
}

/// The operation against its formula on single numbers of [low, high], in any shape; and its name in errors.
template <class X, class Op, class Twin>
void check_unary(const std::string& name, Op op, Twin twin, double low, double high) {
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{0, 3}, Shape{7}, Shape{2, 3, 5}, Shape{3, 16385}}) {
    CAPTURE(shape);
    const X x = uniform<X>(shape, low, high);
    const X y = op(x);
    REQUIRE(y.shape() == shape);
    const auto in = values(x), out = values(y);
    for (std::size_t i = 0; i < in.size(); ++i) check_close(out[i], twin(static_cast<double>(in[i])));
  }
  CHECK(error([&] { op(X()); }) == "[" + name + "] the input is undefined");
}

template <class D, class Op>
void check_unary_gradient(Op op, double low, double high) {
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{0, 3}, Shape{2, 3, 5}}) {
    CAPTURE(shape);
    const GradCheck check = gradcheck(op, uniform<Tensor<double, D>>(shape, low, high));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

/// Pairs of shapes that broadcast, with what they give.
struct Broadcast {
  Shape a, b, y;
};
inline const std::vector<Broadcast>& broadcasts() {
  static const std::vector<Broadcast> all{
      {{}, {}, {}},
      {{4}, {4}, {4}},
      {{2, 3}, {3}, {2, 3}},
      {{}, {2, 3}, {2, 3}},
      {{2, 3}, {2, 1}, {2, 3}},
      {{2, 1, 4}, {5, 1}, {2, 5, 4}},
      {{4, 1, 3, 1}, {2, 1, 5}, {4, 2, 3, 5}},
      {{1, 1}, {1}, {1, 1}},
      {{0, 3}, {3}, {0, 3}},
      {{1}, {0}, {0}},
      {{3, 1}, {1, 0}, {3, 0}},
  };
  return all;
}

/// Position in an operand of shape `from` of what lands on element i of a result of shape `to`.
inline std::size_t broadcast_source(std::size_t i, const Shape& to, const Shape& from) {
  Index rest = static_cast<Index>(i), position = 0, stride = 1;
  for (Index back = 1; back <= to.rank(); ++back) {
    const Index at = rest % to[to.rank() - back];
    rest /= to[to.rank() - back];
    if (back > from.rank()) continue;
    const Index extent = from[from.rank() - back];
    position += (extent == 1 ? 0 : at) * stride;
    stride *= extent;
  }
  return static_cast<std::size_t>(position);
}

/// The operator against its formula on single numbers of [low, high]: two tensors, a tensor and a number on
/// either side; and its errors.
template <class X, class Op, class Twin>
void check_binary(const std::string& name, Op op, Twin twin, double low, double high) {
  using T = typename X::value_type;
  std::vector<Broadcast> cases = broadcasts();
  // More than one thread's share: of rows, of one row, of each of several.
  cases.push_back({{3, 1, 9000}, {2, 1}, {3, 2, 9000}});
  cases.push_back({{40001}, {40001}, {40001}});
  cases.push_back({{2, 20001}, {2, 1}, {2, 20001}});
  for (const Broadcast& c : cases) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    const X a = uniform<X>(c.a, low, high, 1), b = uniform<X>(c.b, low, high, 2);
    const X y = op(a, b);
    REQUIRE(y.shape() == c.y);
    const auto in_a = values(a), in_b = values(b), out = values(y);
    for (std::size_t i = 0; i < out.size(); ++i) {
      check_close(out[i], twin(static_cast<double>(in_a[broadcast_source(i, c.y, c.a)]),
                               static_cast<double>(in_b[broadcast_source(i, c.y, c.b)])));
    }
  }
  const T s = static_cast<T>(low + 0.25 * (high - low));
  const X x = uniform<X>({2, 3}, low, high);
  const auto in = values(x), right = values(op(x, s)), left = values(op(s, x));
  for (std::size_t i = 0; i < in.size(); ++i) {
    check_close(right[i], twin(static_cast<double>(in[i]), static_cast<double>(s)));
    check_close(left[i], twin(static_cast<double>(s), static_cast<double>(in[i])));
  }
  CHECK(error([&] {
          op(X({2, 3}), X({2, 4}));
        }) == "[" + name + "] shapes (2, 3) and (2, 4) do not broadcast: axis -1 has 3 and 4");
  CHECK(error([&] { op(X(), x); }) == "[" + name + "] an operand is undefined");
  CHECK(error([&] { op(X(), s); }) == "[" + name + "] the input is undefined");
}

template <class D, class Op>
void check_binary_gradient(Op op, double low, double high) {
  using X = Tensor<double, D>;
  for (const Broadcast& c : broadcasts()) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    const X a = uniform<X>(c.a, low, high, 1), b = uniform<X>(c.b, low, high, 2);
    const GradCheck check = gradcheck(op, {a, b});
    CHECK_MESSAGE(check.passed, check.worst);
    // Either operand alone: the other one is a constant.
    CHECK(gradcheck(op, {a.clone().requires_grad(), b}).passed);
    CHECK(gradcheck(op, {a, b.clone().requires_grad()}).passed);
  }
  const X x = uniform<X>({2, 3}, low, high);
  const double s = low + 0.25 * (high - low);
  CHECK(gradcheck([&](const X& v) { return op(v, s); }, x).passed);
  CHECK(gradcheck([&](const X& v) { return op(s, v); }, x).passed);
}

/// The operator with = at its end, against the one without.
template <class X, class Op, class Update>
void check_update(const std::string& name, Op op, Update update) {
  using T = typename X::value_type;
  for (const auto& [shape_a, shape_b] : {std::pair{Shape{2, 3}, Shape{2, 3}},
                                         {Shape{2, 3}, Shape{3}},
                                         {Shape{2, 3}, Shape{2, 1}},
                                         {Shape{}, Shape{}},
                                         {Shape{0, 3}, Shape{3}}}) {
    X a = uniform<X>(shape_a, 1, 2, 1);
    const X b = uniform<X>(shape_b, 1, 2, 2);
    const auto expected = values(op(a, b));
    const X alias = a;
    CHECK(&update(a, b) == &a);
    CHECK(values(a) == expected);
    CHECK(values(alias) == expected);
  }
  X a = uniform<X>({4, 3}, 1, 2);
  auto expected = values(op(a, T(3)));
  update(a, T(3));
  CHECK(values(a) == expected);
  expected = values(op(a, a));
  update(a, a);
  CHECK(values(a) == expected);
  // A right side that shares elements must be read as it was before.
  const X row = a.slice(0, 1);
  expected = values(op(a, row));
  update(a, row);
  CHECK(values(a) == expected);

  CHECK(error([&] {
          update(a, X({2, 4, 3}));
        }) == "[" + name + "] a tensor of shape (2, 4, 3) does not broadcast into (4, 3)");
  CHECK(error([&] { update(a, X()); }) == "[" + name + "] an operand is undefined");
  X undefined;
  CHECK(error([&] { update(undefined, a); }) == "[" + name + "] the tensor is undefined");
  const X leaf = X({4, 3}).requires_grad();
  CHECK(error([&] { update(a, leaf); }) ==
        "[" + name + "] the right side needs a gradient, which would be lost: detach() it");
  X result = op(leaf, leaf);
  CHECK(error([&] { update(result, T(2)); }).starts_with("[" + name + "] the result of an operation"));
}

}  // namespace ebb::test
