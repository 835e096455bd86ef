#pragma once

#include <string_view>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/ops/map.hpp"

namespace EBB_NAMESPACE::detail {

/// map whose errors name the operation that the user called.
template <class T, class D, class F>
auto map_for(std::string_view op, const Tensor<T, D>& x, F f) {
  require(x.defined(), op, "the input is undefined");
  return map(x, f);
}

}  // namespace EBB_NAMESPACE::detail
