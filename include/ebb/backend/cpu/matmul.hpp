#pragma once

#include "ebb/backend/cpu/portable/matmul.hpp"

namespace EBB_NAMESPACE::cpu {

struct Matmul {
  template <class T>
  static void matmul(const T* a, const T* b, const T* bias, T* c, const MatmulSizes& sizes) {
    portable::matmul(a, b, bias, c, sizes);
  }
};

}  // namespace EBB_NAMESPACE::cpu
