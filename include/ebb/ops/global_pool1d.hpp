#pragma once

#include "ebb/ops/avg_pool1d.hpp"
#include "ebb/ops/max_pool1d.hpp"
#include "ebb/ops/reshape.hpp"

namespace EBB_NAMESPACE {

namespace detail {

inline Pool1DOptions whole_length(std::string_view op, const Shape& x) {
  require(x.rank() == 3 && x[2] >= 1, op, "input ", x, " must be (N, C, L) with L at least 1");
  return {.kernel = x[2]};
}

}  // namespace detail

/// The largest value of each channel: (N, C, L) gives (N, C). Gradient: to the first that is largest.
/// Error [global_max_pool1d] where the input is no (N, C, L) or L is 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> global_max_pool1d(const Tensor<T, D>& x) {
  const Pool1DOptions options = detail::whole_length("global_max_pool1d", x.shape());
  return max_pool1d(x, options).reshape({x.shape(0), x.shape(1)});
}

/// The mean of each channel: (N, C, L) gives (N, C). Gradient: dy / L to each value.
/// Error [global_avg_pool1d] where the input is no (N, C, L) or L is 0.
template <class T, class D>
[[nodiscard]] Tensor<T, D> global_avg_pool1d(const Tensor<T, D>& x) {
  const Pool1DOptions options = detail::whole_length("global_avg_pool1d", x.shape());
  return avg_pool1d(x, options).reshape({x.shape(0), x.shape(1)});
}

}  // namespace EBB_NAMESPACE
