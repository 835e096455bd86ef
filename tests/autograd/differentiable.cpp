#include "ebb/autograd/differentiable.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/sum.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("differentiable: an operation of the user's own", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  const auto square = [](const X& x) {
    return differentiable(
        zip(x, x, detail::Times{}), {x}, [x](const X& dy) { return std::vector{2.0 * x * dy}; }, "square");
  };
  CHECK(gradcheck(square, uniform<X>({2, 3}, -1, 1)).passed);
}

TEST_CASE("differentiable: returns a new handle and leaves y out of the graph") {
  const auto x = tensor<double>({3}).requires_grad();
  const Tensor<double> y = map(x.detach(), [](double v) { return std::exp(v); });
  const Tensor<double> z = differentiable(
      y, {x}, [y](const Tensor<double>& dy) { return std::vector{dy * y}; }, "exp");
  CHECK_FALSE(y.needs_grad());
  CHECK(z.needs_grad());
  CHECK(z.data() == y.data());
}

TEST_CASE("differentiable: without a gradient to record the function is dropped") {
  const Tensor<double> kept({1000});
  const auto gradient = [kept](const Tensor<double>& dy) { return std::vector{dy * kept}; };
  const auto constant = differentiable(Tensor<double>({1000}), {Tensor<double>({1000})}, gradient);
  CHECK_FALSE(constant.needs_grad());
  const auto leaf = Tensor<double>({1000}).requires_grad();
  const NoGrad guard;
  CHECK_FALSE(differentiable(Tensor<double>({1000}), {leaf}, gradient).needs_grad());
}

TEST_CASE("differentiable: wrong gradients are noticed") {
  const auto x = tensor<double>({3, 4}).requires_grad();
  const auto with = [&](std::vector<Tensor<double>> gradients) {
    return error([&] {
      differentiable(
          tensor<double>({1}), {x}, [gradients](const Tensor<double>&) { return gradients; }, "mine")
          .backward();
    });
  };
  CHECK(with({Tensor<double>({2, 1})}) ==
        "[differentiable] input 0 of mine has shape (2,), its gradient (2, 1)");
  CHECK(with({Tensor<double>()}).starts_with("[differentiable] input 0 of mine has shape (2,)"));
  CHECK(with({x.detach(), x.detach()}) ==
        "[differentiable] mine has 1 inputs, its gradient function returned 2 gradients");
  CHECK(with({}).starts_with("[differentiable] mine has 1 inputs"));
}

TEST_CASE("differentiable: an undefined gradient is good enough where none is needed") {
  const auto x = tensor<double>({3}).requires_grad();
  const auto y = differentiable(tensor<double>({1}), {x, tensor<double>({5})}, [](const Tensor<double>& dy) {
    return std::vector{dy * 2.0, Tensor<double>()};
  });
  y.backward();
  CHECK(x.grad().item() == 2);
}

}  // namespace ebb::test
