#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/nn/activation.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/pool.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/ops/cross_entropy.hpp"
#include "ebb/ops/slice.hpp"
#include "ebb/optim/adam.hpp"
#include "golden/golden.hpp"

// Deep Packet's CNN for both of its tasks, dropout off, as `deep_packet` of make_golden.py builds and trains
// it.

namespace {

using ebb::Index;
using ebb::Tensor;
using ebb::test::Golden;
using ebb::test::tolerance;
using ebb::test::uniform;

struct Task {
  std::string name;
  std::uint64_t seed;
  Index classes;
  ebb::Conv1DOptions first, second;
};

const Task tasks[] = {
    {"app", 600, 17, {.kernel = 4, .stride = 3}, {.kernel = 5, .stride = 1}},
    {"traffic", 601, 12, {.kernel = 5, .stride = 3}, {.kernel = 4, .stride = 3}},
};

/// Parameter number p from stream p, Glorot uniform; what has one axis keeps its zeros and ones.
template <class T>
void initialize(const std::vector<Tensor<T>>& parameters, std::uint64_t seed) {
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    Tensor<T> parameter = parameters[p];
    const ebb::Shape& shape = parameter.shape();
    if (shape.rank() == 1) continue;
    const Index fans = (shape[0] + shape[1]) * shape.size_between(2, shape.rank());
    const auto limit = static_cast<float>(std::sqrt(6.0 / static_cast<double>(fans)));
    parameter.assign(uniform<T>(seed, p, shape, -limit, limit));
  }
}

template <class T>
ebb::nn::Sequential<T> make_model(const Task& task) {
  namespace nn = ebb::nn;
  Index length = 1500;
  for (const auto& conv : {task.first, task.second}) length = (length - conv.kernel) / conv.stride + 1;
  nn::Sequential<T> model(nn::Conv1D<T>(1, 200, task.first), nn::BatchNorm<T>(200), nn::ReLU<T>(),
                          nn::Conv1D<T>(200, 200, task.second), nn::BatchNorm<T>(200), nn::ReLU<T>(),
                          nn::MaxPool1D<T>(2), nn::Flatten<T>(), nn::Dense<T>(200 * (length / 2), 200),
                          nn::ReLU<T>(), nn::Dense<T>(200, 100), nn::ReLU<T>(), nn::Dense<T>(100, 50),
                          nn::ReLU<T>(), nn::Dense<T>(50, task.classes));
  initialize(model.parameters(), task.seed);
  return model;
}

/// Compares the gradient of each parameter, by its name in the state.
template <class T>
void check_gradients(const Golden& golden, const Task& task, const ebb::nn::Sequential<T>& model, double t) {
  double weight_norm = 0;
  for (const auto& member : model.all_members()) {
    if (!member.tensor || !member.tensor->needs_grad()) continue;
    CAPTURE(member.name);
    const Tensor<T> gradient = member.tensor->grad();
    double norm = 0;
    for (const T g : gradient.span()) norm += static_cast<double>(g * g);
    norm = std::sqrt(norm);
    if (member.name == "0.bias" || member.name == "3.bias") {
      // Batch normalization takes out what the bias adds: its gradient is 0, and what is there is rounding.
      CHECK(norm <= t * weight_norm);
    } else {
      golden.check(gradient, task.name + ".gradient." + member.name, t);
    }
    weight_norm = norm;
  }
}

}  // namespace

// Before the first step everything is compared, after that the loss, and in double the running statistics.
// Adam divides small gradients by their own size, so rounding grows from step to step: in float a loss may be
// off by 1e-4 of the largest of the ten (PyTorch's own float is off by 2e-5 from its double). The
// convolutions' biases, see above, wander by up to a learning rate a step in float, and with them the running
// means.
TEST_CASE_TEMPLATE("Deep Packet's CNN computes and learns as in PyTorch", T, float, double) {
  const double single = sizeof(T) == sizeof(float) ? 1e-5 : 1e-10;
  const double trained = sizeof(T) == sizeof(float) ? 1e-4 : 1e-10;
  const Golden golden("networks");
  for (const Task& task : tasks) {
    CAPTURE(task.name);
    const ebb::nn::Sequential<T> model = make_model<T>(task);
    ebb::optim::Adam<T> adam(model.parameters(), {.learning_rate = 1e-3, .epsilon = 1e-7});
    const Tensor<T> samples = uniform<T>(task.seed, 100, {12, 1, 1500}, 0, 1);
    Tensor<std::int32_t> labels({12});
    for (Index i = 0; i < 12; ++i) labels(i) = static_cast<std::int32_t>(5 * i % task.classes);

    Tensor<T> losses({10});
    for (Index step = 0; step < 10; ++step) {
      const Index first = 4 * (step % 3);
      const auto x = samples.slice(first, first + 4).requires_grad();
      const Tensor<T> logits = model(x);
      const Tensor<T> loss = ebb::cross_entropy(logits, labels.slice(first, first + 4));
      adam.zero_grad();
      loss.backward();
      if (step == 0) {
        golden.check(logits, task.name + ".logits", single);
        golden.check(loss, task.name + ".loss", single);
        golden.check(x.grad(), task.name + ".gradient.input", single);
        check_gradients(golden, task, model, single);
      }
      adam.step();
      losses(step) = loss.item();
    }
    golden.check(losses, task.name + ".losses", trained);
    if (sizeof(T) == sizeof(float)) continue;
    for (const std::string name : {"1.running_mean", "1.running_var", "4.running_mean", "4.running_var"})
      golden.check(model.state().template get<T>(name), task.name + '.' + name, 1e-8);
  }
}
