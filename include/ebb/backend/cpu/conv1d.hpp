#pragma once

#include "ebb/backend/cpu/portable/conv1d.hpp"

namespace EBB_NAMESPACE::cpu {

struct Conv1D {
  template <class T>
  static void conv1d(const T* x, const T* w, const T* bias, T* y, const Conv1DSizes& sizes) {
    portable::conv1d(x, w, bias, y, sizes);
  }
  template <class T>
  static void conv1d_input_gradient(const T* dy, const T* w, T* dx, const Conv1DSizes& sizes) {
    portable::conv1d_input_gradient(dy, w, dx, sizes);
  }
  template <class T>
  static void conv1d_weight_gradient(const T* dy, const T* x, T* dw, T* db, const Conv1DSizes& sizes) {
    portable::conv1d_weight_gradient(dy, x, dw, db, sizes);
  }
};

}  // namespace EBB_NAMESPACE::cpu
