#pragma once

#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ebb/backend/cpu/epilogue.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/inference/builder.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// A scale that no layer in front could take in.
template <class T>
class ScaleStep final : public Step<T> {
 public:
  explicit ScaleStep(const Scale& s)
      : scale_(s.scale.begin(), s.scale.end()), shift_(s.shift.begin(), s.shift.end()) {}

  bool take_relu() override { return relu_ = true; }

  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    const bool fits = (in[0].rank() == 2 || in[0].rank() == 3) && in[0][1] == in_channels();
    return fits ? std::optional(in[0]) : std::nullopt;
  }

  void run(const std::vector<Rows<T>>& in, T* y) const override {
    const Rows<T>& x = in[0];
    const bool flat = x.length == 1;  // then channels are neighbours
    const Index rows = flat ? x.samples : x.samples * x.channels, length = flat ? x.channels : x.length;
    parallel_for(
        rows, std::max<Index>(1, (1 << 14) / std::max<Index>(1, length)), [&](Index first, Index last) {
          for (Index row = first; row < last; ++row) {
            const T *const from = x.data + row * length, *const scale = scale_.data(),
                           *const shift = shift_.data();
            T* const to = y + row * length;
            if (flat) {
              cpu::simd_for(length, [=](Index i) { to[i] = from[i] * scale[i] + shift[i]; });
            } else {
              const T a = scale[row % x.channels], b = shift[row % x.channels];
              cpu::vectorized([=] { cpu::simd_for(length, [=](Index i) { to[i] = from[i] * a + b; }); });
            }
            if (relu_) cpu::finish<T>(to, nullptr, true, to, length);
          }
        });
  }
  [[nodiscard]] bool in_place(Index) const override { return true; }

  [[nodiscard]] Index in_channels() const override { return static_cast<Index>(scale_.size()); }
  [[nodiscard]] Index out_channels(const std::vector<Index>&) const override { return in_channels(); }
  [[nodiscard]] bool keeps_tail() const override { return true; }

 private:
  std::vector<T> scale_, shift_;
  bool relu_ = false;
};

/// In evaluation mode y = (x - mean) weight / sqrt(var + epsilon) + bias.
template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const BatchNorm<T>& norm) {
  Scale s;
  for (std::size_t c = 0; c < static_cast<std::size_t>(norm.weight.size()); ++c) {
    const auto value = [&](const Tensor<T>& t) { return static_cast<double>(t.span()[c]); };
    s.scale.push_back(value(norm.weight) / std::sqrt(value(norm.running_var) + norm.options.epsilon));
    s.shift.push_back(value(norm.bias) - value(norm.running_mean) * s.scale.back());
  }
  Part<T>* const before = b.template before<Part<T>>();
  if (before && before->take_scale(s)) {
    b.fuse(0, norm.describe());
  } else {
    b.add(std::make_unique<ScaleStep<T>>(s), b.inputs(), norm.describe());
  }
  return true;
}

}  // namespace EBB_NAMESPACE::nn::detail
