#pragma once

#include "ebb/nn/module.hpp"
#include "ebb/ops/flatten.hpp"

namespace EBB_NAMESPACE::nn {

/// All axes but the first become one: (N, C, L) -> (N, C L).
template <class T, class D = Cpu>
class Flatten : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return flatten(x); }
};

template <class T, class D>
[[nodiscard]] Value<T, D> flatten(const Value<T, D>& x) {
  return detail::call_own(Flatten<T, D>(), x);
}

}  // namespace EBB_NAMESPACE::nn
