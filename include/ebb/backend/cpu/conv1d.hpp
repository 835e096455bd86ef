#pragma once

#include "ebb/backend/cpu/portable/conv1d.hpp"
#include "ebb/backend/cpu/tiled/conv1d.hpp"
#include "ebb/backend/cpu/x86/tile.hpp"

namespace EBB_NAMESPACE::cpu {

struct Conv1D {
  template <class T>
  static void conv1d(const T* x, const T* w, const T* bias, T* y, const Conv1DSizes& sizes) {
    if (const auto* tile = x86::tile_kernel<T>()) {
      tiled::conv1d(*tile, x, w, bias, y, sizes);
    } else {
      portable::conv1d(x, w, bias, y, sizes);
    }
  }

  template <class T>
  static void conv1d_input_gradient(const T* dy, const T* w, T* dx, const Conv1DSizes& sizes) {
    if (const auto* tile = x86::tile_kernel<T>()) {
      tiled::conv1d_input_gradient(*tile, dy, w, dx, sizes);
    } else {
      portable::conv1d_input_gradient(dy, w, dx, sizes);
    }
  }

  template <class T>
  static void conv1d_weight_gradient(const T* dy, const T* x, T* dw, T* db, const Conv1DSizes& sizes) {
    if (const auto* tile = x86::tile_kernel<T>()) {
      tiled::conv1d_weight_gradient(*tile, dy, x, dw, db, sizes);
    } else {
      portable::conv1d_weight_gradient(dy, x, dw, db, sizes);
    }
  }
};

}  // namespace EBB_NAMESPACE::cpu
