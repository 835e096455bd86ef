#include "ebb/autograd/gradcheck.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/multiply.hpp"

namespace ebb::test {
namespace {

using X = Tensor<double>;

// a * b with the gradient of b scaled by `factor`.
X product(const X& a, const X& b, double factor) {
  return differentiable(zip(a, b, detail::Times{}), {a, b}, [a, b, factor](const X& dy) {
    return std::vector{dy * b, factor * (dy * a)};
  });
}

}  // namespace

TEST_CASE("gradcheck: a right gradient passes") {
  const X a = uniform<X>({2, 3}, -1, 1, 1), b = uniform<X>({2, 3}, -1, 1, 2);
  const GradCheck check = gradcheck([](const X& u, const X& v) { return product(u, v, 1); }, {a, b});
  CHECK(check.passed);
  CHECK(static_cast<bool>(check));
  CHECK(check.max_relative_error < 1e-8);
  CHECK(gradcheck([](const X& u) { return u * u * u; }, a).passed);
}

TEST_CASE("gradcheck: a wrong gradient is found, with its place") {
  const X a = uniform<X>({3}, 1, 2, 1), b = uniform<X>({3}, 1, 2, 2);
  const auto slightly_wrong = [](const X& u, const X& v) { return product(u, v, 1.0001); };
  const GradCheck check = gradcheck(slightly_wrong, {a, b});
  CHECK_FALSE(check.passed);
  CHECK(check.max_relative_error > 1e-5);
  CHECK(check.worst.starts_with("input 1, element "));
  CHECK(gradcheck(slightly_wrong, {a, b}, {.tolerance = 1e-3}).passed);
  // Inputs without requires_grad() are held constant once another one has it.
  CHECK(gradcheck(slightly_wrong, {a.detach().requires_grad(), b}).passed);
}

TEST_CASE("gradcheck: a single wrong element, a NaN and a forgotten path are found") {
  const X x = uniform<X>({5}, 1, 2);
  const auto with_gradient = [&](double last) {
    return gradcheck(
        [last](const X& u) {
          return differentiable(u * 1.0, {u}, [last](const X& dy) {
            X dx = detail::copy_of(dy);
            dx(4) = last;
            return std::vector{dx};
          });
        },
        x);
  };
  CHECK_FALSE(with_gradient(0).passed);
  CHECK(with_gradient(0).worst.starts_with("input 0, element 4"));
  CHECK_FALSE(with_gradient(std::numeric_limits<double>::quiet_NaN()).passed);
  CHECK_FALSE(gradcheck([](const X& u) { return u + u.detach() * u.detach(); }, x).passed);
}

TEST_CASE("gradcheck: leaves its inputs as they were") {
  const X x = uniform<X>({4}, -1, 1);
  const auto before = values(x);
  CHECK(gradcheck([](const X& u) { return u * u; }, x).passed);
  CHECK(values(x) == before);
  CHECK_FALSE(x.needs_grad());
  CHECK(gradcheck([](const X& u) { return u * u; }, X({0, 3})).passed);
  CHECK(error([&] {
          (void)gradcheck([](const X& u) { return u; }, {x, x});
        }) == "[gradcheck] the function does not take 2 tensors");
}

}  // namespace ebb::test
