#pragma once

#include "ebb/backend/cpu/epilogue.hpp"
#include "ebb/backend/cpu/tiled/front.hpp"
#include "ebb/backend/sizes.hpp"

namespace EBB_NAMESPACE::cpu::tiled {

/// A convolution of packed or transformed weights, with what is done in the same pass.
template <class T>
struct PackedCall {
  const T* x;
  const T* weights;
  Epilogue<T> end;
  T* y;
  Conv1DSizes sizes;
  const Front<T>* front = nullptr;  ///< `sizes` are those of the layer behind it, x is what it reads
  MaxWindows pool = {};             ///< y are the maxima; nothing is added
};

}  // namespace EBB_NAMESPACE::cpu::tiled
