#pragma once

#include "ebb/ops/detail/triangle.hpp"

namespace EBB_NAMESPACE {

/// The lower triangle of each matrix of x (..., R, C): 0 above the diagonal number `diagonal`, of which 0 is
/// the main one and positive ones are above it.  Gradient: the same of dy. Error [tril] for fewer than two
/// axes.
///
///     tril(ones<float>({3, 3}))   // 1 0 0 / 1 1 0 / 1 1 1
template <class T, class D>
[[nodiscard]] Tensor<T, D> tril(const Tensor<T, D>& x, Index diagonal = 0) {
  return detail::triangle("tril", x, diagonal, /*upper=*/false);
}

}  // namespace EBB_NAMESPACE
