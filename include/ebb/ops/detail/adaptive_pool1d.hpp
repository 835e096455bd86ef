#pragma once

#include <string_view>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/shape.hpp"

namespace EBB_NAMESPACE::detail {

/// Checks the shape (N, C, L) of an input of `op` and gives its sizes as N C rows.
inline AdaptivePool1DSizes adaptive_pool1d_sizes(std::string_view op, const Shape& x, Index length) {
  require(x.rank() == 3 && x[2] >= 1, op, "input ", x, " must be (N, C, L) with L at least 1");
  require(length >= 1, op, "the length ", length, " of the result must be at least 1");
  return {.rows = x[0] * x[1], .length = x[2], .out_length = length};
}

}  // namespace EBB_NAMESPACE::detail
