#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ebb/core/error.hpp"
#include "ebb/core/host_values.hpp"

namespace EBB_NAMESPACE::metrics {

/// How well a class, or an average over classes, was recognised.
struct Scores {
  double precision = 0;  ///< the share of right ones among those taken for the class
  double recall = 0;     ///< the share of the class that was recognised
  double f1 = 0;         ///< the harmonic mean of both
  Index support = 0;     ///< how many samples the class has
};

/// Counts predictions against truth, and what follows from the counts. A ratio without a denominator (the
/// precision of a class that was never predicted) is 0, and so is its F1: scikit-learn's `zero_division=0`.
///
///     metrics::Confusion confusion(17);
///     confusion.add(argmax(model(x), 1), labels);
///     confusion.macro().f1;   confusion(3, 5);   // samples of class 3 taken for class 5
class Confusion {
 public:
  static constexpr Index max_classes = 1 << 15;  ///< whose counts take 8 GiB

  explicit Confusion(Index classes) : classes_(classes) {
    detail::require(classes >= 1 && classes <= max_classes, "confusion", "the number of classes ", classes,
                    " must be from 1 to ", max_classes);
    counts_.resize(static_cast<std::size_t>(classes * classes));
  }

  /// Counts one sample, or `count` of them. Error [confusion] for a class outside of [0, classes).
  void add(Index predicted, Index actual, Index count = 1) {
    require_class("predicted", predicted);
    require_class("actual", actual);
    counts_[place(actual, predicted)] += count;
  }

  /// Counts the samples of two tensors of the same shape, of classes predicted and actual.
  template <class D>
  void add(const Tensor<std::int32_t, D>& predicted, const Tensor<std::int32_t, D>& actual) {
    detail::require(predicted.defined() && actual.defined() && predicted.shape() == actual.shape(),
                    "confusion", "predicted classes ", predicted.shape(), " and actual ones ", actual.shape(),
                    " must have the same shape");
    const detail::HostValues of_predicted(predicted), of_actual(actual);
    for (Index i = 0; i < of_actual.size(); ++i) {
      require_class("predicted", of_predicted[i]);
      require_class("actual", of_actual[i]);
    }
    for (Index i = 0; i < of_actual.size(); ++i) ++counts_[place(of_actual[i], of_predicted[i])];
  }

  [[nodiscard]] Index classes() const { return classes_; }

  /// How many samples of class `actual` (row) were taken for class `predicted` (column).
  [[nodiscard]] Index operator()(Index actual, Index predicted) const {
    require_class("actual", actual);
    require_class("predicted", predicted);
    return counts_[place(actual, predicted)];
  }

  /// The number of samples.
  [[nodiscard]] Index total() const {
    Index sum = 0;
    for (const Index count : counts_) sum += count;
    return sum;
  }

  /// The share of samples that were recognised.
  [[nodiscard]] double accuracy() const {
    Index hits = 0;
    for (Index c = 0; c < classes_; ++c) hits += (*this)(c, c);
    return ratio(hits, total());
  }

  /// Of one class.
  [[nodiscard]] Scores scores(Index c) const {
    Index predicted = 0, actual = 0;
    for (Index other = 0; other < classes_; ++other) {
      predicted += (*this)(other, c);
      actual += (*this)(c, other);
    }
    const Index hits = (*this)(c, c);
    return {.precision = ratio(hits, predicted),
            .recall = ratio(hits, actual),
            .f1 = ratio(2 * hits, predicted + actual),
            .support = actual};
  }

  /// The mean over the classes that have samples or were predicted, as scikit-learn takes it. Where all have
  /// samples, its recall is the balanced accuracy.
  [[nodiscard]] Scores macro() const {
    return average([this](Index c) { return occurs(c) ? 1.0 : 0.0; });
  }

  /// The mean over classes weighted by their support. Its recall is the accuracy.
  [[nodiscard]] Scores weighted() const {
    return average([this](Index c) { return static_cast<double>(scores(c).support); });
  }

 private:
  static double ratio(Index part, Index whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  }

  [[nodiscard]] bool occurs(Index c) const {
    for (Index other = 0; other < classes_; ++other) {
      if ((*this)(c, other) > 0 || (*this)(other, c) > 0) return true;
    }
    return false;
  }

  template <class Weight>
  [[nodiscard]] Scores average(Weight weight) const {
    Scores sum;
    double weights = 0;
    for (Index c = 0; c < classes_; ++c) {
      const Scores of_class = scores(c);
      const double w = weight(c);
      sum.precision += w * of_class.precision;
      sum.recall += w * of_class.recall;
      sum.f1 += w * of_class.f1;
      sum.support += of_class.support;
      weights += w;
    }
    if (weights == 0) return {};
    sum.precision /= weights;
    sum.recall /= weights;
    sum.f1 /= weights;
    return sum;
  }

  void require_class(const char* which, Index c) const {
    detail::require(c >= 0 && c < classes_, "confusion", "the ", which, " class ", c, " is not in [0, ",
                    classes_, ")");
  }

  [[nodiscard]] std::size_t place(Index actual, Index predicted) const {
    return static_cast<std::size_t>(actual * classes_ + predicted);
  }

  Index classes_;
  std::vector<Index> counts_;  // row by row, a row per actual class
};

}  // namespace EBB_NAMESPACE::metrics
