#pragma once

#include "ebb/nn/dropout.hpp"
#include "ebb/nn/inference/builder.hpp"

namespace EBB_NAMESPACE::nn::detail {

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const Dropout<T>&) {
  b.pass();
  return true;
}

}  // namespace EBB_NAMESPACE::nn::detail
