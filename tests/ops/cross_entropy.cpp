#include "ebb/ops/cross_entropy.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/one_hot.hpp"
#include "ebb/ops/reshape.hpp"
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
  CHECK(run(X({2, 3}), {0, 1, 2}) ==
        "[cross_entropy] input (2, 3) and labels (3,) must be (N, C, ...) and (N, ...)");
  CHECK(run(X({2, 3, 4}), {0, 1}) ==
        "[cross_entropy] input (2, 3, 4) and labels (2,) must be (N, C, ...) and (N, ...)");
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

namespace {

/// Logits (N, C, L) as (N L, C).
template <class T, class D>
Tensor<T, D> as_rows(const Tensor<T, D>& x) {
  const Index n = x.shape(0), classes = x.shape(1), positions = x.shape(2);
  const std::vector<T> in = ebb::test::values(x);
  std::vector<T> rows;
  for (Index i = 0; i < n * positions; ++i)
    for (Index c = 0; c < classes; ++c)
      rows.push_back(in[static_cast<std::size_t>((i / positions * classes + c) * positions + i % positions)]);
  return ebb::tensor<T, D>(rows, {n * positions, classes});
}

template <class D>
Tensor<std::int32_t, D> some_labels(const ebb::Shape& shape, std::int32_t classes) {
  std::vector<std::int32_t> labels;
  for (Index i = 0; i < shape.size(); ++i) labels.push_back(static_cast<std::int32_t>(i * 7 % classes));
  return ebb::tensor<std::int32_t, D>(labels, shape);
}

}  // namespace

TEST_CASE_TEMPLATE("cross_entropy per position is that of the positions as samples", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const auto& [n, positions] : {std::pair<Index, Index>{2, 3}, {1, 700}, {3, 1}, {4, 0}}) {
    const X logits = ebb::randn<T, D>({n, 5, positions}).requires_grad();
    const X rows = as_rows(logits.detach()).requires_grad();
    const auto labels = some_labels<D>({n, positions}, 5);
    const ebb::CrossEntropyOptions<T, D> options{.weight = ebb::rand<T, D>({5}),
                                                 .label_smoothing = 0.1,
                                                 .ignore_index = 3,
                                                 .reduction = Reduction::none};
    const X y = cross_entropy(logits, labels, options);
    const X expected = cross_entropy(rows, labels.reshape({n * positions}), options);
    CHECK(y.shape() == labels.shape());
    CHECK(ebb::test::values(y) == ebb::test::values(expected));
    y.backward(ebb::ones<T, D>(y.shape()));
    expected.backward(ebb::ones<T, D>(expected.shape()));
    CHECK(ebb::test::values(as_rows(logits.grad())) == ebb::test::values(rows.grad()));
  }
  const X images({2, 3, 4, 5});
  CHECK(cross_entropy(images, Tensor<std::int32_t, D>({2, 4, 5})).item() == doctest::Approx(std::log(3.0)));
}

TEST_CASE_TEMPLATE("cross_entropy: labels that do not count", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X logits = ebb::randn<T, D>({4, 3}).requires_grad();
  for (const std::int32_t ignored : {-100, 1, 7}) {
    CAPTURE(ignored);
    const auto labels = ebb::tensor<std::int32_t, D>({2, ignored, 0, ignored});
    const X loss = cross_entropy(logits, labels, {.ignore_index = ignored});
    const X kept = ebb::tensor<T, D>(
        {logits(0, 0), logits(0, 1), logits(0, 2), logits(2, 0), logits(2, 1), logits(2, 2)}, {2, 3});
    const X expected = cross_entropy(kept, ebb::tensor<std::int32_t, D>({2, 0}));
    CHECK(ebb::test::difference(loss, ebb::test::doubles(expected)) < ebb::test::tolerance<T>);
    logits.zero_grad();
    loss.backward();
    const auto slopes = ebb::test::values(logits.grad());
    for (const std::size_t i : {3u, 4u, 5u, 9u, 10u, 11u}) CHECK(slopes[i] == 0);

    const auto none = ebb::full<std::int32_t, D>({4}, ignored);
    CHECK(ebb::test::error([&] { (void)cross_entropy(logits, none, {.ignore_index = ignored}); }) ==
          "[cross_entropy] all labels are ignored: the mean of their losses would be 0 / 0");
    CHECK(cross_entropy(logits, none, {.ignore_index = ignored, .reduction = Reduction::sum}).item() == 0);
  }
}

TEST_CASE_TEMPLATE("cross_entropy of soft targets", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X logits = ebb::randn<T, D>({6, 4}), weight = ebb::rand<T, D>({4});
  const auto labels = some_labels<D>({6}, 4);
  for (const double smoothing : {0.0, 0.1}) {
    for (const X& w : {X(), weight}) {
      const ebb::CrossEntropyOptions<T, D> options{
          .weight = w, .label_smoothing = smoothing, .reduction = Reduction::none};
      const X hard = cross_entropy(logits, labels, options);
      const X soft = cross_entropy(logits, ebb::one_hot<T>(labels, 4), options);
      CHECK(soft.shape() == ebb::Shape{6});
      CHECK(ebb::test::difference(soft, ebb::test::doubles(hard)) < ebb::test::tolerance<T>);
    }
  }
  CHECK(cross_entropy(X({2, 4, 3}), ebb::full<T, D>({2, 4, 3}, T(0.25))).item() ==
        doctest::Approx(std::log(4.0)));
  // A class that is impossible and does not happen costs nothing.
  const X masked = ebb::tensor<T, D>({1, -std::numeric_limits<T>::infinity(), 1}, {1, 3}).requires_grad();
  const X loss = cross_entropy(masked, ebb::tensor<T, D>({0.5, 0, 0.5}, {1, 3}));
  CHECK(static_cast<double>(loss.item()) == doctest::Approx(std::log(2.0)));
  loss.backward();
  CHECK(ebb::test::difference(masked.grad(), {0, 0, 0}) < ebb::test::tolerance<T>);
}

TEST_CASE_TEMPLATE("cross_entropy of soft targets: gradients", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  for (const ebb::Shape& shape : {ebb::Shape{3, 4}, ebb::Shape{2, 3, 5}, ebb::Shape{1, 1}}) {
    const X weight = ebb::rand<double, D>({shape[1]});
    for (const Reduction reduction : {Reduction::mean, Reduction::sum, Reduction::none}) {
      const auto check = ebb::gradcheck(
          [&](const X& x, const X& targets) {
            return cross_entropy(x, targets,
                                 {.weight = weight, .label_smoothing = 0.2, .reduction = reduction});
          },
          {ebb::randn<double, D>(shape), ebb::rand<double, D>(shape)});
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

TEST_CASE_TEMPLATE("cross_entropy of soft targets: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] {
          (void)cross_entropy(X({2, 3}), X({2, 4}));
        }) == "[cross_entropy] input (2, 3) and target (2, 4) must have the same shape");
  CHECK(error([] { (void)cross_entropy(X({3}), X({3})); }) == "[cross_entropy] input (3,) is no (N, C, ...)");
  CHECK(error([] {
          (void)cross_entropy(X({2, 3}), X({2, 3}), {.ignore_index = 1});
        }) == "[cross_entropy] ignore_index is for labels, not for soft targets");
  CHECK(error([] {
          (void)cross_entropy(X({2, 3}), X({2, 3}), {.weight = X({2})});
        }) == "[cross_entropy] weight (2,) does not fit input (2, 3): expected (3,)");
  CHECK(error([] {
          (void)cross_entropy(X({0, 3}), X({0, 3}));
        }) == "[cross_entropy] input (0, 3) is empty: the mean of its losses would be 0 / 0");
}
