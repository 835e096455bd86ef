#pragma once

#include <cstdint>
#include <string>

#include "ebb/nn/init.hpp"
#include "ebb/nn/module.hpp"
#include "ebb/ops/cast.hpp"
#include "ebb/ops/embedding.hpp"

namespace EBB_NAMESPACE::nn {

/// A trained vector for each of `count` symbols: indices of any shape S in [0, count) -> (S..., width), see
/// ops/embedding.hpp; error [embedding] as there, when it is called.
/// State: weight (count, width), drawn from the standard normal distribution as in PyTorch; the row
/// options.padding_index is 0 and is not trained.
///
///     nn::Embedding<float> layer(256, 16, {.padding_index = 0});
///     Tensor<float> y = layer(bytes);   // int32 (N, L) -> (N, L, 16)
///
/// As a layer of a Sequential, whose layers hand on tensors of T, it takes indices as whole numbers of type
/// T.
template <class T, class D = Cpu>
class Embedding : public Module<T, D> {
 public:
  Embedding(Index count, Index width, const EmbeddingOptions& o = {}) : options(o) {
    ebb::detail::require(count >= 1 && width >= 1, "embedding", "a table of ", count, " rows of ", width,
                         " values: expected at least 1 each");
    ebb::detail::require(o.padding_index < count, "embedding", "the padding index ", o.padding_index,
                         " is no row of ", count);
    weight = init::normal(0, 1).template make<T, D>({count, width});
    if (o.padding_index >= 0) weight.view({width}, o.padding_index * width).fill(T(0));
    weight.requires_grad();
  }

  using Module<T, D>::operator();
  [[nodiscard]] Tensor<T, D> operator()(const Tensor<std::int32_t, D>& indices) const {
    return this->call([&] { return embedding(weight, indices, options); }, indices);
  }

  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    const Tensor<std::int32_t, D> indices = cast<std::int32_t>(x.detach());
    const ebb::detail::HostValues given(x), taken(indices);
    for (Index i = 0; i < given.size(); ++i)
      ebb::detail::require(given[i] == static_cast<T>(taken[i]), "embedding", "index ", given[i],
                           " at position ", i, " is no whole number");
    return embedding(weight, indices, options);
  }
  [[nodiscard]] Members<T, D> members() override { return {{"weight", weight}}; }
  [[nodiscard]] std::string describe() const override {
    return "Embedding(" + std::to_string(weight.shape(0)) + ", " + std::to_string(weight.shape(1)) + ")";
  }

  EmbeddingOptions options;
  Tensor<T, D> weight;
};

}  // namespace EBB_NAMESPACE::nn
