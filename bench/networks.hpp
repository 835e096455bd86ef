#pragma once

#include <array>
#include <string>

#include "bench.hpp"
#include "deep_packet/model.hpp"
#include "ebb/autograd/no_grad.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/nn/activation.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/flatten.hpp"

/// The Deep Packet networks, with the number of classes that the paper has.

namespace bench {

using Model = ebb::nn::Sequential<float>;

inline constexpr Index packet_bytes = 1500;
inline constexpr std::array<const char*, 3> network_names{"app", "traffic", "sae"};

/// The stacked autoencoder's encoders with the classifier on top: what is fine-tuned, and what classifies.
inline Model stacked_autoencoder(Index classes) {
  namespace nn = ebb::nn;
  Model model{nn::Flatten<float>()};
  Index width = packet_bytes;
  for (const Index next : {400, 300, 200, 100, 50}) {
    model.add(nn::Dense<float>(width, next));
    model.add(nn::ReLU<float>());
    model.add(nn::Dropout<float>(0.05));
    width = next;
  }
  model.add(nn::Dense<float>(width, classes));
  return model;
}

/// A network for packets (N, 1, 1500), the same weights every time.
inline Model make_network(const std::string& name) {
  constexpr Index applications = 17, traffic_types = 12;
  ebb::manual_seed(1);
  if (name == "sae") return stacked_autoencoder(applications);
  return name == "app" ? deep_packet::build(deep_packet::paper_cnn(traffic::Task::application, applications))
                       : deep_packet::build(deep_packet::paper_cnn(traffic::Task::traffic, traffic_types));
}

/// Packets of `bytes` random bytes, scaled to [0, 1], and zeros behind them.
inline ebb::Tensor<float> make_packets(Index count, Index bytes) {
  ebb::Tensor<float> packets = ebb::zeros<float>({count, 1, packet_bytes});
  const ebb::Tensor<float> random = ebb::rand<float>({count, 1, bytes});
  for (Index i = 0; i < count; ++i)
    for (Index j = 0; j < bytes; ++j) packets(i, 0, j) = random(i, 0, j);
  return packets;
}

/// Operations for one packet, forward, by the direct method: two per multiply-add of the layers with weights.
inline double forward_flop(const Model& model) {
  const ebb::NoGrad guard;
  double flop = 0;
  ebb::Tensor<float> y = ebb::zeros<float>({2, 1, packet_bytes});
  for (Index i = 0; i < model.size(); ++i) {
    y = model[i](y);
    if (const auto* conv = dynamic_cast<const ebb::nn::Conv1D<float>*>(&model[i]))
      flop += 2.0 * static_cast<double>(conv->weight.size() * y.shape(2));
    if (const auto* dense = dynamic_cast<const ebb::nn::Dense<float>*>(&model[i]))
      flop += 2.0 * static_cast<double>(dense->weight.size());
  }
  return flop;
}

/// Counters packets/s and those of count_flop; the label says which network it was and how many parameters
/// it has.
inline void count_packets(benchmark::State& state, const std::string& name, const Model& model, Index packets,
                          double flop_per_packet, double seconds) {
  Index parameters = 0;
  for (const ebb::Tensor<float>& parameter : model.parameters()) parameters += parameter.size();
  state.SetLabel("network=" + name + " n=" + std::to_string(packets) +
                 " parameters=" + std::to_string(parameters));
  state.counters["packets/s"] = static_cast<double>(packets) / seconds;
  count_flop(state, static_cast<double>(packets) * flop_per_packet, seconds);
}

}  // namespace bench
