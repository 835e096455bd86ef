#include "ebb/optim/clip.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "compare.hpp"
#include "ebb/ops/add.hpp"

namespace {

using ebb::test::difference;
using ebb::test::tolerance;

// Parameters with the gradients (3, 0) and (0, -4), and one without.
template <class X>
std::vector<X> parameters() {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X a = ebb::zeros<T, D>({2}).requires_grad(), b = ebb::zeros<T, D>({2}).requires_grad();
  sum(a * ebb::tensor<T, D>({3, 0})).backward();
  sum(b * ebb::tensor<T, D>({0, -4})).backward();
  return {a, b, ebb::zeros<T, D>({2}).requires_grad()};
}

}  // namespace

TEST_CASE_TEMPLATE("clip_grad_norm: scales to the norm, or leaves alone", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  auto p = parameters<X>();
  CHECK(ebb::optim::clip_grad_norm(p, 2.5) == doctest::Approx(5));
  CHECK(difference(p[0].grad(), {1.5, 0}) < 1e-6);
  CHECK(difference(p[1].grad(), {0, -2}) < 1e-6);
  CHECK_FALSE(p[2].has_grad());
  p = parameters<X>();
  CHECK(ebb::optim::clip_grad_norm(p, 5.1) == doctest::Approx(5));
  CHECK(ebb::test::values(p[0].grad()) == std::vector<T>{3, 0});
}

TEST_CASE_TEMPLATE("clip_grad_value: clamps every element", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const auto p = parameters<X>();
  ebb::optim::clip_grad_value(p, 3.5);
  CHECK(ebb::test::values(p[0].grad()) == std::vector<T>{3, 0});
  CHECK(difference(p[1].grad(), {0, -3.5}) < tolerance<T>);
}

TEST_CASE("clip: a tied gradient is clipped without touching another leaf's") {
  const auto a = ebb::ones<float>({2}).requires_grad(), b = ebb::ones<float>({2}).requires_grad();
  sum(a + b).backward();
  ebb::optim::clip_grad_value(std::vector{a}, 0.5);
  CHECK(ebb::test::values(a.grad()) == std::vector<float>{0.5f, 0.5f});
  CHECK(ebb::test::values(b.grad()) == std::vector<float>{1, 1});
}

TEST_CASE("clip: errors") {
  const std::vector<ebb::Tensor<float>> none;
  CHECK(ebb::test::error([&] { ebb::optim::clip_grad_norm(none, 0); }) ==
        "[clip_grad_norm] the norm 0 must be positive");
  CHECK(ebb::test::error([&] { ebb::optim::clip_grad_value(none, -1); }) ==
        "[clip_grad_value] the value -1 must be positive");
}
