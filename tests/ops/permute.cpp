#include "ebb/ops/permute.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "threads.hpp"

namespace ebb::test {

namespace {

// Element by element.
template <class X>
auto permuted(const X& x, const std::vector<Index>& order) {
  const auto from = values(x);
  auto to = from;
  for (Index i = 0; i < x.size(); ++i) {
    Index rest = i, at = 0;
    for (std::size_t axis = order.size(); axis-- > 0;) {
      const Index extent = x.shape()[order[axis]];
      at += rest % extent * x.shape().size_between(order[axis] + 1, x.rank());
      rest /= extent;
    }
    to[static_cast<std::size_t>(i)] = from[static_cast<std::size_t>(at)];
  }
  return to;
}

template <class T, class D>
void check_all_orders(const Shape& shape) {
  auto x = Tensor<T, D>::uninitialized(shape);
  std::vector<T> numbers(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<T>(static_cast<int>(i % 251));
  D::copy_from_host(numbers.data(), x.mutable_data(), numbers.size() * sizeof(T));
  std::vector<Index> order(static_cast<std::size_t>(shape.rank()));
  std::iota(order.begin(), order.end(), Index{0});
  do {
    const auto y = detail::permute_for("permute", x, order);
    for (std::size_t axis = 0; axis < order.size(); ++axis)
      CHECK(y.shape()[static_cast<Index>(axis)] == shape[order[axis]]);
    CHECK(values(y) == permuted(x, order));
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace

TEST_CASE_TEMPLATE("permute: axes in another order", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{{1, 2}, {3, 4}, {5, 6}}});
  CHECK(permute(x, {2, 0, 1}).shape() == Shape{2, 1, 3});
  CHECK(values(permute(x, {2, 0, 1})) == std::vector<T>{1, 3, 5, 2, 4, 6});
  CHECK(values(permute(x, {0, -1, -2})) == std::vector<T>{1, 3, 5, 2, 4, 6});
  CHECK(values(permute(x, {0, 1, 2})) == values(x));
  CHECK(permute(full<T, D>({}, T(3)), {}).item() == 3);

  CHECK(error([&] { (void)permute(x, {0, 1}); }) == "[permute] 2 axes for a tensor of shape (1, 3, 2)");
  CHECK(error([&] { (void)permute(x, {0, 1, 1}); }) == "[permute] axis 1 of (1, 3, 2) is named twice");
  CHECK(error([&] { (void)permute(x, {0, 1, 3}); }) == "[permute] axis 3 does not exist in (1, 3, 2)");
  CHECK(error([&] { (void)permute(X(), {}); }) == "[permute] the input is undefined");
}

TEST_CASE_TEMPLATE("permute: all orders of awkward shapes", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{7}, Shape{65, 130}, Shape{3, 200}, Shape{1, 67, 1}, Shape{5, 33, 18},
                             Shape{2, 0, 3}, Shape{9, 8, 3, 17}, Shape{2, 3, 1, 4, 5}}) {
    check_all_orders<float, D>(shape);
    check_all_orders<double, D>(shape);
    check_all_orders<bfloat16, D>(shape);
    check_all_orders<std::uint8_t, D>(shape);
    check_all_orders<std::int32_t, D>(shape);
    check_all_orders<std::int64_t, D>(shape);
  }
}

TEST_CASE("permute: the same for any number of threads") {
  const auto x = uniform<Tensor<float>>({40, 70, 90}, -1, 1);
  const Threads threads(4);
  CHECK(values(permute(x, {2, 1, 0})) == permuted(x, {2, 1, 0}));
}

TEST_CASE_TEMPLATE("permute: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const Shape& shape : {Shape{2, 3, 4}, Shape{1, 1, 1}, Shape{2, 0, 3}, Shape{1, 5, 9}}) {
    CHECK(gradcheck([](const X& x) { return permute(x, {2, 0, 1}); }, uniform<X>(shape, -1, 1)).passed);
    CHECK(gradcheck([](const X& x) { return permute(x, {0, 2, 1}); }, uniform<X>(shape, -1, 1)).passed);
  }
}

}  // namespace ebb::test
