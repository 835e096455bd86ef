#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"

namespace EBB_NAMESPACE {

/// Training: each element of x becomes 0 with probability p in [0, 1], the others are divided by 1 - p, so
/// that the mean stays (Srivastava et al., 2014); p = 1 leaves zeros. Otherwise, and for p = 0: x itself.
///
/// Gradient: the same for dy. No mask is kept; the random numbers are drawn again from their stream.
/// Error [dropout] where p is not in [0, 1].
template <class T, class D>
[[nodiscard]] Tensor<T, D> dropout(const Tensor<T, D>& x, double p, bool training,
                                   Generator& generator = default_generator()) {
  detail::require(x.defined(), "dropout", "the input is undefined");
  detail::require(p >= 0 && p <= 1, "dropout", "the probability ", p, " must be in [0, 1]");
  if (!training || p == 0) return x;
  const auto apply = [p = static_cast<T>(p), random = generator.next()](const Tensor<T, D>& from) {
    auto to = Tensor<T, D>::uninitialized(from.shape());
    D::dropout(from.data(), to.mutable_data(), from.size(), p, random);
    return to;
  };
  return differentiable(
      apply(x), {x}, [apply](const Tensor<T, D>& dy) { return std::vector{apply(dy)}; }, "dropout");
}

}  // namespace EBB_NAMESPACE
