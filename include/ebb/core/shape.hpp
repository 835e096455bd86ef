#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <span>
#include <string>

#include "ebb/core/error.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE {

/// The extents of a dense row-major tensor: at most eight axes, each of them >= 0, kept in place.
///
///     Shape s{128, 1, 1500};   s[2] == 1500   s.rank() == 3   s.size() == 192000
///
/// Error [shape] for more axes, a negative extent, or, when the elements are counted, more than `max_size`.
/// An extent of 0 does not excuse the others: {0, n, m} has no elements, and n m must be possible all the
/// same (NumPy's rule), because kernels step by products of a few extents.
class Shape {
 public:
  static constexpr Index max_rank = 8;
  /// So many that the bytes of any element type (at most 8 each) still fit an Index.
  static constexpr Index max_size = (Index{1} << 60) - 1;

  Shape() = default;  ///< rank 0: one element
  Shape(std::initializer_list<Index> extents) : Shape(std::span(extents.begin(), extents.size())) {}
  explicit Shape(std::span<const Index> extents) {
    for (const Index extent : extents) push_back(extent);
  }

  [[nodiscard]] Index rank() const { return rank_; }

  /// Number of elements; 1 for rank 0.
  [[nodiscard]] Index size() const { return size_between(0, rank_); }

  /// Product of the extents of the axes [first, last).
  [[nodiscard]] Index size_between(Index first, Index last) const {
    const std::optional<Index> product = product_between(first, last);
    if (!product) [[unlikely]]
      fail_size();
    return *product;
  }

  /// Number of elements, or nothing where that is more than `max_size`: for who says it in other words.
  [[nodiscard]] std::optional<Index> size_if_possible() const { return product_between(0, rank_); }

  [[nodiscard]] Index operator[](Index axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  [[nodiscard]] Index& operator[](Index axis) { return extents_[static_cast<std::size_t>(axis)]; }

  void push_back(Index extent) {
    detail::require(rank_ < max_rank, "shape", "a shape has at most ", max_rank, " axes");
    detail::require(extent >= 0, "shape", "extent ", extent, " of axis ", rank_, " is negative");
    extents_[static_cast<std::size_t>(rank_++)] = extent;
  }

  [[nodiscard]] const Index* begin() const { return extents_.data(); }
  [[nodiscard]] const Index* end() const { return extents_.data() + rank_; }

  friend bool operator==(const Shape& a, const Shape& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

  friend std::ostream& operator<<(std::ostream& out, const Shape& shape) {
    out << '(';
    for (Index i = 0; i < shape.rank(); ++i) out << (i ? ", " : "") << shape[i];
    return out << (shape.rank() == 1 ? ",)" : ")");
  }

 private:
  [[nodiscard]] std::optional<Index> product_between(Index first, Index last) const {
    Index product = 1;
    bool empty = false;
    for (Index i = first; i < last; ++i) {
      const Index extent = extents_[static_cast<std::size_t>(i)];
      empty |= extent == 0;
      if (extent != 0 && (__builtin_mul_overflow(product, extent, &product) || product > max_size))
        return std::nullopt;
    }
    return empty ? 0 : product;
  }

  [[noreturn, gnu::cold]] void fail_size() const {
    detail::fail("shape", "a tensor of shape ", *this, " would have 2^60 elements or more");
  }

  std::array<Index, max_rank> extents_{};
  Index rank_ = 0;
};

namespace detail {

/// Turns an axis counted from the end (-1 is the last) into one from the front; an error names `op`.
inline Index normalize_axis(std::string_view op, Index axis, const Shape& shape) {
  const Index rank = shape.rank();
  require(axis >= -rank && axis < rank, op, "axis ", axis, " does not exist in ", shape);
  return axis < 0 ? axis + rank : axis;
}

/// The shape of two operands broadcast against each other, aligned at the last axis (NumPy's rule).
inline Shape broadcast_shape(std::string_view op, const Shape& a, const Shape& b) {
  const Index rank = std::max(a.rank(), b.rank());
  Shape out;
  for (Index i = 0; i < rank; ++i) {
    const Index in_a = i - (rank - a.rank()), in_b = i - (rank - b.rank());
    const Index extent_a = in_a < 0 ? 1 : a[in_a], extent_b = in_b < 0 ? 1 : b[in_b];
    require(extent_a == extent_b || extent_a == 1 || extent_b == 1, op, "shapes ", a, " and ", b,
            " do not broadcast: axis ", i - rank, " has ", extent_a, " and ", extent_b);
    out.push_back(extent_a == 1 ? extent_b : extent_a);
  }
  return out;
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
