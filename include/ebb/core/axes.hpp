#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "ebb/core/shape.hpp"

namespace EBB_NAMESPACE {

/// One axis or several, in any order; negative ones count from the end: `sum(x, -1)`, `sum(x, {0, 2})`.
class Axes {
 public:
  Axes(Index axis) : axes_{axis} {}
  Axes(std::initializer_list<Index> axes) : axes_(axes) {}

  /// Every axis of a tensor of that rank.
  [[nodiscard]] static Axes all(Index rank) {
    Axes axes{};
    for (Index axis = 0; axis < rank; ++axis) axes.axes_.push_back(axis);
    return axes;
  }

  [[nodiscard]] auto begin() const { return axes_.begin(); }
  [[nodiscard]] auto end() const { return axes_.end(); }

 private:
  std::vector<Index> axes_;
};

struct ReduceOptions {
  bool keep_axes = false;  ///< reduced axes stay, with extent 1
};

namespace detail {

/// `shape` with extent 1 in place of the given axes; an error names `op`.
inline Shape reduced_shape(std::string_view op, const Shape& shape, const Axes& axes) {
  Shape reduced = shape;
  std::vector<bool> seen(Shape::max_rank);
  for (const Index given : axes) {
    const Index axis = normalize_axis(op, given, shape);
    require(!seen[static_cast<std::size_t>(axis)], op, "axis ", given, " of ", shape, " is named twice");
    seen[static_cast<std::size_t>(axis)] = true;
    reduced[axis] = 1;
  }
  return reduced;
}

/// `shape` without the given axes, which have been checked.
inline Shape without_axes(const Shape& shape, const Axes& axes) {
  Shape rest;
  for (Index axis = 0; axis < shape.rank(); ++axis) {
    bool named = false;
    for (const Index given : axes) named = named || (given < 0 ? given + shape.rank() : given) == axis;
    if (!named) rest.push_back(shape[axis]);
  }
  return rest;
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
