#pragma once

#include <string>

#include "ebb/nn/init.hpp"
#include "ebb/nn/module.hpp"
#include "ebb/ops/conv1d.hpp"

namespace EBB_NAMESPACE::nn {

using ebb::Conv1DOptions;

/// One-dimensional convolution: (N, channels, L) -> (N, filters, M), see ops/conv1d.hpp for M.
/// State: weight (filters, channels / groups, kernel), bias (filters). Error [conv1d] for sizes or
/// options that do not fit, and for an input that does not when it is called.
///
///     nn::Conv1D<float> layer(1, 200, {.kernel = 4, .stride = 3});
///     nn::Conv1D<float> next(200, 200, {.kernel = 5, .padding = Padding::same});
template <class T, class D = Cpu>
class Conv1D : public Module<T, D> {
 public:
  [[gnu::cold]] Conv1D(Index channels, Index filters, const Conv1DOptions& o) : options(o) {
    ebb::detail::require(channels >= 1 && filters >= 1 && o.kernel >= 1, "conv1d", "a layer of ", channels,
                         " channels, ", filters, " filters, kernel ", o.kernel, ": expected at least 1 each");
    ebb::detail::check_conv1d_options(o, o.kernel);
    ebb::detail::require(channels % o.groups == 0 && filters % o.groups == 0, "conv1d", channels,
                         " channels and ", filters, " filters cannot be divided into ", o.groups, " groups");
    weight = o.init.make<T, D>({filters, channels / o.groups, o.kernel}).requires_grad();
    if (o.bias) bias = zeros<T, D>({filters}).requires_grad();
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return conv1d(x, weight, bias, options);
  }
  [[nodiscard]] Members<T, D> members() override { return {{"weight", weight}, {"bias", bias}}; }

  [[nodiscard]] std::string describe() const override {
    std::string text = "Conv1D(" + std::to_string(weight.shape(1) * options.groups) + ", " +
                       std::to_string(weight.shape(0)) + ", kernel " + std::to_string(options.kernel);
    const auto add = [&](const char* name, Index value, Index usual) {
      if (value != usual) text += std::string(", ") + name + ' ' + std::to_string(value);
    };
    const Padding& padding = options.padding;
    add("stride", options.stride, 1);
    if (padding.rule() != Padding::number || padding != 0) text += ebb::detail::text(", padding ", padding);
    add("dilation", options.dilation, 1);
    add("groups", options.groups, 1);
    return text + (bias.defined() ? ")" : ", no bias)");
  }

  Conv1DOptions options;
  Tensor<T, D> weight, bias;
};

}  // namespace EBB_NAMESPACE::nn
