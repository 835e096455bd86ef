// A thousand random networks of all layers, as random_networks.py draws them, against PyTorch: outputs, the
// gradients of the input and of every parameter, and the parameters after three steps of an optimizer.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/nn/activation.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/conv_transpose1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/embedding.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/group_norm.hpp"
#include "ebb/nn/gru.hpp"
#include "ebb/nn/layer_norm.hpp"
#include "ebb/nn/lstm.hpp"
#include "ebb/nn/pool.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/nn/upsample.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/cross_entropy.hpp"
#include "ebb/ops/huber_loss.hpp"
#include "ebb/ops/l1_loss.hpp"
#include "ebb/ops/mse_loss.hpp"
#include "ebb/ops/smooth_l1_loss.hpp"
#include "ebb/ops/transpose.hpp"
#include "ebb/optim/adam.hpp"
#include "ebb/optim/adamw.hpp"
#include "ebb/optim/rmsprop.hpp"
#include "ebb/optim/sgd.hpp"
#include "golden/golden.hpp"

namespace {

namespace nn = ebb::nn;
using ebb::Index;
using ebb::Tensor;
using ebb::test::Golden;
using ebb::test::uniform;
using T = double;
using Model = nn::Sequential<T>;

constexpr std::uint64_t input_stream = 1000, target_stream = 1001, digest_seed = 99;

struct Residual : nn::Module<T> {
  explicit Residual(Model b) : body(std::move(b)) {}
  Tensor<T> forward(const Tensor<T>& x) const override { return x + body(x); }
  nn::Members<T> members() override { return {{"body", body}}; }
  Model body;
};

/// A layer that has channels last, on (N, C, L); layer normalization also on (N, F).
template <class L>
struct ChannelsLast : nn::Module<T> {
  explicit ChannelsLast(L l) : layer(std::move(l)) {}
  Tensor<T> forward(const Tensor<T>& x) const override {
    return x.rank() == 3 ? transpose(layer.forward(transpose(x, 1, 2)), 1, 2) : layer.forward(x);
  }
  nn::Members<T> members() override { return {{"layer", layer}}; }
  L layer;
};

struct Transpose : nn::Module<T> {
  Tensor<T> forward(const Tensor<T>& x) const override { return transpose(x, 1, 2); }
};

/// "conv_3_5_2" as "conv" and its numbers; a padding by a rule is a number, too: -1 the same, -2 causal.
struct Word {
  std::string name;
  std::vector<Index> numbers;
};

Word parse(const std::string& text) {
  Word word;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, '_');) {
    if (part == "same" || part == "causal") {
      word.numbers.push_back(part == "same" ? -1 : -2);
    } else if (part.find_first_not_of("0123456789") == std::string::npos) {
      word.numbers.push_back(std::stoll(part));
    } else {
      word.name += (word.name.empty() ? "" : "_") + part;
    }
  }
  return word;
}

ebb::Padding padding(Index number) {
  return number == -1   ? ebb::Padding(ebb::Padding::same)
         : number == -2 ? ebb::Padding(ebb::Padding::causal)
                        : ebb::Padding(number);
}

void add(Model& model, const Word& word, std::istringstream& rest);

/// The layers up to "end", or to the end of the text.
Model layers(std::istringstream& text) {
  Model model;
  for (std::string word; text >> word && word != "end";) add(model, parse(word), text);
  return model;
}

void add(Model& model, const Word& word, std::istringstream& rest) {
  const auto& n = word.numbers;
  using Add = std::function<void()>;
  const nn::RecurrentOptions recurrent =
      n.size() == 4 ? nn::RecurrentOptions{.num_layers = n[2], .bidirectional = n[3] == 1}
                    : nn::RecurrentOptions{};
  const std::map<std::string, Add> kinds{
      {"conv",
       [&] {
         model.add(nn::Conv1D<T>(n[0], n[1],
                                 {.kernel = n[2],
                                  .stride = n[3],
                                  .padding = padding(n[4]),
                                  .dilation = n[5],
                                  .groups = n[6],
                                  .bias = n[7] == 1}));
       }},
      {"transposed",
       [&] {
         model.add(nn::ConvTranspose1D<T>(
             n[0], n[1], {.kernel = n[2], .stride = n[3], .padding = n[4], .output_padding = n[5]}));
       }},
      {"batch_norm", [&] { model.add(nn::BatchNorm<T>(n[0])); }},
      {"layer_norm", [&] { model.add(ChannelsLast(nn::LayerNorm<T>({n[0]}))); }},
      {"group_norm", [&] { model.add(nn::GroupNorm<T>(n[0], n[1])); }},
      {"max_pool", [&] { model.add(nn::MaxPool1D<T>({.kernel = n[0], .stride = n[1], .padding = n[2]})); }},
      {"avg_pool", [&] { model.add(nn::AvgPool1D<T>({.kernel = n[0], .stride = n[1], .padding = n[2]})); }},
      {"adaptive_max_pool", [&] { model.add(nn::AdaptiveMaxPool1D<T>(n[0])); }},
      {"adaptive_avg_pool", [&] { model.add(nn::AdaptiveAvgPool1D<T>(n[0])); }},
      {"upsample_nearest", [&] { model.add(nn::Upsample1D<T>(n[0])); }},
      {"upsample_linear", [&] { model.add(nn::Upsample1D<T>(n[0], {.mode = ebb::UpsampleMode::linear})); }},
      {"gru", [&] { model.add(ChannelsLast(nn::GRU<T>(n[0], n[1], recurrent))); }},
      {"lstm", [&] { model.add(ChannelsLast(nn::LSTM<T>(n[0], n[1], recurrent))); }},
      {"residual", [&] { model.add(Residual(layers(rest))); }},
      {"flatten", [&] { model.add(nn::Flatten<T>()); }},
      {"dense", [&] { model.add(nn::Dense<T>(n[0], n[1])); }},
      {"relu", [&] { model.add(nn::ReLU<T>()); }},
      {"leaky_relu", [&] { model.add(nn::LeakyReLU<T>(0.125)); }},
      {"elu", [&] { model.add(nn::ELU<T>()); }},
      {"gelu", [&] { model.add(nn::GELU<T>()); }},
      {"silu", [&] { model.add(nn::SiLU<T>()); }},
      {"softplus", [&] { model.add(nn::Softplus<T>()); }},
      {"sigmoid", [&] { model.add(nn::Sigmoid<T>()); }},
      {"tanh", [&] { model.add(nn::Tanh<T>()); }}};
  kinds.at(word.name)();
}

std::unique_ptr<ebb::optim::Optimizer<T>> optimizer(const std::string& name,
                                                    const std::vector<Tensor<T>>& parameters) {
  using namespace ebb::optim;
  if (name == "sgd") return std::make_unique<SGD<T>>(parameters, SGDOptions{.learning_rate = 0.01});
  if (name == "momentum") {
    return std::make_unique<SGD<T>>(
        parameters,
        SGDOptions{.learning_rate = 0.01, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true});
  }
  if (name == "adam")
    return std::make_unique<Adam<T>>(parameters, AdamOptions{.learning_rate = 1e-3, .epsilon = 1e-4});
  if (name == "adamw") {
    return std::make_unique<AdamW<T>>(
        parameters, AdamWOptions{.learning_rate = 1e-3, .epsilon = 1e-4, .weight_decay = 0.1});
  }
  return std::make_unique<RMSprop<T>>(parameters, RMSpropOptions{.learning_rate = 1e-3, .epsilon = 1e-4});
}

Tensor<T> loss_of(const std::string& name, const Tensor<T>& y, const Tensor<T>& target) {
  if (name == "cross_entropy") {
    Tensor<std::int32_t> labels({y.shape(0)});
    for (Index i = 0; i < labels.size(); ++i)
      labels(i) = static_cast<std::int32_t>((target.at(i, 0) + 1) / 2 * static_cast<double>(y.shape(1)));
    return cross_entropy(y, labels);
  }
  if (name == "mse") return mse_loss(y, target);
  if (name == "l1") return l1_loss(y, target);
  return name == "huber" ? huber_loss(y, target) : smooth_l1_loss(y, target);
}

/// The numbers of one network, in the order of random_networks.py.
std::vector<double> numbers_of(std::uint64_t seed, const std::string& description) {
  std::istringstream text(description);
  Index batch = 0, channels = 0, length = 0, outputs = 0, symbols = 0;
  std::string loss_name, optimizer_name;
  text >> batch >> channels >> length >> outputs >> symbols >> loss_name >> optimizer_name;
  Model model;
  if (symbols > 0) {
    model.add(nn::Embedding<T>(symbols, channels));
    model.add(Transpose());
  }
  model.add(layers(text));

  const std::vector<Tensor<T>> parameters = model.parameters();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    Tensor<T> parameter = parameters[p];
    const Tensor<T> drawn = uniform<T>(seed, p, parameter.shape(), -0.5f, 0.5f);
    parameter.assign(parameter.rank() == 1 ? drawn + 0.5 : drawn);
  }
  Tensor<T> x = symbols > 0 ? uniform<T>(seed, input_stream, {batch, length}, 0, 1)
                            : uniform<T>(seed, input_stream, {batch, channels, length}).requires_grad();
  if (symbols > 0) x = map(x, [symbols](T v) { return std::floor(v * static_cast<T>(symbols)); }).detach();
  const Tensor<T> target = uniform<T>(seed, target_stream, {batch, outputs});

  std::vector<double> numbers;
  const auto digest = [&](const Tensor<T>& tensor) {
    const Tensor<T> random = uniform<T>(digest_seed, 0, {tensor.size()});
    double squares = 0, product = 0;
    for (Index i = 0; i < tensor.size(); ++i) {
      const double value = tensor.data()[i];
      squares += value * value;
      product += value * random.data()[i];
    }
    numbers.insert(numbers.end(), {squares, product});
  };
  const auto steps = optimizer(optimizer_name, parameters);
  for (int step = 0; step < 3; ++step) {
    const Tensor<T> y = model(x);
    const Tensor<T> loss = loss_of(loss_name, y, target);
    steps->zero_grad();
    loss.backward();
    if (step == 0) {
      numbers.insert(numbers.end(), y.data(), y.data() + y.size());
      numbers.push_back(loss.item());
      if (symbols == 0) digest(x.grad());
      for (const Tensor<T>& parameter : parameters) digest(parameter.grad());
    }
    steps->step();
  }
  for (const Tensor<T>& parameter : parameters) digest(parameter);
  return numbers;
}

}  // namespace

TEST_CASE("random networks compute and learn what PyTorch's do") {
  const Golden golden("random_networks");
  const auto descriptions =
      ebb::io::read_safetensors_metadata(EBB_SOURCE_DIR "/tests/golden/random_networks.safetensors");
  Index networks = 0;
  for (const auto& entry : descriptions) {
    const std::string &seed = entry.first, &description = entry.second;
    if (seed == "source") continue;
    CAPTURE(seed);
    CAPTURE(description);
    const std::vector<double> numbers = numbers_of(std::stoull(seed), description);
    const Tensor<double> expected = golden.get<double>(seed);
    REQUIRE(static_cast<Index>(numbers.size()) == expected.size());
    double largest = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double wanted = expected.at(static_cast<Index>(i));
      largest = std::max(largest, std::abs(numbers[i] - wanted) / std::max(1.0, std::abs(wanted)));
    }
    CHECK(largest < 1e-9);
    ++networks;
  }
  CHECK(networks == 1000);
}
