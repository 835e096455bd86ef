#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ebb/backend/cpu/packed_dense.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/inference/affine.hpp"
#include "ebb/nn/inference/builder.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Another view of each sample, a copy where nothing behind takes it in.
template <class T>
class FlattenStep final : public Step<T> {
 public:
  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    if (in[0].rank() < 2) return std::nullopt;
    return Shape{in[0][0], in[0].size_between(1, in[0].rank())};
  }
  void run(const std::vector<Rows<T>>& in, T* y) const override {
    if (y != in[0].data) std::copy_n(in[0].data, in[0].size(), y);
  }
  [[nodiscard]] bool in_place(Index) const override { return true; }
};

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const Flatten<T>& layer) {
  b.add(std::make_unique<FlattenStep<T>>(), b.inputs(), layer.describe());
  return true;
}

/// A Dense layer, with a scale and ReLU behind it, of (N, features) or what Flatten makes that of. It is one
/// product for the whole batch, since its weights may be far more than a cache holds.
template <class T>
class DensePart final : public Whole<T> {
 public:
  DensePart(const Dense<T>& layer, bool flattens, bool bfloat16)
      : affine_(std::in_place, layer.weight, layer.bias),
        features_(layer.weight.shape(1)),
        flattens_(flattens),
        options_{.bfloat16 = bfloat16} {}

  bool take_scale(const Scale& s) override { return !options_.relu && affine_->append(s); }
  bool take_relu() override { return options_.relu = true; }

  [[nodiscard]] Index features() const { return features_; }

  /// Packs it for rows of so many channels, each of which is known from some position on; or null.
  void pack(Index channels, const T* tail) {
    const Affine<T> affine = std::move(*affine_);
    affine_.reset();
    packed_.emplace(affine.weight().data(), affine.bias().data(), tail,
                    cpu::tiled::DenseSizes{
                        .channels = channels, .positions = features_ / channels, .outputs = affine.outputs()},
                    options_);
  }
  [[nodiscard]] bool is_packed() const { return packed_.has_value(); }
  void pack() override {
    if (!is_packed()) pack(1, nullptr);
  }

  [[nodiscard]] const cpu::PackedDense<T>& packed() const { return *packed_; }

  [[nodiscard]] std::optional<Shape> shape(const Shape& x) const {
    if (x.rank() < 2 || (x.rank() > 2 && !flattens_) || x.size_between(1, x.rank()) != features_)
      return std::nullopt;
    return Shape{x[0], packed_->sizes().outputs};
  }

  [[nodiscard]] std::optional<Tensor<T>> run(const std::vector<Tensor<T>>& in) const override {
    const std::optional<Shape> to = shape(in[0].shape());
    if (!to) return std::nullopt;
    auto y = Tensor<T>::uninitialized(*to);
    (*packed_)({{.x = in[0].data(), .count = y.shape(0), .used = nullptr}, nullptr}, y.mutable_data());
    return y;
  }

 private:
  std::optional<Affine<T>> affine_;  // until it is packed
  Index features_;
  bool flattens_;
  typename cpu::PackedDense<T>::Options options_;
  std::optional<cpu::PackedDense<T>> packed_;
};

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const Dense<T>& layer) {
  const bool flattens = b.template before<FlattenStep<T>>() != nullptr;
  auto dense = std::make_unique<DensePart<T>>(layer, flattens, b.options().bfloat16);
  if (flattens) {
    const Place<T> flatten = b.remove(b.input());
    b.add(std::move(dense), flatten.inputs, flatten.name + " + " + layer.describe());
  } else {
    b.add(std::move(dense), b.inputs(), layer.describe());
  }
  return true;
}

}  // namespace EBB_NAMESPACE::nn::detail
