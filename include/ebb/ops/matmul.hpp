#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"

namespace EBB_NAMESPACE {

namespace detail {

struct Transposed {
  bool a = false, b = false;
};

/// op(a) op(b) of matrices, or of stacks of them, without gradient. A stack times one matrix is one product.
template <class T, class D>
Tensor<T, D> matmul_values(const Tensor<T, D>& a, const Tensor<T, D>& b, Transposed transposed) {
  const Index rank = a.rank();
  const Index batch = a.shape().size_between(0, rank - 2);
  const Index m = a.shape(transposed.a ? rank - 1 : rank - 2),
              k = a.shape(transposed.a ? rank - 2 : rank - 1);
  const Index n = b.shape(transposed.b ? -2 : -1);
  Shape shape = a.shape();
  shape[rank - 2] = m;
  shape[rank - 1] = n;
  auto c = Tensor<T, D>::uninitialized(shape);
  D::matmul(
      a.data(), b.data(), static_cast<const T*>(nullptr), c.mutable_data(),
      MatmulSizes{
          .m = m, .n = n, .k = k, .transpose_a = transposed.a, .transpose_b = transposed.b, .batch = batch});
  return c;
}

}  // namespace detail

/// The matrix product: (M, K) times (K, N) gives (M, N). Stacks (..., M, K) and (..., K, N) with the same
/// leading axes are multiplied one by one.
///
/// Gradients: da = dc b^T, db = a^T dc. Error [matmul] where the shapes do not fit.
template <class T, class D>
[[nodiscard]] Tensor<T, D> matmul(const Tensor<T, D>& a, const Tensor<T, D>& b) {
  const Index rank = a.rank();
  bool fits = rank >= 2 && b.rank() == rank && a.shape(-1) == b.shape(-2);
  for (Index axis = 0; fits && axis < rank - 2; ++axis) fits = a.shape(axis) == b.shape(axis);
  detail::require(fits, "matmul", "shapes ", a.shape(), " and ", b.shape(),
                  " do not multiply: expected (..., M, K) and (..., K, N) with the same leading axes");
  using detail::Transposed;
  return differentiable(
      detail::matmul_values(a, b, {}), {a, b},
      [a, b](const Tensor<T, D>& dc, const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> gradients(2);
        if (needs[0]) gradients[0] = detail::matmul_values(dc, b, Transposed{.b = true});
        if (needs[1]) gradients[1] = detail::matmul_values(a, dc, Transposed{.a = true});
        return gradients;
      },
      "matmul");
}

}  // namespace EBB_NAMESPACE
