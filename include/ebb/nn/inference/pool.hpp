#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/nn/inference/conv1d.hpp"
#include "ebb/nn/pool.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Pooling of windows, the largest or the mean; of the whole row where the kernel is 0.
template <class T>
class PoolStep final : public Step<T> {
 public:
  PoolStep(bool max, const Pool1DOptions& o)
      : max_(max), kernel_(o.kernel), stride_(o.stride > 0 ? o.stride : o.kernel), padding_(o.padding) {}

  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    if (in[0].rank() != 3 || in[0][2] < 1 || in[0][2] + 2 * padding_ < kernel_) return std::nullopt;
    if (kernel_ == 0) return Shape{in[0][0], in[0][1]};
    return Shape{in[0][0], in[0][1], out_length(in[0][2])};
  }

  void run(const std::vector<Rows<T>>& in, T* y) const override {
    const Rows<T>& x = in[0];
    const Index rows = x.samples * x.channels;
    if (kernel_ == 0) return run_global(x.data, y, {.outer = rows, .count = x.length});
    const Pool1DSizes sizes{
        .rows = rows, .length = x.length, .kernel = kernel_, .stride = stride_, .padding = padding_};
    max_ ? Cpu::max_pool1d(x.data, y, static_cast<std::int32_t*>(nullptr), sizes)
         : Cpu::avg_pool1d(x.data, y, sizes);
  }

  [[nodiscard]] Index out_channels(const std::vector<Index>& in) const override { return in[0]; }
  [[nodiscard]] bool keeps_tail() const override { return kernel_ > 0 && padding_ == 0; }
  [[nodiscard]] Index tail_begin(Index begin) const override { return (begin + stride_ - 1) / stride_; }
  [[nodiscard]] Index seen(Index outputs, Index) const override {
    return outputs > 0 ? (outputs - 1) * stride_ + kernel_ : 0;
  }
  [[nodiscard]] Index out_length(Index length) const override {
    return (length + 2 * padding_ - kernel_) / stride_ + 1;
  }

 private:
  void run_global(const T* x, T* y, const ReduceSizes& rows) const {
    if (max_) return Cpu::reduce_max(x, y, rows);
    Cpu::reduce_sum(x, y, rows);
    for (Index i = 0; i < rows.outer; ++i) y[i] /= static_cast<T>(rows.count);
  }

  bool max_;
  Index kernel_, stride_, padding_;
};

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const MaxPool1D<T>& layer) {
  const Pool1DOptions& o = layer.options;
  if (!ebb::detail::is_pool1d_window(o)) return false;  // an error when it is called
  auto* const conv = b.template before<Conv1DStep<T>>();
  if (conv && o.padding == 0 && conv->take_max_pool({o.kernel, o.stride > 0 ? o.stride : o.kernel})) {
    b.fuse(0, layer.describe());
  } else {
    b.add(std::make_unique<PoolStep<T>>(true, o), b.inputs(), layer.describe());
  }
  return true;
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const AvgPool1D<T>& layer) {
  if (!ebb::detail::is_pool1d_window(layer.options)) return false;  // an error when it is called
  b.add(std::make_unique<PoolStep<T>>(false, layer.options), b.inputs(), layer.describe());
  return true;
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const GlobalMaxPool1D<T>& layer) {
  b.add(std::make_unique<PoolStep<T>>(true, Pool1DOptions{.kernel = 0}), b.inputs(), layer.describe());
  return true;
}

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const GlobalAvgPool1D<T>& layer) {
  b.add(std::make_unique<PoolStep<T>>(false, Pool1DOptions{.kernel = 0}), b.inputs(), layer.describe());
  return true;
}

}  // namespace EBB_NAMESPACE::nn::detail
