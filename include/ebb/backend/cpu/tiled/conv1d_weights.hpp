#pragma once

#include <algorithm>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/bias_gradient.hpp"
#include "ebb/backend/cpu/tiled/windows.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

/// The gradient of Conv1D's weights as products over output positions: dw[f][c][k] is the sum over samples
/// and positions j of dy[f][j] x[c][j stride + k dilation - padding]. Transposed once, rows of x serve every
/// tap: a tap begins at another position. Samples are added in their order.

namespace EBB_NAMESPACE::cpu::tiled {

/// Transposes `rows` rows of `length` samples, the first at `start`: out[position][lane], panel by panel of
/// `count` positions. Lanes that have no row repeat another.
template <class T>
void transpose_rows(const Kernels<T>& kernel, const T* x, Index rows, Index length, Index start, Index count,
                    const Panels& panels, T* out) {
  for (Index panel = 0; panel < panels.count; ++panel) {
    const Index width = panels.width(panel) * kernel.lanes;
    for (Index v = 0; v < panels.width(panel); ++v) {
      const Index row = (panels.first(panel) + v) * kernel.lanes;
      read_tiles(kernel, kernel.gather8, x + row * length, std::min(kernel.lanes, rows - row), length,
                 {.start = start, .step = 8, .count = count / 8},
                 {.out = out + panels.first(panel) * kernel.lanes * count + v * kernel.lanes,
                  .out_step = 8 * width,
                  .plane = width});
    }
  }
}

/// dw by lanes of channels, or by lanes of filters where channels are few. `weight(f, c, k)` is the place of
/// a weight's gradient.
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
  // Samples transformed between two barriers.
  [[nodiscard]] Index together() const {
    return std::max<Index>(1, std::min<Index>(s_.batch, num_threads()));
  }

  void run_by_channels(const T* dy, const T* x, T* dw, T* db) const {
    const BiasGradient<T> bias(db, filters_, s_.batch);
    const Index lanes = kernel_.lanes, m = s_.out_length();
    const Index positions = round_up(s_.length + 2 * s_.padding, 8), outputs = round_up(m, 8);
    const Index x_sample = channel_panels_.vectors * lanes * positions;
    const Index dy_sample = filter_panels_.vectors * lanes * outputs;
    const Index filters = filter_panels_.vectors * lanes,
                sum_plane = filters * channel_panels_.vectors * lanes;
    const Scratch<T> xs(together() * x_sample), dys(together() * dy_sample);
    const Scratch<T> sums(s_.kernel * sum_plane);  // [tap][panel of channels][filter][lane]
    Memory::fill(sums.data(), s_.kernel * sum_plane, T(0));
    for (Index begin = 0; begin < s_.batch; begin += together()) {
      const Index count = std::min(together(), s_.batch - begin);
      parallel_for(count * (1 + filter_panels_.vectors), 1, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task) {
          const Index n = task % count, block = task / count;
          if (block == filter_panels_.vectors) {
            transpose_rows(kernel_, x + (begin + n) * s_.channels * s_.length, channels_, s_.length,
                           -s_.padding, positions, channel_panels_, xs.data() + n * x_sample);
          } else {
            const T* const rows = dy + ((begin + n) * s_.filters + block * lanes) * m;
            transpose_rows(kernel_, rows, filters_ - block * lanes, m, 0, outputs, Panels(1),
                           dys.data() + n * dy_sample + block * lanes * outputs);
            bias.add_rows(rows, begin + n, block * lanes, std::min(lanes, filters_ - block * lanes), m);
          }
        }
      });
      parallel_for(s_.kernel * channel_panels_.count, 1, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task) {
          const Index k = task % s_.kernel, panel = task / s_.kernel;
          const Index width = channel_panels_.width(panel) * lanes,
                      before = channel_panels_.first(panel) * lanes;
          for (Index n = 0; n < count; ++n)
            for (Index f = 0; f < filters_; f += kernel_.rows)
              kernel_.product[static_cast<std::size_t>(channel_panels_.width(panel) - 1)](
                  {.steps = m,
                   .a = dys.data() + n * dy_sample + f / lanes * lanes * outputs + f % lanes,
                   .a_step = lanes,
                   .b = xs.data() + n * x_sample + before * positions + k * s_.dilation * width,
                   .b_step = s_.stride * width,
                   .add = true,
                   .y = sums.data() + k * sum_plane + before * filters + f * width,
                   .y_row = width});
        }
      });
    }
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

  // The rows of a tile are neighbouring taps of one channel, read where they lie.
  void run_by_filters(const T* dy, const T* x, T* dw, T* db) const {
    const BiasGradient<T> bias(db, filters_, s_.batch);
    const Index lanes = kernel_.lanes, m = s_.out_length(), outputs = round_up(m, 8);
    const Index length = s_.length + 2 * s_.padding + max_rows;
    const Index filters = filter_panels_.vectors * lanes;
    const Index taps = s_.dilation == 1 ? kernel_.rows : 1, chunks = blocks_of(s_.kernel, taps);
    const Index chunk_size = kernel_.rows * filters;
    const Scratch<T> xs(together() * channels_ * length), dys(together() * filters * outputs);
    const Scratch<T> sums(channels_ * chunks * chunk_size);  // [channel][chunk of taps][panel][tap][lane]
    Memory::fill(sums.data(), channels_ * chunks * chunk_size, T(0));
    for (Index begin = 0; begin < s_.batch; begin += together()) {
      const Index count = std::min(together(), s_.batch - begin);
      parallel_for(count, 1, [&](Index first, Index last) {
        for (Index n = first; n < last; ++n) {
          transpose_rows(kernel_, dy + (begin + n) * s_.filters * m, filters_, m, 0, outputs, filter_panels_,
                         dys.data() + n * filters * outputs);
          bias.add_rows(dy + (begin + n) * s_.filters * m, begin + n, 0, filters_, m);
          for (Index c = 0; c < channels_; ++c) {
            T* const row = xs.data() + (n * channels_ + c) * length;
            std::fill_n(row, length, T(0));
            std::copy_n(x + ((begin + n) * s_.channels + c) * s_.length, s_.length, row + s_.padding);
          }
        }
      });
      parallel_for(channels_ * chunks * filter_panels_.count, 1, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task) {
          const Index panel = task % filter_panels_.count, chunk = task / filter_panels_.count;
          const Index c = chunk / chunks, k = chunk % chunks * taps;
          const Index width = filter_panels_.width(panel) * lanes,
                      before = filter_panels_.first(panel) * lanes;
          for (Index n = 0; n < count; ++n)
            kernel_.product[static_cast<std::size_t>(filter_panels_.width(panel) - 1)](
                {.steps = m,
                 .a = xs.data() + (n * channels_ + c) * length + k * s_.dilation,
                 .a_step = s_.stride,
                 .b = dys.data() + n * filters * outputs + before * outputs,
                 .b_step = width,
                 .add = true,
                 .y = sums.data() + chunk * chunk_size + before * kernel_.rows,
                 .y_row = width});
        }
      });
    }
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
