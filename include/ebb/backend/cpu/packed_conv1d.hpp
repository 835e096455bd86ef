#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/bf16/conv1d.hpp"
#include "ebb/backend/cpu/conv1d.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/x86/bf16.hpp"
#include "ebb/core/padding.hpp"

/// Convolutions whose weights do not change any more: packed or transformed once, for the instruction set in
/// use, together with what can be done in the same pass. First the questions what that is, then the kernels.

namespace EBB_NAMESPACE::cpu {

/// A convolution to be packed; batch, length and padding of its sizes do not count.
template <class T>
struct Conv1DSpec {
  std::vector<T> weight;  ///< (filters, channels / groups, kernel)
  std::vector<T> bias;    ///< (filters)
  Conv1DSizes sizes;
  Padding padding;
  bool relu = false;  ///< negative results become 0
};

/// The sizes of a call, of so many rows of some length.
inline Conv1DSizes sized(Conv1DSizes s, const Padding& padding, Index batch, Index length) {
  const auto [before, after] = padding.around(length, s.reach(), s.stride);
  s.batch = batch;
  s.length = length;
  s.padding = before;
  s.uneven = after - before;
  return s;
}

template <class T>
Conv1DSizes sized(const Conv1DSpec<T>& layer, Index batch, Index length) {
  return sized(layer.sizes, layer.padding, batch, length).with_short_stride();
}

/// How a convolution is computed where products of bfloat16 numbers are wanted, or are not.
enum class Conv1DMethod { portable, direct, winograd, bfloat16 };

template <class T>
Conv1DMethod conv1d_method(const Conv1DSizes& s, bool bfloat16) {
  const bool tiled = x86::kernels<T>() != nullptr, winograd = tiled && Conv1D::winograd(s);
  // Products of bfloat16 numbers by vectors are about as fast as Winograd's method in float.
  if (bfloat16 && std::is_same_v<T, float> && (!winograd || isa() >= Isa::amx)) return Conv1DMethod::bfloat16;
  if (winograd) return Conv1DMethod::winograd;
  return tiled ? Conv1DMethod::direct : Conv1DMethod::portable;
}

/// Whether a convolution of the results of `layers`, which are one pass, should be in the same pass.
template <class T>
bool takes_conv1d(const std::vector<Conv1DSizes>& layers, const Conv1DSizes& next, bool bfloat16) {
  const Conv1DSizes& last = layers.back();
  const Conv1DMethod before = conv1d_method<T>(last, bfloat16), method = conv1d_method<T>(next, bfloat16);
  if (last.filters != next.channels) return false;
  if (before == Conv1DMethod::direct && layers.size() == 1)
    return tiled::is_front(last, next, method == Conv1DMethod::winograd);
  // The first layer computes what two neighbouring segments of the second one see, up to `short_reach`
  // results, for both of them: with so few steps of the inner axis that costs less than to move them.
  constexpr Index few = 2, short_reach = 16;
  return before == Conv1DMethod::bfloat16 && method == Conv1DMethod::bfloat16 &&
         (next.kernel - 1) * next.dilation <= short_reach &&
         bf16::InnerAxis(last.channels / last.groups, last.kernel).steps <= few &&
         bf16::passes_on(last, next);
}

/// The same of max pooling without padding.
template <class T>
bool takes_max_pool(const std::vector<Conv1DSizes>& layers, const MaxWindows& pool, bool bfloat16) {
  // Segments are multiples of 16 strides: wide ones would reach far behind the end of a row. And no window
  // may lie in two blocks of unfolded columns, which are multiples of 12.
  constexpr Index narrow = 4;
  const Conv1DMethod method = conv1d_method<T>(layers.back(), bfloat16);
  const bool takes = method == Conv1DMethod::direct ? !tiled::is_one_channel(layers.back())
                                                    : method == Conv1DMethod::bfloat16;
  return takes && pool.kernel <= pool.stride && pool.stride <= narrow;
}

/// The same of the addition of numbers that lie as the results do.
template <class T>
bool takes_addition(const std::vector<Conv1DSizes>& layers, bool bfloat16) {
  const Conv1DMethod method = conv1d_method<T>(layers.back(), bfloat16);
  return method != Conv1DMethod::bfloat16 &&
         !(method == Conv1DMethod::direct && tiled::is_one_channel(layers.back()));
}

/// And whether they may lie where the results come.
template <class T>
bool adds_in_place(const Conv1DSizes& layer, bool bfloat16) {
  const Conv1DMethod method = conv1d_method<T>(layer, bfloat16);
  return method == Conv1DMethod::direct || (method == Conv1DMethod::winograd && layer.kernel != 4);
}

/// Convolutions of one pass. Calls do not change it.
template <class T>
class PackedConv1D {
 public:
  virtual ~PackedConv1D() = default;

  /// x (batch, channels, length); y (batch, filters, out_length), of the maxima if it pools; added: laid out
  /// as y, or null.
  virtual void run(const T* x, const T* added, T* y, Index batch, Index length) const = 0;

  /// The same where gives_bfloat16(), nothing being added.
  virtual void run(const T*, bfloat16*, Index, Index) const {}
  [[nodiscard]] virtual bool gives_bfloat16() const { return false; }
};

template <class T>
class PortableConv1D final : public PackedConv1D<T> {
 public:
  explicit PortableConv1D(Conv1DSpec<T> layer) : layer_(std::move(layer)) {}

  void run(const T* x, const T* added, T* y, Index batch, Index length) const override {
    const Conv1DSizes s = sized(layer_, batch, length);
    portable::conv1d(x, layer_.weight.data(), layer_.bias.data(), y, s);
    if (!added && !layer_.relu) return;
    parallel_for(s.batch * s.filters * s.out_length(), 1 << 14, [&](Index first, Index last) {
      finish(y + first, added ? added + first : nullptr, layer_.relu, y + first, last - first);
    });
  }

 private:
  Conv1DSpec<T> layer_;
};

template <class T>
struct DirectConv1D {
  static constexpr auto size = tiled::conv1d_weights_size<T>;
  static constexpr auto pack = tiled::pack_conv1d_weights<T>;
  static constexpr auto run = tiled::conv1d_packed<T>;
};

template <class T>
struct WinogradConv1D {
  static constexpr auto size = tiled::winograd_weights_size<T>;
  static constexpr auto pack = tiled::transform_conv1d_weights<T>;
  static constexpr auto run = tiled::winograd_conv1d_packed<T>;
};

/// A convolution by the kernels of tiled/, perhaps with one of one channel in front of it (tiled/front.hpp).
template <class T, class Method>
class TiledConv1D final : public PackedConv1D<T> {
 public:
  TiledConv1D(const tiled::Kernels<T>& kernels, std::vector<Conv1DSpec<T>> layers, const MaxWindows& pool)
      : kernels_(kernels),
        layers_(std::move(layers)),
        pool_(pool),
        weights_(Method::size(kernels, layers_.back().sizes)) {
    Method::pack(kernels, layers_.back().weight.data(), layers_.back().sizes, weights_.data());
    layers_.back().weight = {};
  }

  void run(const T* x, const T* added, T* y, Index batch, Index length) const override {
    const Conv1DSpec<T>&first = layers_.front(), &last = layers_.back();
    tiled::PackedCall<T> call{.x = x,
                              .weights = weights_.data(),
                              .end = {last.bias.data(), added, last.relu},
                              .y = y,
                              .sizes = sized(last, batch, length),
                              .pool = pool_};
    if (layers_.size() == 1) return Method::run(kernels_, call);
    const tiled::Front<T> front{
        sized(first, batch, length), first.weight.data(), {first.bias.data(), nullptr, first.relu}};
    call.sizes = sized(last, batch, front.sizes.out_length());
    call.front = &front;
    Method::run(kernels_, call);
  }

 private:
  const tiled::Kernels<T>& kernels_;
  std::vector<Conv1DSpec<T>> layers_;
  MaxWindows pool_;
  Scratch<T> weights_;  // of the last layer
};

/// Convolutions by products of bfloat16 numbers.
class RoundedConv1D final : public PackedConv1D<float> {
 public:
  RoundedConv1D(std::vector<Conv1DSpec<float>> layers, const MaxWindows& pool)
      : layers_(std::move(layers)), pool_(pool) {
    for (Conv1DSpec<float>& layer : layers_) {
      weights_.emplace_back(layer.weight.data(), layer.sizes);
      layer.weight = {};
    }
  }

  void run(const float* x, const float*, float* y, Index batch, Index length) const override {
    run_chain(x, y, batch, length);
  }
  void run(const float* x, bfloat16* y, Index batch, Index length) const override {
    run_chain(x, y, batch, length);
  }
  [[nodiscard]] bool gives_bfloat16() const override { return true; }

 private:
  template <class Out>
  void run_chain(const float* x, Out* y, Index batch, Index length) const {
    std::vector<bf16::Conv1DLayer> chain;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Conv1DSizes sizes = sized(layers_[i].sizes, layers_[i].padding, batch, length);
      length = sizes.out_length();
      chain.push_back({&weights_[i], layers_[i].bias.data(), layers_[i].relu, sizes});
    }
    bf16::Conv1DChain<Out>(x86::bf16_kernel(isa()), chain, pool_)(x, y);
  }

  std::vector<Conv1DSpec<float>> layers_;
  std::vector<bf16::Conv1DWeights> weights_;
  MaxWindows pool_;
};

/// Packs what the questions above allow to be one pass.
template <class T>
std::unique_ptr<PackedConv1D<T>> pack_conv1d(std::vector<Conv1DSpec<T>> layers, const MaxWindows& pool,
                                             bool bfloat16) {
  const Conv1DMethod method = conv1d_method<T>(layers.back().sizes, bfloat16);
  if constexpr (std::is_same_v<T, float>) {
    if (method == Conv1DMethod::bfloat16) return std::make_unique<RoundedConv1D>(std::move(layers), pool);
  }
  const tiled::Kernels<T>* const kernels = x86::kernels<T>();
  if (method == Conv1DMethod::winograd)
    return std::make_unique<TiledConv1D<T, WinogradConv1D<T>>>(*kernels, std::move(layers), pool);
  if (method == Conv1DMethod::direct)
    return std::make_unique<TiledConv1D<T, DirectConv1D<T>>>(*kernels, std::move(layers), pool);
  return std::make_unique<PortableConv1D<T>>(std::move(layers.back()));
}

}  // namespace EBB_NAMESPACE::cpu
