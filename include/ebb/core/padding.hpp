#pragma once

#include <algorithm>
#include <ostream>

#include "ebb/core/error.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE {

/// Zeros around the rows of a convolution: a number of them on either side, or as many as a rule asks for.
///
///     {.kernel = 5, .padding = 2}
///     {.kernel = 5, .padding = Padding::same}
///     {.kernel = 5, .padding = Padding::causal}
///
/// With `reach` = dilation (kernel - 1) + 1, the samples that one output sees, and L samples in a row:
///
/// - same: ceil(L / stride) outputs, with stride 1 as many as there are samples. It takes so many zeros that
///   the last output has all of its samples, (outputs - 1) stride + reach - L or none, of which half, rounded
///   down, come first. These are the rules of TensorFlow and Keras, for every stride; PyTorch has the same
///   for stride 1 and nothing beyond. With a stride above 1 where the zeros go depends on L, and differs from
///   a fixed number on either side.
/// - causal: reach - 1 zeros in front and none behind, so that no output sees a later sample, and as many
///   outputs as with `same`, as in Keras.
class Padding {
 public:
  enum Rule { number, same, causal };

  struct Sides {
    Index before, after;
  };

  constexpr Padding(Index each_side = 0) : count_(each_side) {}
  constexpr Padding(Rule rule) : rule_(rule) {}

  [[nodiscard]] constexpr Rule rule() const { return rule_; }

  /// The zeros on either side. Error [padding] where a rule decides.
  operator Index() const {
    detail::require(rule_ == number, "padding", *this, " is no number without an input");
    return count_;
  }

  /// The zeros in front of and behind rows of `length` samples.
  [[nodiscard]] Sides around(Index length, Index reach, Index stride) const {
    if (rule_ == number) return {count_, count_};
    if (rule_ == causal) return {reach - 1, 0};
    const Index outputs = (length + stride - 1) / stride;
    const Index total = std::max<Index>((outputs - 1) * stride + reach - length, 0);
    return {total / 2, total - total / 2};
  }

  friend std::ostream& operator<<(std::ostream& out, const Padding& padding) {
    if (padding.rule_ == number) return out << padding.count_;
    return out << (padding.rule_ == same ? "same" : "causal");
  }

 private:
  Rule rule_ = number;
  Index count_ = 0;
};

}  // namespace EBB_NAMESPACE
