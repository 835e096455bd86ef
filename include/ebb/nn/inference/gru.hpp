#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "ebb/backend/cpu/packed_gru.hpp"
#include "ebb/nn/gru.hpp"
#include "ebb/nn/inference/builder.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Layers of gated recurrent units, in one direction or two, on whole sequences.
template <class T>
class GRUPart final : public Whole<T> {
 public:
  explicit GRUPart(const GRU<T>& layer)
      : channels_(layer.weights[0].weight_ih.shape(1)),
        hidden_(layer.weights[0].weight_hh.shape(1)),
        directions_(layer.directions()) {
    for (const RecurrentWeights<T>& w : layer.weights) {
      const bool reverse = directions_ == 2 && layers_.size() % 2 == 1;
      layers_.push_back(std::make_unique<const cpu::PackedGRU<T>>(
          cpu::GRUWeights<T>{w.weight_ih.data(), w.weight_hh.data(), w.bias_ih.data(), w.bias_hh.data(),
                             w.weight_ih.shape(1), hidden_},
          reverse));
    }
  }

  [[nodiscard]] std::optional<Tensor<T>> run(const std::vector<Tensor<T>>& in) const override {
    Tensor<T> x = in[0];
    if (x.rank() != 3 || x.shape(1) < 1 || x.shape(2) != channels_) return std::nullopt;
    const Index batch = x.shape(0), length = x.shape(1), width = directions_ * hidden_;
    for (std::size_t i = 0; i < layers_.size();) {
      auto y = Tensor<T>::uninitialized({batch, length, width});
      for (Index d = 0; d < directions_; ++d, ++i)
        (*layers_[i])(x.data(), batch, length, y.mutable_data() + d * hidden_, width);
      x = y;
    }
    return x;
  }

 private:
  Index channels_, hidden_, directions_;
  std::vector<std::unique_ptr<const cpu::PackedGRU<T>>> layers_;
};

template <class T>
[[gnu::cold]] bool optimize(Builder<T>& b, const GRU<T>& layer) {
  b.add(std::make_unique<GRUPart<T>>(layer), b.inputs(), layer.describe());
  return true;
}

}  // namespace EBB_NAMESPACE::nn::detail
