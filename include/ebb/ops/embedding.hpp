#pragma once

#include <cstdint>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// Of embedding and nn::Embedding.
struct EmbeddingOptions {
  Index padding_index = -1;  ///< a row that is never trained, zeros at first; -1: none
};

/// The rows of a table by number: weight (V, E), indices of any shape S with values in [0, V); y (S..., E).
/// gather_rows for indices of more than one axis, with a row that may stay as it is.
///
/// Gradient: each row's sum of the dy that named it, in order; of row padding_index: 0.
/// Error [embedding] for an index outside of [0, V), or a weight that is no (V, E).
///
///     Tensor<float> y = embedding(weight, tokens);   // (N, L) -> (N, L, E)
template <class T, class D>
[[nodiscard]] Tensor<T, D> embedding(const Tensor<T, D>& weight, const Tensor<std::int32_t, D>& indices,
                                     const EmbeddingOptions& options = {}) {
  detail::require(weight.rank() == 2, "embedding", "the weight ", weight.shape(), " must be (V, E)");
  detail::require(options.padding_index >= -1 && options.padding_index < weight.shape(0), "embedding",
                  "the padding index ", options.padding_index, " is no row of the weight ", weight.shape());
  detail::require_rows("embedding", indices, weight.shape(0), "index");
  const RowSizes sizes{.rows = indices.size(), .table = weight.shape(0), .width = weight.shape(1)};
  Shape shape = indices.shape();
  shape.push_back(sizes.width);
  auto y = Tensor<T, D>::uninitialized(shape);
  D::gather_rows(weight.data(), indices.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {weight},
      [indices, sizes, frozen = options.padding_index](const Tensor<T, D>& dy) {
        auto dw = Tensor<T, D>::uninitialized({sizes.table, sizes.width});
        D::scatter_add_rows(dy.data(), indices.data(), dw.mutable_data(), sizes);
        if (frozen >= 0) D::fill(dw.mutable_data() + frozen * sizes.width, sizes.width, T(0));
        return std::vector{dw};
      },
      "embedding");
}

}  // namespace EBB_NAMESPACE
