#pragma once

#include "ebb/ops/detail/binary.hpp"

/// a & b, a | b and !a of masks (tensors of bool), element by element; a and b are broadcast against each
/// other (NumPy's rule). a != b is their exclusive or. Both sides are always computed, hence not && and ||.
/// Errors [logical_and], [logical_or] and [logical_not] for shapes that do not fit or an undefined mask.
///
///     const Tensor<bool> inside = (x > 0) & (x < 1);

namespace EBB_NAMESPACE {

namespace detail {

struct And {
  EBB_HOST_DEVICE bool operator()(bool a, bool b) const { return (a & b) != 0; }
};

struct Or {
  EBB_HOST_DEVICE bool operator()(bool a, bool b) const { return (a | b) != 0; }
};

struct Not {
  EBB_HOST_DEVICE bool operator()(bool a) const { return !a; }
};

}  // namespace detail

template <class D>
[[nodiscard]] Tensor<bool, D> operator&(const Tensor<bool, D>& a, const Tensor<bool, D>& b) {
  return detail::zip_for("logical_and", a, b, detail::And{});
}

template <class D>
[[nodiscard]] Tensor<bool, D> operator|(const Tensor<bool, D>& a, const Tensor<bool, D>& b) {
  return detail::zip_for("logical_or", a, b, detail::Or{});
}

template <class D>
[[nodiscard]] Tensor<bool, D> operator!(const Tensor<bool, D>& a) {
  return detail::map_for("logical_not", a, detail::Not{});
}

}  // namespace EBB_NAMESPACE
