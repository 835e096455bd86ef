#pragma once

#include <algorithm>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/tiled/bias_gradient.hpp"
#include "ebb/backend/cpu/tiled/sample_groups.hpp"
#include "ebb/backend/cpu/tiled/winograd.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu::tiled {

/// The gradient of the weights is a correlation, too, of x with dy as the filter: F(kernel, points + 1 -
/// kernel) with tiles of that many outputs. Its products are summed over all tiles of the batch and go
/// through A once, at the end. A enlarges what the sums have lost by rounding, so they are short: over the
/// tiles of a sample or a few, over a group of samples, over the batch.
template <class T>
class WinogradWeightGradient {
 public:
  WinogradWeightGradient(const Kernels<T>& kernel, const Conv1DSizes& s)
      : kernel_(kernel),
        s_(s),
        channels_(s.channels / s.groups),
        filters_(s.filters / s.groups),
        points_(s.kernel == 3 ? 6 : 8),
        tile_(points_ + 1 - s.kernel),
        tiles_(blocks_of(s.out_length(), tile_)),
        method_(kernel, tile_, s.kernel),
        panels_(blocks_of(channels_, kernel.lanes)),
        filter_blocks_(blocks_of(filters_, kernel.lanes)),
        // Sums of less than 32 tiles would be mostly loading and storing.
        samples_at_once_(std::max<Index>(1, std::min(blocks_of(32, tiles_), s.batch))),
        group_(blocks_of(group_samples, samples_at_once_) * samples_at_once_),
        sum_plane_(filter_blocks_ * kernel.lanes * panels_.vectors * kernel.lanes) {}

  void run(const T* dy, const T* x, T* dw, T* db) const {
    const Scratch<T> sums(points_ * sum_plane_);  // [point][panel][filter][lane]
    for (Index g = 0; g < s_.groups; ++g) {
      const T* const from_x = x + g * channels_ * s_.length;
      const T* const from_dy = dy + g * filters_ * s_.out_length();
      const BiasGradient<T> bias(db ? db + g * filters_ : nullptr, filters_, s_.batch);
      sum_over_groups<T>(blocks_of(s_.batch, group_), points_ * sum_plane_, sums.data(),
                         [&](Index group, T* out) { sum_group(from_dy, from_x, group, bias, out); });
      bias.finish();
      write_weights(sums.data(), dw + g * filters_ * channels_ * s_.kernel);
    }
  }

 private:
  // sums = the products of the samples of one group.
  void sum_group(const T* dy, const T* x, Index group, const BiasGradient<T>& bias, T* sums) const {
    const Index lanes = kernel_.lanes, steps = samples_at_once_ * tiles_;
    const Index end = std::min(s_.batch, (group + 1) * group_);
    const Scratch<T> xs(points_ * panels_.vectors * lanes * steps);  // [point][panel][step][lane]
    const Scratch<T> dys(points_ * filter_blocks_ * lanes * steps);  // [point][block of filters][step][lane]
    for (Index begin = group * group_; begin < end; begin += samples_at_once_) {
      const Index count = std::min(samples_at_once_, end - begin);
      parallel_for(count * (panels_.vectors + filter_blocks_), 1, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task) {
          const Index n = task % count, block = task / count;
          if (block < panels_.vectors)
            transform_channels(x + (begin + n) * s_.channels * s_.length, block, n, xs.data());
          else
            transform_filters(dy + (begin + n) * s_.filters * s_.out_length(), block - panels_.vectors, n,
                              begin + n, bias, dys.data());
        }
      });
      parallel_for(points_ * panels_.count, 1, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task)
          multiply(task % points_, task / points_, count * tiles_, xs.data(), dys.data(),
                   begin > group * group_, sums);
      });
    }
  }

  void transform_channels(const T* x, Index block, Index n, T* xs) const {
    const Index lanes = kernel_.lanes, steps = samples_at_once_ * tiles_;
    const Index panel = panels_.of(block), width = panels_.width(panel) * lanes;
    read_tiles(kernel_, method_.transform, x + block * lanes * s_.length,
               std::min(lanes, channels_ - block * lanes), s_.length,
               {.start = -s_.padding, .step = tile_, .count = tiles_},
               {.out = xs + panels_.first(panel) * lanes * steps + n * tiles_ * width +
                       (block - panels_.first(panel)) * lanes,
                .out_step = width,
                .plane = panels_.vectors * lanes * steps});
  }

  void transform_filters(const T* dy, Index block, Index n, Index sample, const BiasGradient<T>& bias,
                         T* dys) const {
    const Index lanes = kernel_.lanes, steps = samples_at_once_ * tiles_, m = s_.out_length();
    const Index f = block * lanes, count = std::min(lanes, filters_ - f);
    read_tiles(kernel_, kernel_.apply, dy + f * m, count, m, {.start = 0, .step = tile_, .count = tiles_},
               {.out = dys + f * steps + n * tiles_ * lanes,
                .out_step = lanes,
                .plane = filter_blocks_ * lanes * steps,
                .matrix = &method_.matrix});
    bias.add_rows(dy + f * m, sample, f, count, m);
  }

  void multiply(Index point, Index panel, Index steps, const T* xs, const T* dys, bool add, T* sums) const {
    const Index lanes = kernel_.lanes, width = panels_.width(panel) * lanes;
    const Index stored = samples_at_once_ * tiles_, start = panels_.first(panel) * lanes;
    for (Index f = 0; f < filters_; f += kernel_.rows)
      kernel_.product[static_cast<std::size_t>(panels_.width(panel) - 1)](
          {.steps = steps,
           .a = dys + (point * filter_blocks_ + f / lanes) * lanes * stored + f % lanes,
           .a_step = lanes,
           .b = xs + (point * panels_.vectors * lanes + start) * stored,
           .b_step = width,
           .add = add,
           .y = sums + point * sum_plane_ + start * filter_blocks_ * lanes + f * width,
           .y_row = width});
  }

  void write_weights(const T* sums, T* dw) const {
    const Index lanes = kernel_.lanes;
    parallel_for(panels_.vectors, 1, [&](Index first, Index last) {
      for (Index block = first; block < last; ++block) {
        const Index panel = panels_.of(block), width = panels_.width(panel) * lanes;
        Targets<T> targets;
        for (Index lane = 0; lane < std::min(lanes, channels_ - block * lanes); ++lane)
          targets.set(lane, dw + (block * lanes + lane) * s_.kernel, s_.kernel);
        targets.write(method_.result,
                      {.in = sums + panels_.first(panel) * lanes * filter_blocks_ * lanes +
                             (block - panels_.first(panel)) * lanes,
                       .in_step = width,
                       .plane = sum_plane_,
                       .row_step = channels_ * s_.kernel,
                       .count = filters_},
                      lanes, 0);
      }
    });
  }

  const Kernels<T>& kernel_;
  const Conv1DSizes& s_;
  Index channels_, filters_;
  Index points_, tile_, tiles_;  // outputs of dy to a tile, tiles to a sample
  Winograd<T> method_;
  Panels panels_;
  Index filter_blocks_;
  Index samples_at_once_, group_;  // samples transformed before they are multiplied, and summed on their own
  Index sum_plane_;
};

/// db may be null.
template <class T>
void winograd_conv1d_weight_gradient(const Kernels<T>& kernel, const T* dy, const T* x, T* dw, T* db,
                                     const Conv1DSizes& s) {
  WinogradWeightGradient<T>(kernel, s).run(dy, x, dw, db);
}

}  // namespace EBB_NAMESPACE::cpu::tiled
