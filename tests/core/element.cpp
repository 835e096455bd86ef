#include "ebb/core/element.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/autograd/backward.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"

namespace ebb::test {

TEST_CASE("element: a variable made of an element is a value") {
  Tensor<float> x = tensor<float>({1, 2});
  auto v = x(0);
  x(0) = 5;
  CHECK(v == 1);
  v += 2;
  CHECK(v == 3);
  v = 4;
  v *= 3;
  v -= 2;
  v /= 5;
  CHECK(v == 2);
  auto w = x(1);
  w = v;
  CHECK(w == 2);
  CHECK(values(x) == std::vector<float>{5, 2});

  const auto read = [&](Index i) { return x(i); };
  const auto first = read(0);
  x = Tensor<float>();
  CHECK(first == 5);
}

TEST_CASE("element: the result of a write is the value") {
  Tensor<float> x({3});
  x(0) = x(1) = 4;
  CHECK((x(2) += 1) == 1);
  x(1) = x(2);
  CHECK(values(x) == std::vector<float>{4, 1, 1});
  Tensor<bfloat16> y({1});
  y(0) = bfloat16(1.5f);
  y(0) += bfloat16(1.0f);
  CHECK(y(0) == bfloat16(2.5f));
}

TEST_CASE("element: what reads numbers reads elements") {
  Tensor<float> x = tensor<float>({-4, 9});
  CHECK(std::max(x.at(0), 1.0f) == 1);
  CHECK(std::max<float>(x(1), 1) == 9);
  CHECK(std::max(x(0), x(1)) == 9);
  CHECK(std::abs(x(0)) == 4);
  CHECK(std::sqrt(x(1)) == 3);
  CHECK(std::pow(x(1), 2) == 81);
  CHECK((x(0) < x(1) ? x(0) : 1.0f) == -4);
  static_assert(std::is_same_v<decltype(x.at(0)), float>);
  static_assert(std::is_same_v<decltype(std::as_const(x)(0)), float>);
  CHECK(error([&] { (void)x.at(2); }) == "[index] index 2 of axis 0 is outside of (2,)");
}

TEST_CASE("element: reading is no change, writing is one") {
  Tensor<double> x = tensor<double>({1, 2}).requires_grad();
  const auto loss = [&] { return sum(x * x); };
  Tensor<double> before = loss();
  auto v = x(0);
  v = 7;
  CHECK(x(1) > 0);
  before.backward();
  CHECK(values(x.grad()) == std::vector<double>{2, 4});

  const Tensor<double> y = loss();
  x(0) = v;
  CHECK(error([&] { y.backward(); }).starts_with("[backward] multiply saved a tensor of shape (2,)"));
}

TEST_CASE("element: a tensor is a range of its elements") {
  const auto x = tensor<std::int32_t>({{1, 2}, {3, 4}});
  int total = 0;
  for (const std::int32_t v : x) total = 10 * total + v;
  CHECK(total == 1234);
  CHECK(std::count(x.begin(), x.end(), 3) == 1);
  const Tensor<float> undefined;
  CHECK(undefined.begin() == undefined.end());
}

TEST_CASE("element: what would change nothing does not compile") {
  static_assert(!std::is_assignable_v<Tensor<float>&&, const Tensor<float>&>);
  static_assert(std::is_assignable_v<Tensor<float>&, const Tensor<float>&>);
  static_assert(!std::is_constructible_v<Tensor<float>, std::initializer_list<float>>);
  static_assert(std::is_constructible_v<Tensor<float>, Shape>);
}

}  // namespace ebb::test
