#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/backend/cpu/packed_conv1d.hpp"
#include "ebb/backend/cpu/packed_dense.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/core/shape.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// One layer of a chain: a convolution, perhaps with others in the same pass, or a pooling. Both look through
/// windows that move along the rows.
template <class T>
struct WindowLayer {
  enum class Kind { convolution, max_pool, avg_pool };

  Kind kind;
  Index channels, filters;  ///< of a pooling: 0, any
  Index kernel, stride, padding, reach;
  std::unique_ptr<cpu::PackedConv1D<T>> convolution = nullptr;

  [[nodiscard]] Index out_length(Index length) const { return (length + 2 * padding - reach) / stride + 1; }
  [[nodiscard]] Index out_channels(Index in) const { return filters > 0 ? filters : in; }
  /// The inputs that the first `outputs` outputs see.
  [[nodiscard]] Index seen(Index outputs) const { return outputs > 0 ? (outputs - 1) * stride + reach : 0; }

  /// Takes a layer behind it into its pass, if the convolution does.
  void append(Index next_filters, Index next_stride, Index next_reach) {
    if (next_filters > 0) filters = next_filters;
    reach += (next_reach - 1) * stride;
    stride *= next_stride;
  }

  [[nodiscard]] bool gives_bfloat16() const { return convolution && convolution->gives_bfloat16(); }

  void operator()(const T* x, bfloat16* y, Index batch, Index, Index length) const {
    (*convolution)(x, y, batch, length);
  }

  void operator()(const T* x, T* y, Index batch, Index in_channels, Index length) const {
    if (kind == Kind::convolution) return (*convolution)(x, y, batch, length);
    const Pool1DSizes sizes{.rows = batch * in_channels,
                            .length = length,
                            .kernel = kernel,
                            .stride = stride,
                            .padding = padding};
    kind == Kind::max_pool ? Cpu::max_pool1d(x, y, static_cast<std::int32_t*>(nullptr), sizes)
                           : Cpu::avg_pool1d(x, y, sizes);
  }
};

/// Convolutions and poolings, and perhaps a Dense layer behind them, in groups of samples that stay in cache
/// from the first layer to the last.
///
/// Behind the last number of a sample that is not zero, every output of a layer is the same number for each
/// channel, the tail, as long as windows see nothing else. Nothing of that is computed: of every sample the
/// layers get as much as the outputs in front of the tail see, and the Dense layer knows the tail's share.
/// Samples of similar length are taken together.
template <class T>
class PackedLayers {
 public:
  explicit PackedLayers(std::vector<WindowLayer<T>> layers) : layers_(std::move(layers)) {}

  /// Adds a Dense layer, w (outputs, features), bias (outputs) or null. `skip`: inputs end in zeros.
  void add_dense(const T* w, const T* bias, Index outputs, Index features, bool skip,
                 const typename cpu::PackedDense<T>::Options& options) {
    const Index channels = layers_.empty() ? 1 : out_channels();
    skip_ = skip && std::all_of(layers_.begin(), layers_.end(), [](const auto& l) { return l.padding == 0; });
    if (skip_) tail_ = find_tail();
    dense_.emplace(
        w, bias, skip_ ? tail_.data() : nullptr,
        cpu::tiled::DenseSizes{.channels = channels, .positions = features / channels, .outputs = outputs},
        options);
  }

  [[nodiscard]] Index in_channels() const { return layers_.empty() ? 1 : layers_.front().channels; }
  [[nodiscard]] Index out_channels() const {
    Index channels = in_channels();
    for (const WindowLayer<T>& layer : layers_) channels = layer.out_channels(channels);
    return channels;
  }

  /// The shape that an input (N, channels, length) becomes; nullopt where it does not fit.
  [[nodiscard]] std::optional<Shape> out_shape(Index batch, Index length) const {
    for (const WindowLayer<T>& layer : layers_) {
      if (length + 2 * layer.padding < layer.reach) return std::nullopt;
      length = layer.out_length(length);
    }
    if (!dense_) return Shape{batch, out_channels(), length};
    if (length != dense_->sizes().positions) return std::nullopt;
    return Shape{batch, dense_->sizes().outputs};
  }

  /// x (batch, channels, length), y as out_shape says.
  void operator()(const T* x, T* y, Index batch, Index length) const {
    const auto stages = static_cast<Index>(layers_.size()) + 1;
    // needs[sample * stages + i]: how many positions of its rows sample has to have before layer i.
    const cpu::Scratch<Index> needs(batch * stages), order(batch);
    const Index row = in_channels() * length;
    parallel_for(batch, 16, [&](Index first, Index last) {
      for (Index n = first; n < last; ++n)
        find_needs(skip_ ? used_length(x + n * row, length) : length, length, needs.data() + n * stages);
    });
    for (Index n = 0; n < batch; ++n) order.data()[n] = n;
    const auto result = [&](Index n) { return needs.data()[n * stages + stages - 1]; };
    std::sort(order.data(), order.data() + batch,
              [&](Index a, Index b) { return result(a) != result(b) ? result(a) > result(b) : a < b; });
    if (!dense_) {
      run_groups(x, y, needs.data(), order.data(), batch, length);
      return;
    }
    const cpu::PackedDense<T>& dense = *dense_;
    const Index features = dense.sizes().features();
    if (dense.takes_bfloat16() && !layers_.empty() && layers_.back().gives_bfloat16()) {
      const cpu::Scratch<bfloat16> buffer(batch * features);
      run_groups(x, buffer.data(), needs.data(), order.data(), batch, length);
      dense(buffer.data(), batch, order.data(), y);
      return;
    }
    // Inputs that need no work before the Dense layer and lie in order are taken where they are.
    const bool in_place = layers_.empty() && std::is_sorted(order.data(), order.data() + batch);
    const cpu::Scratch<T> buffer(in_place ? 0 : batch * features);
    const cpu::Scratch<Index> used(batch);
    for (Index i = 0; i < batch; ++i) used.data()[i] = dense.used_features(result(order.data()[i]));
    if (!in_place) run_groups(x, buffer.data(), needs.data(), order.data(), batch, length);
    dense({{.x = in_place ? x : buffer.data(), .count = batch, .used = skip_ ? used.data() : nullptr},
           in_place ? nullptr : order.data()},
          y);
  }

 private:
  // What the layers make of endless zeros, a number for each channel.
  [[nodiscard]] std::vector<T> find_tail() const {
    std::vector<T> tail(static_cast<std::size_t>(in_channels()));
    for (const WindowLayer<T>& layer : layers_) {
      const auto channels = static_cast<Index>(tail.size());
      std::vector<T> x(tail.size() * static_cast<std::size_t>(layer.reach));
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = tail[i / static_cast<std::size_t>(layer.reach)];
      tail.resize(static_cast<std::size_t>(layer.out_channels(channels)));
      layer(x.data(), tail.data(), 1, channels, layer.reach);
    }
    return tail;
  }

  [[nodiscard]] Index used_length(const T* x, Index length) const {
    Index used = 0;
    for (Index c = 0; c < in_channels(); ++c, x += length) {
      Index end = length;
      while (end > used && x[end - 1] == T(0)) --end;
      used = std::max(used, end);
    }
    return used;
  }

  void find_needs(Index used, Index length, Index* needs) const {
    std::size_t i = 0;
    needs[0] = length;
    for (; i < layers_.size(); ++i) {
      needs[i + 1] = layers_[i].out_length(needs[i]);
      used = std::min(needs[i + 1], (used + layers_[i].stride - 1) / layers_[i].stride);
    }
    if (!skip_) return;
    needs[i] = dense_->positions_needed(used);
    for (; i > 0; --i) needs[i - 1] = std::min(needs[i - 1], layers_[i - 1].seen(needs[i]));
  }

  // Layers for all samples; result i, of sample order[i], begins at y + i * its size.
  template <class Out>
  void run_groups(const T* x, Out* y, const Index* needs, const Index* order, Index batch,
                  Index length) const {
    const std::size_t stages = layers_.size() + 1;
    const auto need = [&](Index i) { return needs + order[i] * static_cast<Index>(stages); };
    const cpu::Scratch<Index> first(batch + 1);
    Index groups = 0;
    for (Index i = 0; i < batch;) {
      first.data()[groups++] = i;
      const Index size = std::max<Index>(1, sample_size(need(i)));
      const Index end = std::min(batch, i + std::max<Index>(1, group_size / size));
      // All of a group have as much work as its first.
      const Index least = need(i)[stages - 1] * 7 / 8;
      for (++i; i < end && need(i)[stages - 1] >= least;) ++i;
    }
    first.data()[groups] = batch;
    const auto run = [&](Index group) {
      const Index begin = first.data()[group], end = first.data()[group + 1];
      run_group(x, y, need(begin), order + begin, begin, end - begin, length);
    };
    if (groups < 2 * num_threads()) {
      for (Index group = 0; group < groups; ++group) run(group);  // the layers are parallel themselves
    } else {
      parallel_for(groups, 1, [&](Index group, Index) { run(group); });
    }
  }

  static constexpr Index group_size = 3 << 18;  ///< numbers that the layers of a group may leave behind

  [[nodiscard]] Index sample_size(const Index* need) const {
    Index size = 0, channels = in_channels();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      channels = layers_[i].out_channels(channels);
      size += channels * need[i + 1];
    }
    return size;
  }

  template <class Out>
  void run_group(const T* x, Out* y, const Index* need, const Index* order, Index begin, Index count,
                 Index length) const {
    Index channels = in_channels(), largest = channels * need[0], full = length;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      channels = layers_[i].out_channels(channels);
      largest = std::max(largest, channels * need[i + 1]);
      full = layers_[i].out_length(full);
    }
    const Index out_length = need[layers_.size()];
    Out* const to = y + begin * channels * full;
    // Whether the last layer may write to y itself.
    const bool direct = out_length == full && (!dense_ || channels == 1 || !dense_->by_positions());
    if (out_length > 0) {
      const cpu::Scratch<T> one(count * largest), other(count * largest);
      const T* from = x + order[0] * in_channels() * length;
      const bool in_order = order[count - 1] - order[0] == count - 1 && std::is_sorted(order, order + count);
      if (need[0] < length || !in_order) {
        for (Index r = 0; r < count * in_channels(); ++r)
          std::copy_n(x + (order[r / in_channels()] * in_channels() + r % in_channels()) * length, need[0],
                      other.data() + r * need[0]);
        from = other.data();
      }
      T* next = one.data();
      channels = in_channels();
      for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
        layers_[i](from, next, count, channels, need[i]);
        channels = layers_[i].out_channels(channels);
        from = next;
        next = next == one.data() ? other.data() : one.data();
      }
      const auto arrange = [&](const auto* results) {
        parallel_for(count, 4, [&](Index first, Index last) {
          for (Index n = first; n < last; ++n)
            dense_->arrange(results + n * channels * out_length, out_length, out_length,
                            to + n * channels * full);
        });
      };
      if (layers_.empty()) {
        if constexpr (std::is_same_v<Out, T>) arrange(from);
      } else {
        const Index last = static_cast<Index>(layers_.size()) - 1;
        const Index filters = layers_.back().out_channels(channels);
        const cpu::Scratch<Out> apart(direct ? 0 : count * filters * out_length);
        Out* const results = direct ? to : apart.data();
        layers_.back()(from, results, count, channels, need[last]);
        channels = filters;
        if (!direct) arrange(results);
      }
    }
    if (out_length < full && !dense_->by_positions())
      for (Index r = 0; r < count * channels; ++r)
        std::fill(to + r * full + out_length, to + (r + 1) * full,
                  static_cast<Out>(tail_[static_cast<std::size_t>(r % channels)]));
  }

  std::vector<WindowLayer<T>> layers_;
  std::optional<cpu::PackedDense<T>> dense_;
  bool skip_ = false;
  std::vector<T> tail_;
};

}  // namespace EBB_NAMESPACE::nn::detail
