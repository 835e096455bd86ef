#pragma once

#include "ebb/backend/cpu/portable/conv1d.hpp"
#include "ebb/backend/cpu/tiled/conv1d.hpp"
#include "ebb/backend/cpu/tiled/conv1d_weights.hpp"
#include "ebb/backend/cpu/tiled/winograd.hpp"
#include "ebb/backend/cpu/tiled/winograd_weights.hpp"
#include "ebb/backend/cpu/x86/kernels.hpp"

namespace EBB_NAMESPACE::cpu {

struct Conv1D {
  template <class T>
  static void conv1d(const T* x, const T* w, const T* bias, T* y, const Conv1DSizes& sizes) {
    if (sizes.batch == 0 || sizes.filters == 0) return;
    if (const auto* kernels = x86::kernels<T>()) {
      winograd(sizes) ? tiled::winograd_conv1d(*kernels, x, w, bias, y, sizes)
                      : tiled::conv1d(*kernels, x, w, bias, y, sizes);
    } else {
      portable::conv1d(x, w, bias, y, sizes);
    }
  }

  template <class T>
  static void conv1d_input_gradient(const T* dy, const T* w, T* dx, const Conv1DSizes& sizes) {
    if (sizes.batch == 0 || sizes.channels == 0 || sizes.length == 0) return;
    if (const auto* kernels = x86::kernels<T>()) {
      winograd(sizes) ? tiled::winograd_conv1d_input_gradient(*kernels, dy, w, dx, sizes)
                      : tiled::conv1d_input_gradient(*kernels, dy, w, dx, sizes);
    } else {
      portable::conv1d_input_gradient(dy, w, dx, sizes);
    }
  }

  template <class T>
  static void conv1d_weight_gradient(const T* dy, const T* x, T* dw, T* db, const Conv1DSizes& sizes) {
    if (sizes.filters == 0 || (sizes.channels == 0 && !db)) return;
    if (const auto* kernels = x86::kernels<T>()) {
      winograd(sizes) ? tiled::winograd_conv1d_weight_gradient(*kernels, dy, x, dw, db, sizes)
                      : tiled::conv1d_weight_gradient(*kernels, dy, x, dw, db, sizes);
    } else {
      portable::conv1d_weight_gradient(dy, x, dw, db, sizes);
    }
  }

  /// Where channels or filters are few, the transforms cost more than the multiplications that they save.
  static bool winograd(const Conv1DSizes& s) {
    if (!s.has_winograd() || s.channels == 0 || s.filters == 0) return false;
    if (s.algorithm != ConvAlgorithm::automatic) return s.algorithm == ConvAlgorithm::winograd;
    return s.channels / s.groups >= 16 && s.filters / s.groups >= 16;
  }
};

}  // namespace EBB_NAMESPACE::cpu
