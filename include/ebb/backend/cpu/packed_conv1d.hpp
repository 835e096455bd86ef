#pragma once

#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/bf16/conv1d.hpp"
#include "ebb/backend/cpu/conv1d.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/x86/bf16.hpp"

namespace EBB_NAMESPACE::cpu {

/// A Conv1D whose weights do not change any more: packed or transformed once, for the instruction set in use,
/// with bias and ReLU in the same pass, and with what is appended. Calls do not change it.
template <class T>
class PackedConv1D {
 public:
  struct Options {
    bool relu = false;      ///< negative results become 0
    bool bfloat16 = false;  ///< of rounded numbers, but where Winograd's method in float is as fast
  };

  /// w (filters, channels / groups, kernel), bias (filters) or null; batch and length of `sizes` do not
  /// count.
  PackedConv1D(const T* w, const T* bias, const Conv1DSizes& sizes, const Options& options)
      : kernels_(x86::kernels<T>()), method_(choose(sizes, options, kernels_)) {
    if (method_ == Method::bfloat16) {
      add_rounded(w, bias, sizes, options);
    } else {
      layer_ = std::make_unique<Layer>(kernels_, method_, w, bias, sizes, options.relu);
    }
  }

  /// Takes a convolution of its results into the same pass, where that is faster, and tells whether it did.
  bool append(const T* w, const T* bias, const Conv1DSizes& sizes, const Options& options) {
    const Method method = choose(sizes, options, kernels_);
    if (pool_.stride > 1) return false;
    if (method_ == Method::direct && !front_ && (method == Method::direct || method == Method::winograd) &&
        tiled::is_front(layer_->sizes, sizes, method == Method::winograd)) {
      method_ = method;
      front_ = std::move(layer_);
      layer_ = std::make_unique<Layer>(kernels_, method_, w, bias, sizes, options.relu);
      return true;
    }
    // The first layer computes what two neighbouring segments of the second one see, up to `short_reach`
    // results, for both of them: with so few steps of the inner axis that costs less than to move them.
    constexpr Index few = 2, short_reach = 16;
    if (rounded_.empty() || method != Method::bfloat16 || (sizes.kernel - 1) * sizes.dilation > short_reach ||
        rounded_.back().weights.axis().steps > few || !rounded_.back().layer().passes_on_to(sizes)) {
      return false;
    }
    add_rounded(w, bias, sizes, options);
    return true;
  }

  /// The same for max pooling without padding.
  bool append_max_pool(Index kernel, Index stride) {
    // Segments are multiples of 16 strides: wide ones would reach far behind the end of a row. And no window
    // may lie in two blocks of unfolded columns, which are multiples of 12.
    constexpr Index narrow = 4;
    const bool takes = method_ == Method::direct ? !tiled::is_one_channel(layer_->sizes) : !rounded_.empty();
    if (!takes || pool_.stride > 1 || kernel > stride || stride > narrow) return false;
    pool_ = {.kernel = kernel, .stride = stride};
    return true;
  }

  /// Whether it can give results as bfloat16 numbers.
  [[nodiscard]] bool gives_bfloat16() const { return !rounded_.empty(); }

  /// x (batch, channels, length), y (batch, filters, out_length).
  void operator()(const T* x, T* y, Index batch, Index length) const {
    if (method_ == Method::bfloat16) return run_rounded(x, y, batch, length);
    const T *const weights = layer_->weights.data(), *const bias = layer_->bias_or_null();
    const bool relu = layer_->relu;
    tiled::Front<T> first;
    if (front_) {
      first = {front_->sized(batch, length), front_->weights.data(), front_->bias_or_null(), front_->relu};
      length = first.sizes.out_length();
    }
    const tiled::Front<T>* const front = front_ ? &first : nullptr;
    const Conv1DSizes s = layer_->sized(batch, length);
    if (method_ == Method::winograd) {
      tiled::winograd_conv1d_packed(*kernels_, x, weights, bias, relu, y, s, front);
    } else if (method_ == Method::direct) {
      tiled::conv1d_packed(*kernels_, x, weights, bias, relu, y, s, front, pool_);
    } else {
      portable::conv1d(x, weights, bias, y, s);
      if (relu) cut_off(y, s.batch * s.filters * s.out_length());
    }
  }

  void operator()(const T* x, bfloat16* y, Index batch, Index length) const {
    run_rounded(x, y, batch, length);
  }

 private:
  enum class Method { portable, direct, winograd, bfloat16 };

  // A convolution by products of T.
  struct Layer {
    Layer(const tiled::Kernels<T>* kernels, Method method, const T* w, const T* b, const Conv1DSizes& s,
          bool relu_)
        : sizes(s), relu(relu_), weights(size(kernels, method, s)) {
      if (b) bias.assign(b, b + s.filters);
      if (method == Method::winograd) {
        tiled::transform_conv1d_weights(*kernels, w, s, weights.data());
      } else if (method == Method::direct) {
        tiled::pack_conv1d_weights(*kernels, w, s, weights.data());
      } else {
        std::copy_n(w, size(kernels, method, s), weights.data());
      }
    }

    [[nodiscard]] static Index size(const tiled::Kernels<T>* kernels, Method method, const Conv1DSizes& s) {
      if (method == Method::winograd) return tiled::winograd_weights_size(*kernels, s);
      if (method == Method::direct) return tiled::conv1d_weights_size(*kernels, s);
      return s.filters * (s.channels / s.groups) * s.kernel;
    }
    [[nodiscard]] const T* bias_or_null() const { return bias.empty() ? nullptr : bias.data(); }
    [[nodiscard]] Conv1DSizes sized(Index batch, Index length) const {
      Conv1DSizes s = sizes;
      s.batch = batch;
      s.length = length;
      return s.with_short_stride();
    }

    Conv1DSizes sizes;
    bool relu;
    std::vector<T> bias;
    Scratch<T> weights;
  };

  // A convolution by products of bfloat16 numbers.
  struct Rounded {
    [[nodiscard]] bf16::Conv1DLayer layer() const {
      return {&weights, bias.empty() ? nullptr : bias.data(), relu, sizes};
    }
    bf16::Conv1DWeights weights;
    std::vector<float> bias;
    bool relu;
    Conv1DSizes sizes;
  };

  static Method choose(const Conv1DSizes& s, const Options& options, const tiled::Kernels<T>* kernels) {
    const bool winograd = kernels && Conv1D::winograd(s);
    // Products of bfloat16 numbers by vectors are about as fast as Winograd's method in float.
    if (options.bfloat16 && std::is_same_v<T, float> && (!winograd || isa() >= Isa::amx))
      return Method::bfloat16;
    if (winograd) return Method::winograd;
    return kernels ? Method::direct : Method::portable;
  }

  void add_rounded(const T* w, const T* bias, const Conv1DSizes& sizes, const Options& options) {
    rounded_.push_back({bf16::Conv1DWeights(w, sizes), {}, options.relu, sizes});
    if (bias) rounded_.back().bias.assign(bias, bias + sizes.filters);
  }

  template <class Out>
  void run_rounded(const T* x, Out* y, Index batch, Index length) const {
    if constexpr (std::is_same_v<T, float>) {
      std::vector<bf16::Conv1DLayer> layers;
      for (const Rounded& rounded : rounded_) {
        bf16::Conv1DLayer& layer = layers.emplace_back(rounded.layer());
        layer.sizes.batch = batch;
        layer.sizes.length = length;
        length = layer.sizes.out_length();
      }
      bf16::Conv1DChain<Out>(x86::bf16_kernel(isa()), layers, pool_)(x, y);
    }
  }

  static void cut_off(T* y, Index n) {
    parallel_for(n, 1 << 14, [=](Index first, Index last) {
      simd_for(last - first, [to = y + first](Index i) { to[i] = to[i] < T(0) ? T(0) : to[i]; });
    });
  }

  const tiled::Kernels<T>* kernels_;
  Method method_;
  std::unique_ptr<Layer> front_;  // tiled::Front of layer_
  std::unique_ptr<Layer> layer_;
  std::vector<Rounded> rounded_;
  MaxWindows pool_;
};

}  // namespace EBB_NAMESPACE::cpu
