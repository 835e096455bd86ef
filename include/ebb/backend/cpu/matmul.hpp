#pragma once

#include "ebb/backend/cpu/portable/matmul.hpp"
#include "ebb/backend/cpu/tiled/matmul.hpp"
#include "ebb/backend/cpu/x86/tile.hpp"

namespace EBB_NAMESPACE::cpu {

struct Matmul {
  template <class T>
  static void matmul(const T* a, const T* b, const T* bias, T* c, const MatmulSizes& sizes) {
    if (const auto* tile = x86::tile_kernel<T>()) {
      tiled::matmul(*tile, a, b, bias, c, sizes);
    } else {
      portable::matmul(a, b, bias, c, sizes);
    }
  }
};

}  // namespace EBB_NAMESPACE::cpu
