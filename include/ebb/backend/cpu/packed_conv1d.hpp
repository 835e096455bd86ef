#pragma once

#include <algorithm>
#include <optional>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/bf16/conv1d.hpp"
#include "ebb/backend/cpu/conv1d.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/cpu/x86/bf16.hpp"

namespace EBB_NAMESPACE::cpu {

/// A Conv1D whose weights do not change any more: packed or transformed once, for the instruction set in use,
/// with bias and ReLU in the same pass. Calls do not change it.
template <class T>
class PackedConv1D {
 public:
  struct Options {
    bool relu = false;      ///< negative results become 0
    bool bfloat16 = false;  ///< products of bfloat16 numbers, where that is the faster way
  };

  /// w (filters, channels / groups, kernel), bias (filters) or null; batch and length of `sizes` do not
  /// count.
  PackedConv1D(const T* w, const T* bias, const Conv1DSizes& sizes, const Options& options)
      : sizes_(sizes),
        options_(options),
        kernels_(x86::kernels<T>()),
        method_(choose(sizes, options, kernels_)),
        weights_(weights_size()) {
    if (bias) bias_.assign(bias, bias + sizes.filters);
    if (method_ == Method::bfloat16) {
      if constexpr (std::is_same_v<T, float>) rounded_.emplace(w, sizes);
    } else if (method_ == Method::winograd) {
      tiled::transform_conv1d_weights(*kernels_, w, sizes, weights_.data());
    } else if (method_ == Method::direct) {
      tiled::pack_conv1d_weights(*kernels_, w, sizes, weights_.data());
    } else {
      std::copy_n(w, weights_size(), weights_.data());
    }
  }

  /// x (batch, channels, length), y (batch, filters, out_length).
  void operator()(const T* x, T* y, Index batch, Index length) const {
    Conv1DSizes s = sizes_;
    s.batch = batch;
    s.length = length;
    const T* const bias = bias_.empty() ? nullptr : bias_.data();
    if (method_ == Method::bfloat16) {
      if constexpr (std::is_same_v<T, float>)
        bf16::conv1d(x86::bf16_kernel(isa()), *rounded_, x, bias, options_.relu, y, s);
    } else if (method_ == Method::winograd) {
      tiled::winograd_conv1d_packed(*kernels_, x, weights_.data(), bias, options_.relu, y, s);
    } else if (method_ == Method::direct) {
      tiled::conv1d_packed(*kernels_, x, weights_.data(), bias, options_.relu, y, s);
    } else {
      portable::conv1d(x, weights_.data(), bias, y, s);
      if (options_.relu) cut_off(y, s.batch * s.filters * s.out_length());
    }
  }

 private:
  enum class Method { portable, direct, winograd, bfloat16 };

  static Method choose(const Conv1DSizes& s, const Options& options, const tiled::Kernels<T>* kernels) {
    const bool winograd = kernels && Conv1D::winograd(s);
    // Products of bfloat16 numbers by vectors are about as fast as Winograd's method in float.
    if (options.bfloat16 && std::is_same_v<T, float> && (!winograd || isa() >= Isa::amx))
      return Method::bfloat16;
    if (winograd) return Method::winograd;
    return kernels ? Method::direct : Method::portable;
  }

  [[nodiscard]] Index weights_size() const {
    if (method_ == Method::bfloat16) return 0;
    if (method_ == Method::winograd) return tiled::winograd_weights_size(*kernels_, sizes_);
    if (method_ == Method::direct) return tiled::conv1d_weights_size(*kernels_, sizes_);
    return sizes_.filters * (sizes_.channels / sizes_.groups) * sizes_.kernel;
  }

  static void cut_off(T* y, Index n) {
    parallel_for(n, 1 << 14, [=](Index first, Index last) {
      simd_for(last - first, [to = y + first](Index i) { to[i] = to[i] < T(0) ? T(0) : to[i]; });
    });
  }

  Conv1DSizes sizes_;
  Options options_;
  const tiled::Kernels<T>* kernels_;
  Method method_;
  Scratch<T> weights_;
  std::vector<T> bias_;
  std::optional<bf16::Conv1DWeights> rounded_;
};

}  // namespace EBB_NAMESPACE::cpu
