#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bench.hpp"
#include "deep_packet/model.hpp"
#include "ebb/autograd/no_grad.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/nn/activation.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/composite.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/gru.hpp"
#include "ebb/nn/pool.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/nn/summary.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/multiply.hpp"

/// The Deep Packet networks, with the number of classes that the paper has; and others, for inference alone.

namespace bench {

using Model = ebb::nn::Sequential<float>;

inline constexpr Index packet_bytes = 1500;
inline constexpr std::array<const char*, 3> network_names{"app", "traffic", "sae"};
inline constexpr std::array<const char*, 3> more_names{"residual", "wavenet", "gru"};

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

/// Of networks with a residual: relu(x + norm(conv(relu(norm(conv(x))))).
struct ResidualBlock : ebb::nn::Composite<ResidualBlock, float> {
  explicit ResidualBlock(Index width)
      : first(width, width, {.kernel = 3, .padding = 1}),
        second(width, width, {.kernel = 3, .padding = 1}),
        first_norm(width),
        second_norm(width) {}
  template <class X>
  X run(const X& x) const {
    return relu(x + second_norm(second(relu(first_norm(first(x))))));
  }
  ebb::nn::Members<float> members() override {
    return {{"first", first}, {"first_norm", first_norm}, {"second", second}, {"second_norm", second_norm}};
  }
  ebb::nn::Conv1D<float> first, second;
  ebb::nn::BatchNorm<float> first_norm, second_norm;
};

inline Model residual_network(Index classes) {
  namespace nn = ebb::nn;
  constexpr Index width = 64;
  Model model(nn::Conv1D<float>(1, width, {.kernel = 7, .stride = 3}), nn::BatchNorm<float>(width),
              nn::ReLU<float>());
  for (int block = 0; block < 4; ++block) model.add(ResidualBlock(width));
  model.add(nn::GlobalAvgPool1D<float>());
  model.add(nn::Dense<float>(width, classes));
  return model;
}

/// A layer of WaveNet (van den Oord et al., 2016): a gate of dilated convolutions, whose mixture goes on with
/// what came in; all of these are summed up behind the last layer.
struct WaveNet : ebb::nn::Composite<WaveNet, float> {
  static constexpr Index width = 32;
  static constexpr std::size_t layers = 8;

  WaveNet() {
    for (std::size_t i = 0; i < layers; ++i) {
      const Index dilation = Index{1} << i;
      const ebb::nn::Conv1DOptions dilated{
          .kernel = 2, .padding = ebb::Padding::causal, .dilation = dilation};
      filters.emplace_back(width, width, dilated);
      gates.emplace_back(width, width, dilated);
      residuals.emplace_back(width, width, ebb::nn::Conv1DOptions{.kernel = 1});
      skips.emplace_back(width, width, ebb::nn::Conv1DOptions{.kernel = 1});
    }
  }
  template <class X>
  X run(const X& input) const {
    X x = first(input);
    std::optional<X> sum;
    for (std::size_t i = 0; i < layers; ++i) {
      const X gated = tanh(filters[i](x)) * sigmoid(gates[i](x));
      sum = sum ? *sum + skips[i](gated) : skips[i](gated);
      if (i + 1 < layers) x = x + residuals[i](gated);
    }
    return relu(last(relu(*sum)));
  }
  ebb::nn::Members<float> members() override {
    ebb::nn::Members<float> members{{"first", first}, {"last", last}};
    for (std::size_t i = 0; i < layers; ++i) {
      const std::string number = std::to_string(i);
      members.emplace_back("filter" + number, filters[i]);
      members.emplace_back("gate" + number, gates[i]);
      if (i + 1 < layers) members.emplace_back("residual" + number, residuals[i]);
      members.emplace_back("skip" + number, skips[i]);
    }
    return members;
  }
  ebb::nn::Conv1D<float> first{1, width, {.kernel = 1}}, last{width, width, {.kernel = 1}};
  std::vector<ebb::nn::Conv1D<float>> filters, gates, residuals, skips;
};

inline Model wavenet(Index classes) {
  namespace nn = ebb::nn;
  return Model(WaveNet(), nn::GlobalAvgPool1D<float>(), nn::Dense<float>(WaveNet::width, classes));
}

/// Gated recurrent units over packets as 60 steps of 25 bytes.
inline Model recurrent_network() { return Model(ebb::nn::GRU<float>(25, 128)); }

/// How a network takes a packet: as a row of one channel, or as steps.
inline ebb::Shape packet_shape(const std::string& name, Index count) {
  return name == "gru" ? ebb::Shape{count, 60, 25} : ebb::Shape{count, 1, packet_bytes};
}

/// A network for packets, the same weights every time.
inline Model make_network(const std::string& name) {
  constexpr Index applications = 17, traffic_types = 12;
  ebb::manual_seed(1);
  if (name == "sae") return stacked_autoencoder(applications);
  if (name == "residual") return residual_network(applications);
  if (name == "wavenet") return wavenet(applications);
  if (name == "gru") return recurrent_network();
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
inline double forward_flop(const Model& model, const ebb::Shape& packet = {1, 1, packet_bytes}) {
  double flop = 0;
  for (const ebb::nn::Summary::Row& row : summary(model, packet).rows) {
    const ebb::Shape& y = row.outputs.at(0);
    Index products = 0;  // of a packet: the weights, without the bias, at every position
    if (row.layer.starts_with("Conv1D")) products = (row.parameters - y[1]) * y[2];
    if (row.layer.starts_with("Dense")) products = row.parameters - y[1];
    if (row.layer.starts_with("GRU")) products = (row.parameters - 6 * y[2]) * y[1];
    flop += 2.0 * static_cast<double>(products);
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
