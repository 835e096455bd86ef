#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/backend/cpu/packed_conv1d.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/inference/affine.hpp"
#include "ebb/nn/inference/builder.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Convolutions and what follows them, as far as one pass computes it: scales, an addition, ReLU, max
/// pooling, a convolution.
template <class T>
class Conv1DStep final : public Step<T> {
 public:
  Conv1DStep(const Conv1D<T>& layer, bool bfloat16) : bfloat16_(bfloat16) { layers_.emplace_back(layer); }

  bool take_conv1d(const Conv1D<T>& layer) {
    Layer next(layer);
    if (adds_ || pool_.stride > 1 || !cpu::takes_conv1d<T>(all_sizes(), next.sizes, bfloat16_)) return false;
    layers_.push_back(std::move(next));
    return true;
  }
  bool take_scale(const Scale& s) override { return is_open() && !adds_ && layers_.back().affine->append(s); }
  /// Behind max pooling, too, where it gives the same.
  bool take_relu() override { return layers_.back().relu = true; }
  bool take_max_pool(const MaxWindows& pool) {
    if (adds_ || pool_.stride > 1 || !cpu::takes_max_pool<T>(all_sizes(), pool, bfloat16_)) return false;
    pool_ = pool;
    return true;
  }
  /// Of a value that becomes its second input.
  bool take_addition() {
    if (!is_open() || adds_ || !cpu::takes_addition<T>(all_sizes(), bfloat16_)) return false;
    return adds_ = true;
  }

  /// Of a convolution of the same input: its filters come behind those of this one.
  bool take_sibling(const Conv1DStep& other) {
    const auto single = [](const Conv1DStep& c) { return c.layers_.size() == 1 && c.is_open() && !c.adds_; };
    if (!single(*this) || !single(other)) return false;
    Layer& here = layers_[0];
    const Layer& there = other.layers_[0];
    Conv1DSizes sizes = there.sizes;
    sizes.filters = here.sizes.filters;
    if (sizes != here.sizes || here.padding.rule() != there.padding.rule() || sizes.groups > 1) return false;
    here.affine->stack(*there.affine);
    here.sizes.filters += there.sizes.filters;
    return true;
  }

  void pack() override {
    std::vector<cpu::Conv1DSpec<T>> specs;
    for (Layer& layer : layers_) {
      const Affine<T> affine = std::move(*layer.affine);
      layer.affine.reset();
      specs.push_back({affine.weight(), affine.bias(), layer.sizes, layer.padding, layer.relu});
    }
    packed_ = cpu::pack_conv1d(std::move(specs), pool_, bfloat16_);
  }

  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    if (in[0].rank() != 3 || in[0][1] != in_channels()) return std::nullopt;
    Index length = in[0][2];
    for (const Layer& layer : layers_) {
      const Conv1DSizes sizes = cpu::sized(layer.sizes, layer.padding, 1, length);
      if (sizes.padded_length() < sizes.reach()) return std::nullopt;
      length = sizes.out_length();
    }
    if (length < pool_.kernel) return std::nullopt;
    const Shape y{in[0][0], layers_.back().sizes.filters, pool_.count(length)};
    if (adds_ && in[1] != y) return std::nullopt;
    return y;
  }

  void run(const std::vector<Rows<T>>& in, T* y) const override {
    adds_ ? run(in[0], in[1].data, y) : run(in[0], nullptr, y);
  }
  void run(const Rows<T>& x, const T* added, T* y) const {
    packed_->run(x.data, added, y, x.samples, x.length);
  }
  void run(const std::vector<Rows<T>>& in, bfloat16* y) const override {
    packed_->run(in[0].data, y, in[0].samples, in[0].length);
  }
  [[nodiscard]] bool gives_bfloat16() const override { return packed_->gives_bfloat16(); }
  [[nodiscard]] bool in_place(Index input) const override {
    return input == 1 && cpu::adds_in_place<T>(layers_.back().sizes, bfloat16_);
  }

  [[nodiscard]] Index in_channels() const override { return layers_.front().sizes.channels; }
  [[nodiscard]] Index out_channels(const std::vector<Index>&) const override {
    return layers_.back().sizes.filters;
  }

  [[nodiscard]] bool keeps_tail() const override {
    return std::all_of(layers_.begin(), layers_.end(),
                       [](const Layer& l) { return l.sizes.padding == 0 || l.is_causal(); });
  }
  [[nodiscard]] Index tail_begin(Index begin) const override {
    for (const Layer& layer : layers_)
      begin = cpu::blocks_of(begin + (layer.is_causal() ? layer.sizes.padding : 0), layer.sizes.stride);
    return (begin + pool_.stride - 1) / pool_.stride;
  }
  [[nodiscard]] Index seen(Index outputs, Index input) const override {
    if (input == 1 || outputs == 0) return outputs;
    outputs = (outputs - 1) * pool_.stride + pool_.kernel;
    for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
      outputs = (outputs - 1) * layer->sizes.stride + (layer->is_causal() ? 1 : layer->sizes.reach());
    return outputs;
  }
  [[nodiscard]] Index out_length(Index length) const override {
    for (const Layer& layer : layers_) length = layer.out_length(length);
    return pool_.count(length);
  }

 private:
  struct Layer {
    explicit Layer(const Conv1D<T>& layer)
        : affine(std::in_place, layer.weight, layer.bias), padding(layer.options.padding) {
      const Conv1DOptions& o = layer.options;
      ebb::detail::check_conv1d_options(o, layer.weight.shape(2));
      sizes = {.batch = 0,
               .channels = layer.weight.shape(1) * o.groups,
               .length = 0,
               .filters = layer.weight.shape(0),
               .kernel = layer.weight.shape(2),
               .stride = o.stride,
               .dilation = o.dilation,
               .groups = o.groups,
               .algorithm = o.algorithm};
      // Of a rule, the most that it asks for.
      sizes.padding = padding.rule() == Padding::number ? Index{padding} : sizes.reach() - 1;
    }

    [[nodiscard]] bool is_causal() const { return padding.rule() == Padding::causal; }
    [[nodiscard]] Index out_length(Index length) const {
      return cpu::sized(sizes, padding, 1, length).out_length();
    }

    std::optional<Affine<T>> affine;  // until it is packed
    Conv1DSizes sizes;
    Padding padding;
    bool relu = false;
  };

  [[nodiscard]] std::vector<Conv1DSizes> all_sizes() const {
    std::vector<Conv1DSizes> sizes;
    for (const Layer& layer : layers_) sizes.push_back(layer.sizes);
    return sizes;
  }

  // Whether sums are the last thing that is done.
  [[nodiscard]] bool is_open() const { return !layers_.back().relu && pool_.stride == 1; }

  std::vector<Layer> layers_;
  MaxWindows pool_;
  bool adds_ = false, bfloat16_;
  std::unique_ptr<cpu::PackedConv1D<T>> packed_;
};

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const Conv1D<T>& layer) {
  auto* const before = b.template before<Conv1DStep<T>>();
  if (before && before->take_conv1d(layer)) {
    b.fuse(0, layer.describe());
  } else {
    b.add(std::make_unique<Conv1DStep<T>>(layer, b.options().bfloat16), b.inputs(), layer.describe());
  }
  return true;
}

}  // namespace EBB_NAMESPACE::nn::detail
