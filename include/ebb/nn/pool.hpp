#pragma once

#include <string>

#include "ebb/nn/module.hpp"
#include "ebb/ops/adaptive_avg_pool1d.hpp"
#include "ebb/ops/adaptive_max_pool1d.hpp"
#include "ebb/ops/avg_pool1d.hpp"
#include "ebb/ops/global_pool1d.hpp"
#include "ebb/ops/max_pool1d.hpp"

namespace EBB_NAMESPACE::nn {

using ebb::Pool1DOptions;

namespace detail {

inline std::string describe_pool(const char* name, const Pool1DOptions& o) {
  std::string text = name + ('(' + std::to_string(o.kernel));
  if (o.stride > 0 && o.stride != o.kernel) text += ", stride " + std::to_string(o.stride);
  if (o.padding > 0) text += ", padding " + std::to_string(o.padding);
  return text + ')';
}

}  // namespace detail

/// The largest value of each window of `kernel` samples: (N, C, L) -> (N, C, M), see ops/max_pool1d.hpp.
/// Options and input are checked when it is called: error [max_pool1d].
///
///     nn::MaxPool1D<float> layer({.kernel = 3, .stride = 2});
///     nn::MaxPool1D<float> same(3, {.stride = 2});
template <class T, class D = Cpu>
class MaxPool1D : public Module<T, D> {
 public:
  explicit MaxPool1D(const Pool1DOptions& o) : options(o) {}
  explicit MaxPool1D(Index kernel, const Pool1DOptions& o = {}) : options{kernel, o.stride, o.padding} {}

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return max_pool1d(x, options); }
  [[nodiscard]] std::string describe() const override { return detail::describe_pool("MaxPool1D", options); }

  Pool1DOptions options;
};

/// The mean of each window of `kernel` samples: (N, C, L) -> (N, C, M), see ops/avg_pool1d.hpp.
/// Options and input are checked when it is called: error [avg_pool1d].
template <class T, class D = Cpu>
class AvgPool1D : public Module<T, D> {
 public:
  explicit AvgPool1D(const Pool1DOptions& o) : options(o) {}
  explicit AvgPool1D(Index kernel, const Pool1DOptions& o = {}) : options{kernel, o.stride, o.padding} {}

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return avg_pool1d(x, options); }
  [[nodiscard]] std::string describe() const override { return detail::describe_pool("AvgPool1D", options); }

  Pool1DOptions options;
};

/// The largest values of `length` windows that cover the row: (N, C, L) -> (N, C, length), whatever L is. See
/// ops/adaptive_max_pool1d.hpp; error [adaptive_max_pool1d] as there, when it is called.
template <class T, class D = Cpu>
class AdaptiveMaxPool1D : public Module<T, D> {
 public:
  explicit AdaptiveMaxPool1D(Index l) : length(l) {}
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return adaptive_max_pool1d(x, length);
  }
  [[nodiscard]] std::string describe() const override {
    return "AdaptiveMaxPool1D(" + std::to_string(length) + ")";
  }

  Index length;
};

/// The means of `length` windows that cover the row: (N, C, L) -> (N, C, length), whatever L is. See
/// ops/adaptive_avg_pool1d.hpp; error [adaptive_avg_pool1d] as there, when it is called.
template <class T, class D = Cpu>
class AdaptiveAvgPool1D : public Module<T, D> {
 public:
  explicit AdaptiveAvgPool1D(Index l) : length(l) {}
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return adaptive_avg_pool1d(x, length);
  }
  [[nodiscard]] std::string describe() const override {
    return "AdaptiveAvgPool1D(" + std::to_string(length) + ")";
  }

  Index length;
};

/// The largest value of each channel: (N, C, L) -> (N, C).
template <class T, class D = Cpu>
class GlobalMaxPool1D : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return global_max_pool1d(x); }
};

/// The mean of each channel: (N, C, L) -> (N, C).
template <class T, class D = Cpu>
class GlobalAvgPool1D : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return global_avg_pool1d(x); }
};

}  // namespace EBB_NAMESPACE::nn
