#pragma once

#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"

namespace EBB_NAMESPACE {

/// What an output between two samples is: the sample left of it, or a point on the line between them.
enum class UpsampleMode { nearest, linear };

/// Of upsample1d and nn::Upsample1D.
struct Upsample1DOptions {
  UpsampleMode mode = UpsampleMode::nearest;
  bool align_corners = false;  ///< linear: the first and last outputs are the first and last samples; else
                               ///< samples are the middles of equal parts of the row
};

/// x (N, C, L) resampled to y (N, C, length); shorter is possible, too. Output i of M is
///
///     nearest:                x[floor(i L / M)]
///     linear:                 x at max((i + 1/2) L / M - 1/2, 0), between samples on a straight line
///     linear, align_corners:  x at i (L - 1) / (M - 1)
///
/// as in torch.nn.functional.interpolate with a size. Gradient: dy to the samples, as much as each of them
/// counted. Error [upsample1d] where x is no (N, C, L), or one of the lengths is 0.
///
///     Tensor<float> y = upsample1d(x, 2 * x.shape(2), {.mode = UpsampleMode::linear});
template <class T, class D>
[[nodiscard]] Tensor<T, D> upsample1d(const Tensor<T, D>& x, Index length,
                                      const Upsample1DOptions& options = {}) {
  detail::require(x.rank() == 3 && x.shape(2) >= 1, "upsample1d", "input ", x.shape(),
                  " must be (N, C, L) with L at least 1");
  detail::require(length >= 1, "upsample1d", "the length ", length, " of the result must be at least 1");
  const Upsample1DSizes sizes{.rows = x.shape(0) * x.shape(1),
                              .length = x.shape(2),
                              .out_length = length,
                              .linear = options.mode == UpsampleMode::linear,
                              .align_corners = options.align_corners};
  auto y = Tensor<T, D>::uninitialized({x.shape(0), x.shape(1), length});
  D::upsample1d(x.data(), y.mutable_data(), sizes);
  return differentiable(
      y, {x},
      [sizes, shape = x.shape()](const Tensor<T, D>& dy) {
        auto dx = Tensor<T, D>::uninitialized(shape);
        D::upsample1d_gradient(dy.data(), dx.mutable_data(), sizes);
        return std::vector{dx};
      },
      "upsample1d");
}

}  // namespace EBB_NAMESPACE
