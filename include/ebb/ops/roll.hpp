#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/ops/detail/rows.hpp"

namespace EBB_NAMESPACE {

/// x with every step of an axis moved by `shift` places to higher positions, those beyond the end to the
/// beginning; negative: the other way.  Gradient: dy rolled back. Error [roll] for an axis that does not
/// exist.
///
///     roll(x, 1, /*axis=*/-1)   // a b c d -> d a b c
template <class T, class D>
[[nodiscard]] Tensor<T, D> roll(const Tensor<T, D>& x, Index shift, Index axis) {
  detail::require(x.defined(), "roll", "the input is undefined");
  const Index along = detail::normalize_axis("roll", axis, x.shape()), extent = x.shape()[along];
  const Index places = extent > 0 ? (shift % extent + extent) % extent : 0;
  const auto apply = [along, extent](const Tensor<T, D>& from, Index first) {
    auto to = Tensor<T, D>::uninitialized(from.shape());
    detail::copy_part(from, 0, to, first, along, extent - first);
    detail::copy_part(from, extent - first, to, 0, along, first);
    return to;
  };
  return differentiable(
      apply(x, places), {x},
      [apply, back = places > 0 ? extent - places : 0](const Tensor<T, D>& dy) {
        return std::vector{apply(dy, back)};
      },
      "roll");
}

}  // namespace EBB_NAMESPACE
