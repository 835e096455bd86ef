#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "ebb/autograd/differentiable.hpp"
#include "ebb/backend/backend.hpp"
#include "ebb/core/init.hpp"
#include "ebb/ops/detail/reduce.hpp"
#include "ebb/ops/map.hpp"

namespace EBB_NAMESPACE {

/// Of conv_transpose1d and nn::ConvTranspose1D. The operation takes the weights that it is given: it leaves
/// `bias` and `init` to the layer, and a kernel that is not 0 has to be the weight's.
struct ConvTranspose1DOptions {
  Index kernel = 0;                        ///< taps of a filter; a layer has to be told
  Index stride = 1;                        ///< outputs from one input to the next
  Index padding = 0;                       ///< outputs that are cut off at either end
  Index output_padding = 0;                ///< outputs more at the end; below the stride
  Index dilation = 1;                      ///< outputs between two taps of a filter
  Index groups = 1;                        ///< channels of a group reach that group's filters only
  bool bias = true;                        ///< layer: whether it has one, zeros at first
  Init init = nn::init::glorot_uniform();  ///< layer: of the weight
};

namespace detail {

inline void check_conv_transpose1d_options(const ConvTranspose1DOptions& o) {
  require(o.stride >= 1 && o.dilation >= 1 && o.groups >= 1 && o.padding >= 0, "conv_transpose1d", "stride ",
          o.stride, ", dilation ", o.dilation, " and groups ", o.groups, " must be at least 1, padding ",
          o.padding, " at least 0");
  require(o.output_padding >= 0 && o.output_padding < o.stride, "conv_transpose1d", "output padding ",
          o.output_padding, " must be in [0, stride), the stride is ", o.stride);
  // Kernels multiply these by positions and numbers of channels.
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  require(o.stride <= most && o.dilation <= most && o.groups <= most && o.padding <= most, "conv_transpose1d",
          "stride ", o.stride, ", dilation ", o.dilation, ", groups ", o.groups, " and padding ", o.padding,
          " must be below 2^31");
}

/// The convolution of y that gives x's shape, whose input gradient is wanted.
template <class T, class D>
Conv1DSizes conv_transpose1d_sizes(const Tensor<T, D>& x, const Tensor<T, D>& weight,
                                   const Tensor<T, D>& bias, const ConvTranspose1DOptions& o) {
  require(x.rank() == 3 && weight.rank() == 3, "conv_transpose1d", "input ", x.shape(), " and weight ",
          weight.shape(), " must be (N, C, L) and (C, F / groups, K)");
  check_conv_transpose1d_options(o);
  const Index kernel = weight.shape(2);
  require(x.shape(1) == weight.shape(0), "conv_transpose1d", "input ", x.shape(), " has ", x.shape(1),
          " channels, the weight ", weight.shape(), " expects ", weight.shape(0));
  require(x.shape(1) % o.groups == 0, "conv_transpose1d", x.shape(1), " channels cannot be divided into ",
          o.groups, " groups");
  require(kernel >= 1 && (o.kernel == 0 || o.kernel == kernel), "conv_transpose1d", "kernel ", o.kernel,
          " is not that of the weight ", weight.shape());
  require(kernel <= Shape::max_size / o.dilation && x.shape(2) <= Shape::max_size / o.stride &&
              weight.shape(1) <= Shape::max_size / o.groups,
          "conv_transpose1d", "input ", x.shape(), ", weight ", weight.shape(), ", stride ", o.stride,
          ", dilation ", o.dilation, " and groups ", o.groups, " give an output of 2^60 elements or more");
  const Index reach = o.dilation * (kernel - 1) + 1;
  const Conv1DSizes sizes{.batch = x.shape(0),
                          .channels = weight.shape(1) * o.groups,
                          .length = (x.shape(2) - 1) * o.stride - 2 * o.padding + reach + o.output_padding,
                          .filters = x.shape(1),
                          .kernel = kernel,
                          .stride = o.stride,
                          .padding = o.padding,
                          .dilation = o.dilation,
                          .groups = o.groups};
  require(x.shape(2) >= 1 && sizes.length >= 1, "conv_transpose1d", "input ", x.shape(), " with ", kernel,
          " taps and padding ", o.padding, " gives no output");
  require(!bias.defined() || bias.shape() == Shape{sizes.channels}, "conv_transpose1d", "bias ", bias.shape(),
          " does not fit the weight ", weight.shape(), ": expected (", sizes.channels, ",)");
  return sizes;
}

}  // namespace detail

/// The transposed convolution, also called deconvolution: what conv1d with this weight does to gradients on
/// their way back. x (N, C, L), weight (C, F / groups, K) as in PyTorch, bias (F) or undefined for none;
/// y (N, F, M) with M = (L - 1) stride - 2 padding + dilation (K - 1) + output_padding + 1:
///
///     y[n, f, i stride + k dilation - padding] += weight[c, f, k] x[n, c, i]   for all c, i, k
///
/// on top of bias[f]. Gradients for all three. Error [conv_transpose1d] where the shapes or options do not
/// fit.
///
///     Tensor<float> y = conv_transpose1d(x, weight, bias, {.stride = 2, .padding = 1});
template <class T, class D>
[[nodiscard]] Tensor<T, D> conv_transpose1d(const Tensor<T, D>& x, const Tensor<T, D>& weight,
                                            const Tensor<T, D>& bias = {},
                                            const ConvTranspose1DOptions& options = {}) {
  const Conv1DSizes sizes = detail::conv_transpose1d_sizes(x, weight, bias, options);
  auto y = Tensor<T, D>::uninitialized({sizes.batch, sizes.channels, sizes.length});
  D::conv1d_input_gradient(x.data(), weight.data(), y.mutable_data(), sizes);
  if (bias.defined()) {
    D::zip(detail::Plus{}, y.data(), bias.data(), y.mutable_data(),
           BroadcastSizes(y.shape(), y.shape(), Shape{sizes.channels, 1}));
  }
  return differentiable(
      y, {x, weight, bias},
      [x, weight, sizes](const Tensor<T, D>& dy, const std::vector<bool>& needs) {
        std::vector<Tensor<T, D>> gradients(3);
        if (needs[0]) {
          gradients[0] = Tensor<T, D>::uninitialized(x.shape());
          D::conv1d(dy.data(), weight.data(), static_cast<const T*>(nullptr), gradients[0].mutable_data(),
                    sizes);
        }
        if (needs[1]) {
          gradients[1] = Tensor<T, D>::uninitialized(weight.shape());
          D::conv1d_weight_gradient(x.data(), dy.data(), gradients[1].mutable_data(),
                                    static_cast<T*>(nullptr), sizes);
        }
        if (needs[2]) gradients[2] = detail::sum_axes(dy, {1, sizes.channels, 1}).view({sizes.channels}, 0);
        return gradients;
      },
      "conv_transpose1d");
}

}  // namespace EBB_NAMESPACE
