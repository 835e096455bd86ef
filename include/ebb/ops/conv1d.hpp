#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/core/init.hpp"
#include "ebb/core/padding.hpp"

namespace EBB_NAMESPACE {

/// Of conv1d and nn::Conv1D. The operation takes the weights that it is given: it leaves `bias` and `init` to
/// the layer, and a kernel that is not 0 has to be the weight's.
struct Conv1DOptions {
  Index kernel = 0;                                    ///< taps of a filter; a layer has to be told
  Index stride = 1;                                    ///< samples between two outputs
  Padding padding = 0;                                 ///< zeros on either side, or Padding::same or causal
  Index dilation = 1;                                  ///< samples between two taps of a filter
  Index groups = 1;                                    ///< filters of a group see that group's channels only
  ConvAlgorithm algorithm = ConvAlgorithm::automatic;  ///< of the convolution and its gradients
  bool bias = true;                                    ///< layer: whether it has one, zeros at first
  Init init = nn::init::glorot_uniform();              ///< layer: of the weight
};

namespace detail {

/// What can be said about the options before there is an input.
inline void check_conv1d_options(const Conv1DOptions& o, Index kernel) {
  const Index zeros = o.padding.rule() == Padding::number ? Index{o.padding} : 0;
  require(o.stride >= 1 && o.dilation >= 1 && o.groups >= 1 && zeros >= 0, "conv1d", "stride ", o.stride,
          ", dilation ", o.dilation, " and groups ", o.groups, " must be at least 1, padding ", o.padding,
          " at least 0");
  // Kernels multiply these by positions and numbers of channels.
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  require(o.stride <= most && o.dilation <= most && o.groups <= most && zeros <= most, "conv1d", "stride ",
          o.stride, ", dilation ", o.dilation, ", groups ", o.groups, " and padding ", o.padding,
          " must be below 2^31");
  const Conv1DSizes sizes{.kernel = kernel, .stride = o.stride, .dilation = o.dilation};
  require(o.algorithm != ConvAlgorithm::winograd || sizes.has_winograd(), "conv1d",
          "Winograd's method wants stride 1, dilation 1 and 3 to 5 taps, not stride ", o.stride,
          ", dilation ", o.dilation, " and ", kernel, " taps");
}

template <class T, class D>
Conv1DSizes conv1d_sizes(const Tensor<T, D>& x, const Tensor<T, D>& weight, const Tensor<T, D>& bias,
                         const Conv1DOptions& o) {
  require(x.rank() == 3 && weight.rank() == 3, "conv1d", "input ", x.shape(), " and weight ", weight.shape(),
          " must be (N, C, L) and (F, C / groups, K)");
  check_conv1d_options(o, weight.shape(2));
  require(o.kernel == 0 || o.kernel == weight.shape(2), "conv1d", "kernel ", o.kernel,
          " is not that of the weight ", weight.shape());
  // Where a weight without elements has so many taps that their reach cannot be counted, no input is enough.
  const bool fits = weight.shape(2) <= Shape::max_size / o.dilation;
  const Index reach = fits ? o.dilation * (weight.shape(2) - 1) + 1 : 0;
  const auto [before, after] = o.padding.around(x.shape(2), reach, o.stride);
  const Conv1DSizes sizes{.batch = x.shape(0),
                          .channels = x.shape(1),
                          .length = x.shape(2),
                          .filters = weight.shape(0),
                          .kernel = weight.shape(2),
                          .stride = o.stride,
                          .padding = before,
                          .dilation = o.dilation,
                          .groups = o.groups,
                          .algorithm = o.algorithm,
                          .uneven = after - before};
  require(sizes.channels % o.groups == 0 && sizes.filters % o.groups == 0 &&
              o.groups <= std::max({sizes.channels, sizes.filters, Index{1}}),
          "conv1d", sizes.channels, " channels and ", sizes.filters, " filters cannot be divided into ",
          o.groups, " groups");
  require(sizes.channels / o.groups == weight.shape(1), "conv1d", "input ", x.shape(), " has ",
          sizes.channels, " channels, the weight ", weight.shape(), " expects ", weight.shape(1),
          o.groups > 1 ? " in each group" : "");
  require(sizes.kernel >= 1, "conv1d", "the weight ", weight.shape(), " has filters of no taps");
  require(fits && sizes.padded_length() >= reach, "conv1d", "input ", x.shape(), " with padding ", o.padding,
          " is shorter than a filter of ", sizes.kernel, " taps at dilation ", o.dilation);
  require(!bias.defined() || bias.shape() == Shape{sizes.filters}, "conv1d", "bias ", bias.shape(),
          " does not fit the weight ", weight.shape(), ": expected (", sizes.filters, ",)");
  return sizes.with_short_stride();
}

}  // namespace detail

/// One-dimensional cross-correlation, what the field calls a convolution: x (N, C, L), weight (F, C / groups,
/// K), bias (F) or undefined for none; y (N, F, M) with M = (L + 2 padding - dilation (K - 1) - 1) / stride +
/// 1, rounded down, or ceil(L / stride) with Padding::same and Padding::causal (core/padding.hpp):
///
///     y[n, f, j] = bias[f] + sum over c, k of weight[f, c, k] x[n, c, j stride + k dilation - padding]
///
/// where padding is the number of zeros in front. Gradients for all three. Error [conv1d] where the shapes
/// do not fit, or not the algorithm asked for.
///
///     Tensor<float> y = conv1d(x, weight, bias, {.stride = 3});
///     Tensor<float> z = conv1d(x, weight, bias, {.padding = Padding::causal, .dilation = 4});
template <class T, class D>
[[nodiscard]] Tensor<T, D> conv1d(const Tensor<T, D>& x, const Tensor<T, D>& weight,
                                  const Tensor<T, D>& bias = {}, const Conv1DOptions& options = {}) {
  const Conv1DSizes sizes = detail::conv1d_sizes(x, weight, bias, options);
  auto y = Tensor<T, D>::uninitialized({sizes.batch, sizes.filters, sizes.out_length()});
  D::conv1d(x.data(), weight.data(), bias.defined() ? bias.data() : nullptr, y.mutable_data(), sizes);
  return differentiable(
      y, {x, weight, bias},
      [x, weight, sizes](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> gradients(3);
        if (needs[0]) {
          gradients[0] = Tensor<T, D>::uninitialized(x.shape());
          D::conv1d_input_gradient(dy.data(), weight.data(), gradients[0].mutable_data(), sizes);
        }
        if (needs[1] || needs[2]) {
          gradients[1] = Tensor<T, D>::uninitialized(weight.shape());
          if (needs[2]) gradients[2] = Tensor<T, D>::uninitialized({sizes.filters});
          D::conv1d_weight_gradient(dy.data(), x.data(), gradients[1].mutable_data(),
                                    needs[2] ? gradients[2].mutable_data() : nullptr, sizes);
        }
        return gradients;
      },
      "conv1d");
}

}  // namespace EBB_NAMESPACE
