#pragma once

#include <string_view>

#include "ebb/ops/divide.hpp"
#include "ebb/ops/sum.hpp"

namespace EBB_NAMESPACE {

/// What a loss makes of the losses of its elements.
enum class Reduction { mean, sum, none };

namespace detail {

/// Checks, in the name of `op`, that there is something to take a mean of.
inline void require_losses(std::string_view op, const Shape& x, Reduction reduction) {
  require(reduction != Reduction::mean || x.size() > 0, op, "input ", x,
          " is empty: the mean of its losses would be 0 / 0");
}

template <class T, class D>
void require_same_shape(std::string_view op, const Tensor<T, D>& x, const Tensor<T, D>& target) {
  require(x.defined() && target.defined(), op, "an input is undefined");
  require(x.shape() == target.shape(), op, "input ", x.shape(), " and target ", target.shape(),
          " must have the same shape");
}

/// The losses themselves, their sum, or their sum / divisor, of shape ().
template <class T, class D>
Tensor<T, D> reduce_losses(const Tensor<T, D>& losses, Reduction reduction, double divisor) {
  if (reduction == Reduction::none) return losses;
  const Tensor<T, D> total = sum(losses);
  return reduction == Reduction::sum ? total : total / static_cast<T>(divisor);
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
