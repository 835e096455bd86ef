#pragma once

#include "ebb/ops/detail/triangle.hpp"

namespace EBB_NAMESPACE {

/// The upper triangle of each matrix of x (..., R, C): 0 below the diagonal number `diagonal`, of which 0 is
/// the main one and positive ones are above it.  Gradient: the same of dy. Error [triu] for fewer than two
/// axes.
///
///     triu(ones<float>({3, 3}))   // 1 1 1 / 0 1 1 / 0 0 1
template <class T, class D>
[[nodiscard]] Tensor<T, D> triu(const Tensor<T, D>& x, Index diagonal = 0) {
  return detail::triangle("triu", x, diagonal, /*upper=*/true);
}

}  // namespace EBB_NAMESPACE
