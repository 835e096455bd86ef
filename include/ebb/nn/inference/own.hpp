#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "ebb/nn/inference/builder.hpp"
#include "ebb/nn/module.hpp"
#include "ebb/ops/concat.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// A layer that runs by its own forward.
template <class T>
class OwnPart final : public Whole<T> {
 public:
  explicit OwnPart(const Module<T>& layer) : layer_(layer) {}

  [[nodiscard]] std::optional<Tensor<T>> run(const std::vector<Tensor<T>>& in) const override {
    return layer_(in[0]);
  }
  [[nodiscard]] const Module<T>& layer() const { return layer_; }

 private:
  const Module<T>& layer_;
};

/// A concatenation that may join samples.
template <class T>
class ConcatPart final : public Whole<T> {
 public:
  explicit ConcatPart(Index axis) : axis_(axis) {}
  [[nodiscard]] std::optional<Tensor<T>> run(const std::vector<Tensor<T>>& in) const override {
    return concat(in, axis_);
  }

 private:
  Index axis_;
};

/// What no rule knows.
template <class T>
[[gnu::cold]] void keep(Builder<T>& b) {
  if (b.node().layer) {
    b.add(std::make_unique<OwnPart<T>>(*b.node().layer), b.inputs(),
          "not optimized: " + b.node().layer->describe());
  } else {
    b.add(std::make_unique<ConcatPart<T>>(b.node().axis), b.inputs(), "not optimized: concatenation");
  }
}

}  // namespace EBB_NAMESPACE::nn::detail
