#include "ebb/ops/cross_entropy.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "softmax_cases.hpp"

using ebb::cross_entropy;
using ebb::Index;
using ebb::Reduction;
using ebb::Tensor;

namespace {

/// The losses of the samples by their definition.
std::vector<double> losses(const std::vector<double>& logits, const std::vector<std::int32_t>& labels,
                           const std::vector<double>& weight, double smoothing) {
  const std::size_t n = labels.size(), classes = weight.size();
  const auto logp = ebb::test::log_softmax(logits, {static_cast<Index>(n), static_cast<Index>(classes)}, -1);
  std::vector<double> losses;
  for (std::size_t i = 0; i < n; ++i) {
    const auto label = static_cast<std::size_t>(labels[i]);
    double loss = -(1 - smoothing) * weight[label] * logp[i * classes + label];
    for (std::size_t c = 0; c < classes; ++c) {
      loss -= smoothing / static_cast<double>(classes) * weight[c] * logp[i * classes + c];
    }
    losses.push_back(loss);
  }
  return losses;
}

}  // namespace

TEST_CASE_TEMPLATE("cross_entropy with weights, smoothing and every reduction", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const std::vector<std::int32_t>& labels :
       {std::vector<std::int32_t>{0, 4, 2, 2, 1, 3}, std::vector<std::int32_t>{3}}) {
    const X logits = ebb::randn<T, D>({static_cast<Index>(labels.size()), 5});
    const X some_weight = ebb::rand<T, D>({5});
    const auto on_device = ebb::tensor<std::int32_t, D>(labels);
    for (const X& weight : {X(), some_weight}) {
      for (const double smoothing : {0.0, 0.1, 1.0}) {
        CAPTURE(smoothing);
        const std::vector<double> weights =
            weight.defined() ? ebb::test::doubles(weight) : std::vector<double>(5, 1.0);
        const auto expected = losses(ebb::test::doubles(logits), labels, weights, smoothing);
        const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
        double divisor = 0;
        for (const std::int32_t label : labels) divisor += weights[static_cast<std::size_t>(label)];
        const auto run = [&](Reduction reduction) {
          return cross_entropy(logits, on_device,
                               {.weight = weight, .label_smoothing = smoothing, .reduction = reduction});
        };
        CHECK(ebb::test::difference(run(Reduction::none), expected) < ebb::test::tolerance<T>);
        CHECK(ebb::test::difference(run(Reduction::sum), {sum}) < ebb::test::tolerance<T>);
        CHECK(ebb::test::difference(run(Reduction::mean), {sum / divisor}) < ebb::test::tolerance<T>);
        CHECK(run(Reduction::mean).shape() == ebb::Shape{});
      }
    }
  }
}

TEST_CASE_TEMPLATE("cross_entropy: gradient", D, EBB_TEST_DEVICES) {
  const auto some_weight = ebb::rand<double, D>({4});
  for (const Index n : {7, 1, 0}) {
    std::vector<std::int32_t> labels;
    for (Index i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(i % 4));
    const auto on_device = ebb::tensor<std::int32_t, D>(labels);
    for (const auto& weight : {Tensor<double, D>(), some_weight}) {
      for (const double smoothing : {0.0, 0.2}) {
        for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
          if (n == 0 && reduction == Reduction::mean) continue;
          const auto check = ebb::gradcheck(
              [&](const auto& x) {
                return cross_entropy(
                    x, on_device, {.weight = weight, .label_smoothing = smoothing, .reduction = reduction});
              },
              ebb::randn<double, D>({n, 4}));
          CHECK_MESSAGE(check.passed, check.worst);
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("cross_entropy of extreme logits is no NaN", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X logits = ebb::tensor<T, D>({1e4, -1e4, 1e4, -1e4}, {2, 2}).requires_grad();
  const auto labels = ebb::tensor<std::int32_t, D>({0, 1});
  const X loss = cross_entropy(logits, labels, {.reduction = Reduction::none});
  CHECK(ebb::test::difference(loss, {0, 2e4}) < ebb::test::tolerance<T>);
  loss.backward(ebb::ones<T, D>({2}));
  CHECK(ebb::test::difference(logits.grad(), {0, 0, 1, -1}) < ebb::test::tolerance<T>);

  // A class that is masked away.
  const X masked = ebb::tensor<T, D>({1, -std::numeric_limits<T>::infinity(), 1}, {1, 3}).requires_grad();
  const X of_masked = cross_entropy(masked, ebb::tensor<std::int32_t, D>({2}));
  CHECK(static_cast<double>(of_masked.item()) == doctest::Approx(std::log(2.0)));
  of_masked.backward();
  CHECK(ebb::test::difference(masked.grad(), {0.5, 0, -0.5}) < ebb::test::tolerance<T>);
}

TEST_CASE_TEMPLATE("cross_entropy: errors", X, EBB_TEST_TYPES) {
  using D = typename X::device_type;
  const auto run = [](const X& logits, const std::vector<std::int32_t>& labels,
                      const ebb::CrossEntropyOptions<typename X::value_type, D>& options = {}) {
    return ebb::test::error(
        [&] { (void)cross_entropy(logits, ebb::tensor<std::int32_t, D>(labels), options); });
  };
  CHECK(run(X({2, 3}), {0, 1, 2}) == "[cross_entropy] input (2, 3) and labels (3,) must be (N, C) and (N)");
  CHECK(run(X({2, 3, 4}), {0, 1}) ==
        "[cross_entropy] input (2, 3, 4) and labels (2,) must be (N, C) and (N)");
  CHECK(run(X({2, 3}), {0, 3}) == "[cross_entropy] label 3 at position 1 is not in [0, 3)");
  CHECK(run(X({2, 3}), {-1, 0}) == "[cross_entropy] label -1 at position 0 is not in [0, 3)");
  CHECK(run(X({2, 3}), {0, 1}, {.weight = X({2})}) ==
        "[cross_entropy] weight (2,) does not fit input (2, 3): expected (3,)");
  CHECK(run(X({2, 3}), {0, 1}, {.weight = X({3})}) ==
        "[cross_entropy] the weights of the labels sum to 0: their mean would be 0 / 0");
  CHECK(run(X({2, 3}), {0, 1}, {.label_smoothing = 1.5}) ==
        "[cross_entropy] label smoothing 1.5 must be in [0, 1]");
  CHECK(run(X({0, 3}), {}) == "[cross_entropy] input (0, 3) is empty: the mean of its losses would be 0 / 0");
  CHECK(run(X({0, 3}), {}, {.reduction = Reduction::sum}) == "nothing thrown");
}
