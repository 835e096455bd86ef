#pragma once

#include <algorithm>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/bias_gradient.hpp"
#include "ebb/backend/cpu/tiled/sample_groups.hpp"
#include "ebb/backend/cpu/tiled/windows.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// The gradient of Conv1D's weights as products over output positions: dw[f][c][k] is the sum over samples
/// and positions j of dy[f][j] x[c][j stride + k dilation - padding]. Transposed once, rows of x serve every
/// tap: a tap begins at another position.

namespace EBB_NAMESPACE::cpu::tiled {

/// Transposes a panel of `rows` rows of `length` samples, `count` positions from `start` on:
/// out[panel][position][lane]. Lanes that have no row repeat another.
template <class T>
void transpose_panel(const Kernels<T>& kernel, const T* x, Index rows, Index length, Index start, Index count,
                     const Panels& panels, Index panel, T* out) {
  const Index width = panels.width(panel) * kernel.lanes;
  for (Index v = 0; v < panels.width(panel); ++v) {
    const Index row = (panels.first(panel) + v) * kernel.lanes;
    read_tiles(kernel, kernel.gather, x + row * length, std::min(kernel.lanes, rows - row), length,
               {.start = start, .step = 8, .count = count / 8},
               {.out = out + panels.first(panel) * kernel.lanes * count + v * kernel.lanes,
                .out_step = 8 * width,
                .plane = width});
  }
}

/// dw by lanes of channels, or by lanes of filters where channels are few.
template <class T>
class WeightGradient {
 public:
  WeightGradient(const Kernels<T>& kernel, const Conv1DSizes& s)
      : kernel_(kernel),
        s_(s),
        channels_(s.channels / s.groups),
        filters_(s.filters / s.groups),
        by_channels_(channels_ >= kernel.lanes),
        channel_panels_(blocks_of(channels_, kernel.lanes)),
        filter_panels_(blocks_of(filters_, kernel.lanes)) {}

  /// db may be null.
  void run(const T* dy, const T* x, T* dw, T* db) const {
    for (Index g = 0; g < s_.groups; ++g) {
      const T* const dy_g = dy + g * filters_ * s_.out_length();
      const T* const x_g = x + g * channels_ * s_.length;
      T* const dw_g = dw + g * filters_ * channels_ * s_.kernel;
      T* const db_g = db ? db + g * filters_ : nullptr;
      by_channels_ ? run_by_channels(dy_g, x_g, dw_g, db_g) : run_by_filters(dy_g, x_g, dw_g, db_g);
    }
  }

 private:
  void run_by_channels(const T* dy, const T* x, T* dw, T* db) const {
    const BiasGradient<T> bias(db, filters_, s_.batch);
    const Index lanes = kernel_.lanes, filters = filter_panels_.vectors * lanes,
                sum_plane = filters * channel_panels_.vectors * lanes;
    const Scratch<T> sums(s_.kernel * sum_plane);  // [tap][panel of channels][filter][lane]
    sum_over_groups<T>(blocks_of(s_.batch, group_samples), s_.kernel * sum_plane, sums.data(),
                       [&](Index group, T* out) { sum_by_channels(dy, x, group, bias, out); });
    bias.finish();
    parallel_for(filters_, 1, [&](Index first, Index last) {
      for (Index f = first; f < last; ++f) {
        for (Index c = 0; c < channels_; ++c) {
          const Index panel = channel_panels_.of(c / lanes), before = channel_panels_.first(panel) * lanes;
          const T* const from =
              sums.data() + before * filters + f * channel_panels_.width(panel) * lanes + c - before;
          for (Index k = 0; k < s_.kernel; ++k) dw[(f * channels_ + c) * s_.kernel + k] = from[k * sum_plane];
        }
      }
    });
  }

  void sum_by_channels(const T* dy, const T* x, Index group, const BiasGradient<T>& bias, T* sums) const {
    const Index lanes = kernel_.lanes, m = s_.out_length(), filters = filter_panels_.vectors * lanes;
    const Index positions = round_up(s_.padded_length(), 8), outputs = round_up(m, 8);
    const Scratch<T> xs(channel_panels_.vectors * lanes * positions), dys(filters * outputs);
    const Index begin = group * group_samples, end = std::min(s_.batch, begin + group_samples);
    for (Index n = begin; n < end; ++n) {
      parallel_for(channel_panels_.count + filter_panels_.vectors, 1, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task) {
          if (task < channel_panels_.count) {
            transpose_panel(kernel_, x + n * s_.channels * s_.length, channels_, s_.length, -s_.padding,
                            positions, channel_panels_, task, xs.data());
          } else {
            const Index f = (task - channel_panels_.count) * lanes;
            const T* const rows = dy + (n * s_.filters + f) * m;
            transpose_panel(kernel_, rows, filters_ - f, m, 0, outputs, Panels(1), 0,
                            dys.data() + f * outputs);
            bias.add_rows(rows, n, f, std::min(lanes, filters_ - f), m);
          }
        }
      });
      parallel_for(s_.kernel * channel_panels_.count, 1, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task) {
          const Index k = task % s_.kernel, panel = task / s_.kernel;
          const Index width = channel_panels_.width(panel) * lanes,
                      before = channel_panels_.first(panel) * lanes;
          for (Index f = 0; f < filters_; f += kernel_.rows)
            kernel_.product[static_cast<std::size_t>(channel_panels_.width(panel) - 1)](
                {.steps = m,
                 .a = dys.data() + f / lanes * lanes * outputs + f % lanes,
                 .a_step = lanes,
                 .b = xs.data() + before * positions + k * s_.dilation * width,
                 .b_step = s_.stride * width,
                 .add = n > begin,
                 .y = sums + k * filters * channel_panels_.vectors * lanes + before * filters + f * width,
                 .y_row = width});
        }
      });
    }
  }

  // The rows of a tile are neighbouring taps of one channel, read where they lie.
  void run_by_filters(const T* dy, const T* x, T* dw, T* db) const {
    const BiasGradient<T> bias(db, filters_, s_.batch);
    const Index lanes = kernel_.lanes, taps = taps_of_a_tile(), chunks = blocks_of(s_.kernel, taps);
    const Index chunk_size = kernel_.rows * filter_panels_.vectors * lanes;
    const Scratch<T> sums(channels_ * chunks * chunk_size);  // [channel][chunk of taps][panel][tap][lane]
    sum_over_groups<T>(blocks_of(s_.batch, group_samples), channels_ * chunks * chunk_size, sums.data(),
                       [&](Index group, T* out) { sum_by_filters(dy, x, group, bias, out); });
    bias.finish();
    for (Index f = 0; f < filters_; ++f) {
      const Index panel = filter_panels_.of(f / lanes), before = filter_panels_.first(panel) * lanes;
      const Index width = filter_panels_.width(panel) * lanes;
      for (Index c = 0; c < channels_; ++c)
        for (Index k = 0; k < s_.kernel; ++k)
          dw[(f * channels_ + c) * s_.kernel + k] =
              sums.data()[(c * chunks + k / taps) * chunk_size + before * kernel_.rows + k % taps * width +
                          f - before];
    }
  }

  [[nodiscard]] Index taps_of_a_tile() const { return s_.dilation == 1 ? kernel_.rows : 1; }

  void sum_by_filters(const T* dy, const T* x, Index group, const BiasGradient<T>& bias, T* sums) const {
    const Index lanes = kernel_.lanes, m = s_.out_length(), outputs = round_up(m, 8);
    const Index length = s_.padded_length() + max_rows;
    const Index filters = filter_panels_.vectors * lanes;
    const Index taps = taps_of_a_tile(), chunks = blocks_of(s_.kernel, taps);
    const Scratch<T> xs(channels_ * length), dys(filters * outputs);
    const Index begin = group * group_samples, end = std::min(s_.batch, begin + group_samples);
    for (Index n = begin; n < end; ++n) {
      for (Index c = 0; c < channels_; ++c) {
        T* const row = xs.data() + c * length;
        std::fill_n(row, length, T(0));
        std::copy_n(x + (n * s_.channels + c) * s_.length, s_.length, row + s_.padding);
      }
      parallel_for(filter_panels_.count, 1, [&](Index first, Index last) {
        for (Index panel = first; panel < last; ++panel) {
          const Index width = filter_panels_.width(panel) * lanes, f = filter_panels_.first(panel) * lanes;
          const T* const rows = dy + n * s_.filters * m;
          transpose_panel(kernel_, rows, filters_, m, 0, outputs, filter_panels_, panel, dys.data());
          bias.add_rows(rows + f * m, n, f, std::min(width, filters_ - f), m);
          for (Index chunk = 0; chunk < channels_ * chunks; ++chunk) {
            const Index c = chunk / chunks, k = chunk % chunks * taps;
            kernel_.product[static_cast<std::size_t>(filter_panels_.width(panel) - 1)](
                {.steps = m,
                 .a = xs.data() + c * length + k * s_.dilation,
                 .a_step = s_.stride,
                 .b = dys.data() + f * outputs,
                 .b_step = width,
                 .add = n > begin,
                 .y = sums + (chunk * filters + f) * kernel_.rows,
                 .y_row = width});
          }
        }
      });
    }
  }

  const Kernels<T>& kernel_;
  const Conv1DSizes& s_;
  Index channels_, filters_;
  bool by_channels_;
  Panels channel_panels_, filter_panels_;
};

/// db may be null.
template <class T>
void conv1d_weight_gradient(const Kernels<T>& kernel, const T* dy, const T* x, T* dw, T* db,
                            const Conv1DSizes& s) {
  WeightGradient<T>(kernel, s).run(dy, x, dw, db);
}

}  // namespace EBB_NAMESPACE::cpu::tiled
