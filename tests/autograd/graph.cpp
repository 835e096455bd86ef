#include <mutex>
#include <thread>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/autograd/node.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/clone.hpp"
#include "ebb/ops/exp.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/slice.hpp"
#include "ebb/ops/sum.hpp"

namespace ebb::test {

TEST_CASE("graph: map and zip cut it, and backward says so") {
  const auto x = tensor<double>({2}).requires_grad();
  const auto doubled = map(x, [](double v) { return 2 * v; });
  CHECK(doubled.needs_grad());
  CHECK(
      error([&] { doubled.backward(); }) ==
      "[backward] the graph is cut here: map has no gradient of its own; give it one with differentiable(), "
      "or say detach()");
  const auto sum_of = zip(x, x, [](double a, double b) { return a + b; });
  CHECK(error([&] { (sum_of * 2.0).backward(); }).starts_with("[backward] the graph is cut here: zip"));
  // One good path does not hide the other.
  CHECK(error([&] { (x * doubled).backward(); }).starts_with("[backward] the graph is cut here: map"));
  CHECK(error([&] { (void)grad(x * doubled, {x}); }).starts_with("[backward] the graph is cut here: map"));
  (x * doubled.detach()).backward();
  CHECK(x.grad().item() == 4);
}

TEST_CASE("graph: a saved tensor that was changed in place is an error that names the operation") {
  auto x = tensor<double>({1, 2}).requires_grad();
  const auto y = sum(x * x);
  x(0) = 5;
  const std::string message =
      "[backward] multiply saved a tensor of shape (2,) that was changed in place afterwards";
  CHECK(error([&] { y.backward(); }) == message);

  // Through a view of the same elements, and the other way round.
  auto w = tensor<double>({1, 2, 3}).requires_grad();
  const auto z = sum(w * w);
  w.detach().slice(2, 3).fill(0);
  CHECK(error([&] { z.backward(); }).starts_with("[backward] multiply saved"));

  // A result that was saved.
  const auto v = tensor<double>({1}).requires_grad();
  auto e = exp(v);
  e.detach().fill(0);
  CHECK(error([&] { e.backward(); }).starts_with("[backward] exp saved"));

  // Changed before it was saved, or not saved at all: no error.
  auto u = tensor<double>({1, 2}).requires_grad();
  u(0) = 3;
  const auto linear = sum(u + 1.0);
  u(1) = 4;
  linear.backward();
  CHECK(values(u.grad()) == std::vector<double>{1, 1});
}

TEST_CASE("graph: it is freed with its results") {
  const auto in_use = [] { return Cpu::allocator().statistics().in_use; };
  const std::size_t before = in_use();
  {
    const auto x = uniform<Tensor<double>>({100}, -1, 1).requires_grad();
    const std::size_t leaf_only = in_use();
    {
      auto y = exp(x);
      y = sum(y * y + y);
      y.backward();
      CHECK(in_use() > leaf_only);
    }
    x.zero_grad();
    CHECK(in_use() == leaf_only);
    (void)grad(sum(exp(x)), {x});
    CHECK(in_use() == leaf_only);
    // An error on the way leaves nothing behind.
    (void)error([&] { sum(map(x, [](double v) { return v; }) * x).backward(); });
    CHECK(in_use() == leaf_only);
  }
  CHECK(in_use() == before);
}

TEST_CASE("graph: a million operations in a row") {
  const auto x = tensor<float>({1}).requires_grad();
  Tensor<float> y = x;
  for (int i = 0; i < 1'000'000; ++i) y = y + 1.0f;
  y.backward();
  CHECK(y.item() == 1'000'001);
  CHECK(x.grad().item() == 1);
}

TEST_CASE("graph: threads with graphs of their own share a leaf for reading") {
  const auto w = uniform<Tensor<double>>({50}, -1, 1).requires_grad();
  const auto expected = values(grad(sum(exp(w) * w), {w})[0]);
  int wrong = 0;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int k = 0; k < 50; ++k) {
          const bool same = values(grad(sum(exp(w) * w), {w})[0]) == expected;
          const std::lock_guard lock(mutex);
          wrong += !same;
        }
      });
  }
  CHECK(wrong == 0);
}

}  // namespace ebb::test
