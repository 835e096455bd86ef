#pragma once

#include <initializer_list>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// The parts one after another along an axis; all other extents are equal.  Gradient: each part's share of
/// dy. Error [concat] for no parts, or shapes that differ in another axis.
///
///     concat({pad, payload}, /*axis=*/2)   // (N, 1, K), (N, 1, L) -> (N, 1, K + L)
template <class T, class D>
[[nodiscard]] Tensor<T, D> concat(const std::vector<Tensor<T, D>>& parts, Index axis) {
  detail::require(!parts.empty(), "concat", "there are no parts");
  for (const Tensor<T, D>& part : parts) detail::require(part.defined(), "concat", "a part is undefined");
  Shape shape = parts[0].shape();
  const Index along = detail::normalize_axis("concat", axis, shape);
  shape[along] = 0;
  std::vector<Index> lengths;
  for (const Tensor<T, D>& part : parts) {
    detail::require(part.rank() == shape.rank() &&
                        detail::with_extent(part.shape(), along, 0) == detail::with_extent(shape, along, 0),
                    "concat", "shapes ", parts[0].shape(), " and ", part.shape(),
                    " differ in more than axis ", axis);
    lengths.push_back(part.shape()[along]);
    detail::require(lengths.back() <= Shape::max_size - shape[along], "concat",
                    "the parts have 2^60 steps of axis ", axis, " or more together");
    shape[along] += lengths.back();
  }
  auto y = Tensor<T, D>::uninitialized(shape);
  Index start = 0;
  for (const Tensor<T, D>& part : parts) {
    const Index length = part.shape()[along];
    detail::copy_part(part, 0, y, start, along, length);
    start += length;
  }
  return differentiable(
      y, parts,
      [lengths, along](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> gradients(lengths.size());
        Index from = 0;
        for (std::size_t i = 0; i < lengths.size(); ++i) {
          if (needs[i]) gradients[i] = detail::part_of(dy, along, from, lengths[i]);
          from += lengths[i];
        }
        return gradients;
      },
      "concat");
}

template <class T, class D>
[[nodiscard]] Tensor<T, D> concat(std::initializer_list<Tensor<T, D>> parts, Index axis) {
  return concat(std::vector(parts), axis);
}

}  // namespace EBB_NAMESPACE
