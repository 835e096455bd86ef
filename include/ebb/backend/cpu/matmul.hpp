#pragma once

#include "ebb/backend/cpu/portable/matmul.hpp"
#include "ebb/backend/cpu/tiled/matmul.hpp"
#include "ebb/backend/cpu/x86/kernels.hpp"

namespace EBB_NAMESPACE::cpu {

struct Matmul {
  template <class T>
  static void matmul(const T* a, const T* b, const T* bias, T* c, const MatmulSizes& sizes) {
    if (sizes.batch == 0 || sizes.m == 0 || sizes.n == 0) return;
    if (const auto* kernels = x86::kernels<T>()) {
      tiled::matmul(*kernels, a, b, bias, c, sizes);
    } else {
      portable::matmul(a, b, bias, c, sizes);
    }
  }
};

}  // namespace EBB_NAMESPACE::cpu
