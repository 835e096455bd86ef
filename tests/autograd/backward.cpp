#include "ebb/autograd/backward.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/exp.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/reshape.hpp"
#include "ebb/ops/sum.hpp"

namespace ebb::test {
namespace {

template <class T, class D>
Tensor<T, D> leaf(std::vector<T> v) {
  return tensor<T, D>(v).requires_grad();
}

// The identity, counting how often its gradient is asked for and with which needs.
struct Counter {
  int calls = 0;
  std::vector<bool> needs;
};
template <class T, class D>
Tensor<T, D> counted(const std::vector<Tensor<T, D>>& inputs, Counter& counter) {
  return differentiable(
      inputs[0], inputs,
      [&counter, count = inputs.size()](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        ++counter.calls;
        counter.needs = needs;
        return std::vector<Tensor<T, D>>(count, dy);
      },
      "counted");
}

}  // namespace

TEST_CASE_TEMPLATE("backward: gradients add up until they are forgotten", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = leaf<T, D>({1, 2});
  CHECK_FALSE(x.has_grad());
  const X loss = sum(x * x);
  loss.backward();
  CHECK(values(x.grad()) == std::vector<T>{2, 4});
  loss.backward();
  CHECK(values(x.grad()) == std::vector<T>{4, 8});
  x.zero_grad();
  CHECK_FALSE(x.has_grad());
  loss.backward();
  CHECK(values(x.grad()) == std::vector<T>{2, 4});
}

TEST_CASE_TEMPLATE("backward: an input that is used often", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = leaf<T, D>({3});
  const X y = x * x;      // 9
  const X z = y * x + y;  // x^3 + x^2
  (z + z).backward();
  CHECK(x.grad().item() == T(2 * (27 + 6)));
}

TEST_CASE_TEMPLATE("backward: a diamond asks each operation once", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Counter counter;
  const X x = leaf<T, D>({3});
  const X shared = counted<T, D>({x}, counter);
  (shared * shared + shared).backward();
  CHECK(counter.calls == 1);
  CHECK(x.grad().item() == 7);
}

TEST_CASE_TEMPLATE("backward: with a gradient of its own for a result of any shape", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = leaf<T, D>({1, 2});
  (x * T(3)).backward(tensor<T, D>({1, 10}));
  CHECK(values(x.grad()) == std::vector<T>{3, 30});
  const X seed = tensor<T, D>({5, 5});
  const X y = leaf<T, D>({1, 2});
  y.backward(seed);  // a leaf is a result as well
  y.grad().fill(T(0));
  CHECK(values(seed) == std::vector<T>{5, 5});
}

TEST_CASE_TEMPLATE("backward: leaves never share a gradient", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X a = leaf<T, D>({1, 2}), b = leaf<T, D>({3, 4}), c = leaf<T, D>({5, 6});
  const X seed = tensor<T, D>({1, 1});
  (a + b + c.reshape({2})).backward(seed);
  a.grad().fill(T(7));
  b.grad().fill(T(8));
  CHECK(values(c.grad()) == std::vector<T>{1, 1});
  CHECK(values(a.grad()) == std::vector<T>{7, 7});
  CHECK(values(seed) == std::vector<T>{1, 1});

  const auto both = grad(sum(a + b), {a, b});
  X first = both[0];
  first.fill(T(9));
  CHECK(values(both[1]) == std::vector<T>{1, 1});
}

TEST_CASE_TEMPLATE("grad: of what was asked for and nothing else", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Counter weights, input, both;
  const X w = leaf<T, D>({2}), x = leaf<T, D>({5});
  const X hidden = counted<T, D>({counted<T, D>({x}, input) * T(3), counted<T, D>({w}, weights)}, both);
  const X loss = sum(hidden * hidden);
  const auto gradients = grad(loss, {x});
  CHECK(gradients.size() == 1);
  CHECK(gradients[0].item() == T(2 * 15 * 3));
  CHECK(input.calls == 1);
  CHECK(weights.calls == 0);
  CHECK(both.needs == std::vector<bool>{true, false});
  CHECK_FALSE(x.has_grad());
  CHECK_FALSE(w.has_grad());

  // With respect to a result on the way: nothing below it runs.
  CHECK(grad(loss, {hidden})[0].item() == 30);
  CHECK(input.calls == 1);
  CHECK(both.calls == 1);

  // Several at once, a result and what it depends on, in their order.
  const auto three = grad(loss, {w, hidden, x});
  CHECK(three[0].item() == 30);
  CHECK(three[1].item() == 30);
  CHECK(three[2].item() == 90);
  CHECK(weights.calls == 1);
}

TEST_CASE_TEMPLATE("backward: no gradient for operands without one", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  Counter counter;
  const X x = leaf<T, D>({2});
  counted<T, D>({x, tensor<T, D>({3})}, counter).backward();
  CHECK(counter.needs == std::vector<bool>{true, false});
  CHECK_FALSE((tensor<T, D>({3}) + T(1)).needs_grad());
}

TEST_CASE_TEMPLATE("backward: errors", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = leaf<T, D>({1, 2}), other = leaf<T, D>({1}), constant({2}), y = x * x;
  CHECK(error([&] { y.backward(); }) == "[backward] a loss is one number, this tensor has shape (2,)");
  CHECK(error([&] { y.backward(X({3})); }) == "[backward] the gradient has shape (3,), the tensor (2,)");
  CHECK(error([&] { sum(constant).backward(); }) ==
        "[backward] the tensor depends on nothing that requires a gradient");
  CHECK(error([&] { X().backward(); }).starts_with("[backward] "));
  CHECK(error([&] { (void)x.grad(); }) == "[grad] there is no gradient yet: backward() comes first");
  CHECK(error([&] { (void)y.grad(); }).starts_with("[grad] a tensor of shape (2,) keeps no gradient"));
  CHECK(error([&] { (void)y.has_grad(); }).starts_with("[has_grad] "));
  CHECK(error([&] { constant.zero_grad(); }).starts_with("[zero_grad] "));
  CHECK(error([&] { X(y).requires_grad(); }).starts_with("[requires_grad] the result of an operation"));
  CHECK(error([&] { X().requires_grad(); }) == "[requires_grad] the tensor is undefined");

  const X loss = sum(y);
  CHECK(error([&] { (void)grad(loss, {constant}); }) ==
        "[grad] input 0 of shape (2,) does not require a gradient");
  CHECK(error([&] {
          (void)grad(loss, {x, other});
        }) == "[grad] the loss does not depend on input 1 of shape (1,)");
  CHECK(error([&] { (void)grad(y, {x}); }) == "[grad] a loss is one number, this tensor has shape (2,)");
  CHECK(error([&] { (void)grad(loss, std::vector<X>{}); }) == "[grad] no tensor is named");
  CHECK(error([&] { (void)grad(sum(constant), {x}); }).starts_with("[grad] the loss depends on nothing"));
}

TEST_CASE_TEMPLATE("no_grad: nothing is recorded while it lives", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = leaf<T, D>({2});
  {
    const NoGrad guard;
    CHECK_FALSE(is_grad_enabled());
    { const NoGrad nested; }
    CHECK_FALSE(is_grad_enabled());
    CHECK_FALSE((x * x + T(1)).needs_grad());
    CHECK_FALSE(map(x, [](T v) { return v; }).needs_grad());
  }
  CHECK(is_grad_enabled());
  CHECK((x * x).needs_grad());
  CHECK_FALSE(x.detach().needs_grad());

  // Gradient functions run under it.
  bool enabled = true;
  differentiable(x, {x}, [&](const X& dy) {
    enabled = is_grad_enabled();
    return std::vector{dy};
  }).backward();
  CHECK_FALSE(enabled);
}

}  // namespace ebb::test
