#include "ebb/ops/nll_loss.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/cross_entropy.hpp"
#include "ebb/ops/log_softmax.hpp"

using ebb::Index;
using ebb::nll_loss;
using ebb::Reduction;
using ebb::Tensor;

TEST_CASE_TEMPLATE("nll_loss picks and weighs the labels' entries", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const T impossible = -std::numeric_limits<T>::infinity();
  const X logp = ebb::tensor<T, D>({-1, -2, impossible, -4, -5, -6}, {2, 3});
  const auto labels = ebb::tensor<std::int32_t, D>({1, 2});
  const X weight = ebb::tensor<T, D>({1, 2, 0.5});
  CHECK(ebb::test::values(nll_loss(logp, labels, {.reduction = Reduction::none})) == std::vector<T>{2, 6});
  CHECK(nll_loss(logp, labels).item() == T(4));
  CHECK(nll_loss(logp, labels, {.reduction = Reduction::sum}).item() == T(8));
  CHECK(ebb::test::values(nll_loss(logp, labels, {.weight = weight, .reduction = Reduction::none})) ==
        std::vector<T>{4, 3});
  CHECK(nll_loss(logp, labels, {.weight = weight}).item() == T(7) / T(2.5));
}

TEST_CASE_TEMPLATE("nll_loss of log_softmax is cross_entropy", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::randn<T, D>({9, 6}), weight = ebb::rand<T, D>({6});
  const auto labels = ebb::tensor<std::int32_t, D>({0, 5, 1, 4, 2, 3, 3, 3, 0});
  const X a = nll_loss(ebb::log_softmax(x), labels, {.weight = weight});
  const X b = ebb::cross_entropy(x, labels, {.weight = weight});
  CHECK(ebb::test::difference(a, ebb::test::doubles(b)) < ebb::test::tolerance<T>);
}

TEST_CASE_TEMPLATE("nll_loss: gradient", D, EBB_TEST_DEVICES) {
  const auto some_weight = ebb::rand<double, D>({4});
  for (const Index n : {7, 1, 0}) {
    std::vector<std::int32_t> labels;
    for (Index i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(i % 4));
    const auto on_device = ebb::tensor<std::int32_t, D>(labels);
    for (const auto& weight : {Tensor<double, D>(), some_weight}) {
      for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
        if (n == 0 && reduction == Reduction::mean) continue;
        const auto check = ebb::gradcheck(
            [&](const auto& x) { return nll_loss(x, on_device, {.weight = weight, .reduction = reduction}); },
            ebb::randn<double, D>({n, 4}));
        CHECK_MESSAGE(check.passed, check.worst);
      }
    }
  }
}

TEST_CASE_TEMPLATE("nll_loss per position, with labels that do not count, is cross_entropy", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::randn<T, D>({2, 3, 4}), weight = ebb::rand<T, D>({3});
  for (const std::int32_t ignored : {-1, 1}) {
    const auto labels = ebb::tensor<std::int32_t, D>({0, 1, 2, ignored, 2, 2, ignored, 0}, {2, 4});
    const X a = nll_loss(ebb::log_softmax(x, 1), labels, {.weight = weight, .ignore_index = ignored});
    const X b = ebb::cross_entropy(x, labels, {.weight = weight, .ignore_index = ignored});
    CHECK(ebb::test::difference(a, ebb::test::doubles(b)) < ebb::test::tolerance<T>);
    const X each = nll_loss(x, labels, {.ignore_index = ignored, .reduction = Reduction::none});
    CHECK(each.shape() == labels.shape());
    CHECK(each(0, 3) == 0);
  }
}

TEST_CASE_TEMPLATE("nll_loss: errors", X, EBB_TEST_TYPES) {
  using D = typename X::device_type;
  const auto run = [](const X& x, const std::vector<std::int32_t>& labels) {
    return ebb::test::error([&] { (void)nll_loss(x, ebb::tensor<std::int32_t, D>(labels)); });
  };
  CHECK(run(X({2, 3}), {0}) == "[nll_loss] input (2, 3) and labels (1,) must be (N, C, ...) and (N, ...)");
  CHECK(run(X({2, 3}), {0, 7}) == "[nll_loss] label 7 at position 1 is not in [0, 3)");
  CHECK(run(X({0, 3}), {}) == "[nll_loss] input (0, 3) is empty: the mean of its losses would be 0 / 0");
}
