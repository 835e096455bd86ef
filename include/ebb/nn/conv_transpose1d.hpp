#pragma once

#include <string>

#include "ebb/nn/init.hpp"
#include "ebb/nn/module.hpp"
#include "ebb/ops/conv_transpose1d.hpp"

namespace EBB_NAMESPACE::nn {

/// Transposed convolution: (N, channels, L) -> (N, filters, M), see ops/conv_transpose1d.hpp for M.
/// State: weight (channels, filters / groups, kernel) as in PyTorch, bias (filters). Error [conv_transpose1d]
/// for sizes or options that do not fit, and for an input that does not when it is called.
///
///     nn::ConvTranspose1D<float> layer(64, 32, {.kernel = 4, .stride = 2, .padding = 1});   // L -> 2 L
template <class T, class D = Cpu>
class ConvTranspose1D : public Module<T, D> {
 public:
  ConvTranspose1D(Index channels, Index filters, const ConvTranspose1DOptions& o) : options(o) {
    ebb::detail::require(channels >= 1 && filters >= 1 && o.kernel >= 1, "conv_transpose1d", "a layer of ",
                         channels, " channels, ", filters, " filters, kernel ", o.kernel,
                         ": expected at least 1 each");
    ebb::detail::check_conv_transpose1d_options(o);
    ebb::detail::require(channels % o.groups == 0 && filters % o.groups == 0, "conv_transpose1d", channels,
                         " channels and ", filters, " filters cannot be divided into ", o.groups, " groups");
    weight = o.init.make<T, D>({channels, filters / o.groups, o.kernel}).requires_grad();
    if (o.bias) bias = zeros<T, D>({filters}).requires_grad();
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return conv_transpose1d(x, weight, bias, options);
  }
  [[nodiscard]] Members<T, D> members() override { return {{"weight", weight}, {"bias", bias}}; }

  [[nodiscard]] std::string describe() const override {
    std::string text = "ConvTranspose1D(" + std::to_string(weight.shape(0)) + ", " +
                       std::to_string(weight.shape(1) * options.groups) + ", kernel " +
                       std::to_string(options.kernel);
    const auto add = [&](const char* name, Index value, Index usual) {
      if (value != usual) text += std::string(", ") + name + ' ' + std::to_string(value);
    };
    add("stride", options.stride, 1);
    add("padding", options.padding, 0);
    add("output padding", options.output_padding, 0);
    add("dilation", options.dilation, 1);
    add("groups", options.groups, 1);
    return text + (bias.defined() ? ")" : ", no bias)");
  }

  ConvTranspose1DOptions options;
  Tensor<T, D> weight, bias;
};

}  // namespace EBB_NAMESPACE::nn
