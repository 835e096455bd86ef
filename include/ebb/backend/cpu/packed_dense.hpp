#pragma once

#include <algorithm>
#include <optional>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/bf16/matmul.hpp"
#include "ebb/backend/cpu/portable/matmul.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/dense.hpp"
#include "ebb/backend/cpu/x86/bf16.hpp"
#include "ebb/backend/cpu/x86/kernels.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// A Dense layer whose weights do not change any more: packed once, for the instruction set in use, with bias
/// and ReLU in the same pass. Calls do not change it.
///
/// A row's features are channels x positions. Where the values of a channel are known behind some position,
/// its `tail`, their share of the result is in a table, and no work is done for them.
template <class T>
class PackedDense {
 public:
  struct Options {
    bool relu = false;      ///< negative results become 0
    bool bfloat16 = false;  ///< products of bfloat16 numbers
  };

  using Sizes = tiled::DenseSizes;
  /// Rows of `features` numbers; see tiled::DenseRows for `used`. `order`: in which row of y the result of
  /// each comes; null: the same.
  struct Rows : tiled::DenseRows<T> {
    const Index* order = nullptr;
  };

  /// w (outputs, features); bias (outputs) or null; tail (channels) or null.
  PackedDense(const T* w, const T* bias, const T* tail, const Sizes& sizes, const Options& options)
      : sizes_(sizes), options_(options) {
    if (bias) bias_.assign(bias, bias + sizes.outputs);
    if (options.bfloat16 && std::is_same_v<T, float>) {
      if constexpr (std::is_same_v<T, float>) rounded_.emplace(w, sizes.outputs, sizes.features());
    } else if (const auto* kernels = x86::kernels<T>()) {
      tiled_.emplace(*kernels, w, sizes);
      make_starts(w, tail);
    } else {
      plain_.assign(w, w + sizes.outputs * sizes.features());
    }
  }

  [[nodiscard]] const Sizes& sizes() const { return sizes_; }

  /// Whether rows are wanted position by position and may end before their tail; otherwise they are wanted
  /// channel by channel, and whole.
  [[nodiscard]] bool by_positions() const { return tiled_.has_value(); }

  /// How many positions of a row have to be there where the tail begins behind `used`.
  [[nodiscard]] Index positions_needed(Index used) const {
    if (!by_positions()) return used;
    const Index features = round_up(used * sizes_.channels, tiled_->depth());
    return std::min(sizes_.positions, blocks_of(features, sizes_.channels));
  }

  /// `used` of a row of which so many positions are there.
  [[nodiscard]] Index used_features(Index positions) const {
    return positions == sizes_.positions ? sizes_.features() : positions * sizes_.channels / step() * step();
  }

  /// Whether it takes rows of bfloat16 numbers, too.
  [[nodiscard]] bool takes_bfloat16() const { return rounded_.has_value(); }

  /// Writes `positions` of (channels, x_step) to a row, as by_positions() says; the row is not used behind
  /// them.
  template <class Number>
  void arrange(const Number* x, Index x_step, Index positions, Number* row) const {
    if constexpr (std::is_same_v<Number, T>) {
      if (by_positions())
        return tiled::transpose_positions(tiled_->kernel(), x, x_step, sizes_.channels, positions, row);
    }
    for (Index c = 0; c < sizes_.channels; ++c)
      std::copy_n(x + c * x_step, positions, row + c * sizes_.positions);
  }

  /// y (rows, outputs).
  void operator()(const Rows& rows, T* y) const {
    if (tiled_) {
      tiled::dense(*tiled_, rows, [&](Index row, const T* sum) {
        const Index start = rows.used ? blocks_of(rows.used[row], step()) : start_count_ - 1;
        finish(sum, starts_.data() + start * sizes_.outputs,
               y + (rows.order ? rows.order[row] : row) * sizes_.outputs);
      });
      return;
    }
    if (rounded_) return run_rounded(rows.x, rows.count, rows.order, y);
    in_order(rows.order, rows.count, y, [&](T* to) {
      portable::matmul(rows.x, plain_.data(), bias_.empty() ? nullptr : bias_.data(), to,
                       {.m = rows.count, .n = sizes_.outputs, .k = sizes_.features(), .transpose_b = true});
      if (options_.relu)
        for (Index i = 0; i < rows.count * sizes_.outputs; ++i) to[i] = to[i] < T(0) ? T(0) : to[i];
    });
  }

  /// f(row, sums of the row, bias) for each of `count` rows, whole and in order, instead of what else would
  /// be done with them; several rows may come at a time.
  template <class F>
  void each_row(const T* x, Index count, F f) const {
    const T* const bias = bias_.data();
    if (tiled_) {
      tiled::dense(*tiled_, tiled::DenseRows<T>{.x = x, .count = count},
                   [&](Index row, const T* sums) { f(row, sums, bias); });
      return;
    }
    const Scratch<T> y(count * sizes_.outputs);
    (*this)({{.x = x, .count = count, .used = nullptr}, nullptr}, y.data());
    const std::vector<T> nothing(static_cast<std::size_t>(sizes_.outputs));
    for (Index row = 0; row < count; ++row) f(row, y.data() + row * sizes_.outputs, nothing.data());
  }

  void operator()(const bfloat16* x, Index count, const Index* order, T* y) const {
    run_rounded(x, count, order, y);
  }

 private:
  // Features that are used or left away together.
  [[nodiscard]] Index step() const { return tiled_ ? tiled_->depth() : 1; }

  template <class Number>
  void run_rounded(const Number* x, Index count, const Index* order, T* y) const {
    if constexpr (std::is_same_v<T, float>) {
      in_order(order, count, y, [&](T* to) {
        bf16::matmul(x86::bf16_kernel(isa()), *rounded_, x, bias_.empty() ? nullptr : bias_.data(),
                     options_.relu, to, count);
      });
    }
  }

  // Row i of what `compute` writes goes to row order[i] of y.
  template <class F>
  void in_order(const Index* order, Index count, T* y, F compute) const {
    if (!order) return compute(y);
    const Scratch<T> unordered(count * sizes_.outputs);
    compute(unordered.data());
    for (Index row = 0; row < count; ++row)
      std::copy_n(unordered.data() + row * sizes_.outputs, sizes_.outputs, y + order[row] * sizes_.outputs);
  }

  // Row i: the bias and the tail's share from feature i * step() on; the last row is the bias alone.
  void make_starts(const T* w, const T* tail) {
    const Index outputs = sizes_.outputs, channels = sizes_.channels;
    start_count_ = tail ? blocks_of(sizes_.features(), step()) + 1 : 1;
    starts_.resize(static_cast<std::size_t>(start_count_ * outputs));
    parallel_for(outputs, 1, [&](Index first, Index last) {
      for (Index o = first; o < last; ++o) {
        double sum = bias_.empty() ? 0 : static_cast<double>(bias_[static_cast<std::size_t>(o)]);
        const auto set = [&](Index start) {
          starts_[static_cast<std::size_t>(start * outputs + o)] = static_cast<T>(sum);
        };
        set(start_count_ - 1);
        const T* const row = w + o * sizes_.features();
        for (Index i = tail ? sizes_.features() - 1 : -1; i >= 0; --i) {
          const Index c = i % channels, j = i / channels;
          sum += static_cast<double>(row[c * sizes_.positions + j]) * static_cast<double>(tail[c]);
          if (i % step() == 0) set(i / step());
        }
      }
    });
  }

  void finish(const T* sum, const T* start, T* y) const {
    if (options_.relu) {
      simd_for(sizes_.outputs, [=](Index i) { y[i] = sum[i] + start[i] < T(0) ? T(0) : sum[i] + start[i]; });
    } else {
      simd_for(sizes_.outputs, [=](Index i) { y[i] = sum[i] + start[i]; });
    }
  }

  Sizes sizes_;
  Options options_;
  std::vector<T> bias_;
  std::optional<tiled::DenseWeights<T>> tiled_;
  Index start_count_ = 0;
  std::vector<T> starts_;
  std::optional<bf16::MatmulWeights> rounded_;
  std::vector<T> plain_;
};

}  // namespace EBB_NAMESPACE::cpu
