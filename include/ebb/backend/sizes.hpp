#pragma once

#include <algorithm>
#include <array>

#include "ebb/core/shape.hpp"

/// What kernels are told beside their pointers: plain structs, no pointers, no tensors.

namespace EBB_NAMESPACE {

/// Two operands broadcast into one result: the result's extents with neighbouring axes merged where both
/// operands allow it, and how many elements a step along each axis moves in either operand (0: repeats).
struct BroadcastSizes {
  BroadcastSizes(const Shape& result, const Shape& a, const Shape& b) {
    Index stride_a = 1, stride_b = 1;
    for (Index back = 1; back <= result.rank(); ++back) {
      const Index length = result[result.rank() - back];
      const Index in_a = back <= a.rank() ? a[a.rank() - back] : 1;
      const Index in_b = back <= b.rank() ? b[b.rank() - back] : 1;
      if (length == 1) continue;
      add(length, in_a == 1 ? 0 : stride_a, in_b == 1 ? 0 : stride_b);
      stride_a *= in_a;
      stride_b *= in_b;
    }
    size = result.size();
  }

  Index rank = 0;
  Index size = 0;
  // Innermost axis first.
  std::array<Index, Shape::max_rank> extent{}, a_stride{}, b_stride{};

 private:
  void add(Index length, Index a_i, Index b_i) {
    if (rank > 0) {
      const auto last = static_cast<std::size_t>(rank - 1);
      if (a_i == a_stride[last] * extent[last] && b_i == b_stride[last] * extent[last]) {
        extent[last] *= length;
        return;
      }
    }
    const auto next = static_cast<std::size_t>(rank++);
    extent[next] = length;
    a_stride[next] = a_i;
    b_stride[next] = b_i;
  }
};

/// A tensor seen as (outer, count, inner); the middle axis is the one reduced.
struct ReduceSizes {
  Index outer = 1, count = 1, inner = 1;
};

/// A tensor seen as (outer, count, inner) whose middle axis is sorted; the first `keep` are wanted.
struct SortSizes {
  Index outer = 1, count = 1, inner = 1, keep = 1;
  bool descending = false;
};

struct MatmulSizes {
  Index m = 0, n = 0, k = 0;
  bool transpose_a = false;  ///< a is stored as k x m
  bool transpose_b = false;  ///< b is stored as n x k
  Index batch = 1;           ///< that many products, one after another in memory
};

/// How a convolution is computed. `winograd` (stride and dilation 1, filters of 3 to 5 taps) needs at most
/// half of the multiplications and rounds up to three times as coarsely as `direct`, in the gradient of the
/// weights of short rows up to five times (docs/performance.md); a sample that is infinite or NaN spreads to
/// a few neighbouring outputs more, as it may in any gradient of the input with a stride above 1. `automatic`
/// takes the faster one. A device without Winograd kernels computes directly.
enum class ConvAlgorithm { automatic, direct, winograd };

struct Conv1DSizes {
  Index batch = 0, channels = 0, length = 0, filters = 0, kernel = 1;
  Index stride = 1, padding = 0, dilation = 1, groups = 1;
  ConvAlgorithm algorithm = ConvAlgorithm::automatic;
  Index uneven = 0;  ///< how many zeros more there are behind a row than the `padding` ones in front of it

  friend bool operator==(const Conv1DSizes&, const Conv1DSizes&) = default;
  [[nodiscard]] bool has_winograd() const {
    return stride == 1 && dilation == 1 && kernel >= 3 && kernel <= 5;
  }
  [[nodiscard]] Index reach() const { return dilation * (kernel - 1) + 1; }
  [[nodiscard]] Index padded_length() const { return length + 2 * padding + uneven; }
  [[nodiscard]] Index out_length() const { return (padded_length() - reach()) / stride + 1; }
  /// The same with a stride that is no longer than the row: beyond it no stride changes a result, but kernels
  /// would walk it.
  [[nodiscard]] Conv1DSizes with_short_stride() const {
    Conv1DSizes sizes = *this;
    sizes.stride = std::min(stride, std::max(padded_length(), Index{2}));
    return sizes;
  }
};

struct Pool1DSizes {
  Index rows = 0, length = 0, kernel = 1, stride = 1, padding = 0;

  [[nodiscard]] Index out_length() const { return (length + 2 * padding - kernel) / stride + 1; }
};

/// Window number i of out_length ones covers [begin(i), end(i)); together they cover the row, and overlap by
/// one value where the length is not a multiple.
struct AdaptivePool1DSizes {
  Index rows = 0, length = 0, out_length = 0;

  [[nodiscard]] Index begin(Index out) const { return out * length / out_length; }
  [[nodiscard]] Index end(Index out) const { return ((out + 1) * length + out_length - 1) / out_length; }
};

struct Upsample1DSizes {
  Index rows = 0, length = 0, out_length = 0;
  bool linear = false;         ///< between the two nearest samples; otherwise the one left of the place
  bool align_corners = false;  ///< linear: the first and last outputs are the first and last samples
};

/// Max pooling without padding, of windows that do not overlap.
struct MaxWindows {
  Index kernel = 1, stride = 1;  ///< kernel <= stride

  /// Windows in a row; none where it is shorter than one.
  [[nodiscard]] Index count(Index length) const {
    return length < kernel ? 0 : (length - kernel) / stride + 1;
  }
};

struct BatchNormSizes {
  Index batch = 0, channels = 0, length = 1;
  double epsilon = 0;   ///< added to the variance
  double momentum = 0;  ///< the share of the old value that a running statistic keeps; training only
  bool relu = false;    ///< max(0, y) in the same pass, and in the gradients
};

/// Each of (batch, groups) is normalised over (channels, inner) values, neighbours in memory.
struct GroupNormSizes {
  Index batch = 0, groups = 1, channels = 0, inner = 1;
  double epsilon = 0;  ///< added to the variance
};

struct CrossEntropySizes {
  Index batch = 0, classes = 0, positions = 1;
  double label_smoothing = 0;
  Index ignored = -1;  ///< the loss of this label is 0
};

/// A dense result whose elements are read from elsewhere in steps: y[i, j, ...] = x[start + i x_stride[0] + j
/// x_stride[1] + ...]. A stride of 0 repeats, a negative one reverses. Permutations, repetitions, flips.
struct StridedSizes {
  /// Adds an axis of the result inside of those so far.
  void add_axis(Index length, Index x_step) {
    size *= length;
    if (length == 1) return;
    if (rank > 0 && x_stride[last()] == x_step * length) {
      extent[last()] *= length;
      x_stride[last()] = x_step;
      return;
    }
    ++rank;
    extent[last()] = length;
    x_stride[last()] = x_step;
  }

  Index start = 0;
  Index size = 1;
  Index rank = 0;
  // Outermost axis first. Neighbours of which one continues the other are one axis. A repetition adds an
  // axis.
  std::array<Index, 2 * Shape::max_rank> extent{}, x_stride{};

 private:
  [[nodiscard]] std::size_t last() const { return static_cast<std::size_t>(rank - 1); }
};

struct BlockSizes {
  Index outer = 0, count = 0, x_stride = 0, y_stride = 0;
};

/// rows: how many are gathered or scattered; table: how many there are; width: elements of each; outer: that
/// many times, with the same numbers.
struct RowSizes {
  Index rows = 0, table = 0, width = 0, outer = 1;
};

/// Along the middle axis of (outer, count, inner), numbers below `table`.
struct AlongSizes {
  Index outer = 1, count = 0, table = 0, inner = 1;
};

struct RecurrentSizes {
  Index batch = 0, hidden = 0;
  Index step = 0;  ///< a sequence whose length is not above it is over
};

template <class T>
struct SgdStep {
  T learning_rate, momentum, weight_decay;
  bool nesterov;
};

/// Kingma and Ba, "Adam" (2015), in the form of PyTorch: w -= step_size m / (sqrt(v) second_moment_correction
/// + epsilon).
template <class T>
struct AdamStep {
  T step_size;  ///< learning rate / (1 - beta1^t)
  T beta1, beta2;
  T rest1, rest2;  ///< 1 - beta1 and 1 - beta2, which in T would lose what beta2 near 1 leaves
  T epsilon;
  T second_moment_correction;  ///< 1 / sqrt(1 - beta2^t)
  T weight_decay;              ///< added to the gradient (L2)
  T decoupled_decay;           ///< w *= 1 - this, before the step (AdamW)
};

/// Tieleman and Hinton, RMSprop (2012), in the form of PyTorch: w -= learning_rate g / (sqrt(mean square) +
/// epsilon), or, with momentum, times a velocity of such quotients.
template <class T>
struct RmspropStep {
  T learning_rate;
  T alpha, rest;  ///< what a step leaves of the mean square; 1 - alpha
  T epsilon, momentum;
  T weight_decay;  ///< added to the gradient (L2)
};

}  // namespace EBB_NAMESPACE
