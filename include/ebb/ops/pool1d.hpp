#pragma once

#include <string_view>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/shape.hpp"

namespace EBB_NAMESPACE {

/// Of max_pool1d and avg_pool1d, and of the layers nn::MaxPool1D and nn::AvgPool1D.
struct Pool1DOptions {
  Index kernel = 2;   ///< samples that one output sees
  Index stride = 0;   ///< samples between two outputs; 0: the kernel, windows side by side
  Index padding = 0;  ///< samples on either side of the input, at most half a kernel
};

namespace detail {

/// What can be said about the options before there is an input.
inline bool is_pool1d_window(const Pool1DOptions& o) {
  return o.kernel >= 1 && o.kernel <= Shape::max_size && o.stride >= 0 && o.stride <= Shape::max_size &&
         o.padding >= 0 && o.padding <= o.kernel / 2;
}

/// Checks the shape (N, C, L) of an input of `op` and gives its sizes as N C rows.
inline Pool1DSizes pool1d_sizes(std::string_view op, const Shape& x, const Pool1DOptions& o) {
  require(x.rank() == 3, op, "input ", x, " must be (N, C, L)");
  require(
      is_pool1d_window(o), op, "kernel ", o.kernel, ", stride ", o.stride, " and padding ", o.padding,
      " are no window: expected a kernel of at least 1 and a stride of at least 0, both below 2^60, and a "
      "padding from 0 to half the kernel");
  require(x[2] >= 1 && x[2] + 2 * o.padding >= o.kernel, op, "input ", x, " with padding ", o.padding,
          " is shorter than kernel ", o.kernel);
  return {.rows = x[0] * x[1],
          .length = x[2],
          .kernel = o.kernel,
          .stride = o.stride > 0 ? o.stride : o.kernel,
          .padding = o.padding};
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
