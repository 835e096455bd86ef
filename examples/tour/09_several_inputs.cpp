// Models with several inputs and results: modules with a signature, batches of tuples, two losses.
#include <ebb/ebb.hpp>

#include <iostream>
#include <tuple>
#include <utility>

using namespace ebb;

// Takes a signal (N, 1, L) and facts about it (N, F); gives scores of classes (N, 2) and a position (N, 1).
using Results = std::pair<Tensor<float>, Tensor<float>>;

struct Detector : nn::Module<float, Cpu, Results(const Tensor<float>&, const Tensor<float>&)> {
  Detector(Index length, Index facts)
      : read(1, 8, {.kernel = 5}), classes(8 + facts, 2), where(8 * (length - 4), 1) {}

  Results forward(const Tensor<float>& signal, const Tensor<float>& facts) const override {
    const Tensor<float> found = relu(read(signal));
    return {classes(concat({max(found, 2), facts}, 1)), where(flatten(found))};
  }

  nn::Members<float> members() override { return {{"read", read}, {"classes", classes}, {"where", where}}; }
  nn::Conv1D<float> read;
  nn::Dense<float> classes, where;
};

int main() {
  manual_seed(6);
  constexpr Index count = 400, length = 32;
  Tensor<float> signal = 0.2f * randn<float>({count, 1, length}), position({count, 1});
  const Tensor<float> facts = randn<float>({count, 3});
  const Tensor<std::int32_t> labels = randint<std::int32_t>(0, 2, {count});
  const Tensor<std::int64_t> places = randint<std::int64_t>(2, length - 2, {count});
  for (Index i = 0; i < count; ++i) {  // a peak somewhere; its direction is the class
    for (Index k = -1; k <= 1; ++k) signal(i, 0, places.at(i) + k) += labels.at(i) == 1 ? 2.0f : -2.0f;
    position(i, 0) = static_cast<float>(places.at(i)) / length;
  }

  Detector model(length, 3);
  std::cout << summary(model, signal.slice(0, 1), facts.slice(0, 1)) << '\n';
  const data::Loader batches(std::tuple(signal, facts), std::tuple(labels, position),
                             {.batch_size = 40, .shuffle = true});
  const auto step = [](const Detector& detector, const auto& batch) {
    const auto& [x, about] = batch.x;
    const auto& [label, place] = batch.y;
    const auto [scores, found] = detector(x, about);
    const Tensor<float> off = l1_loss(found, place);
    return train::StepResult(cross_entropy(scores, label) + off,
                             {{"accuracy", metrics::accuracy(scores, label)}, {"off by", off.item()}});
  };
  optim::Adam<float> adam(model.parameters(), {.learning_rate = 1e-2});
  train::fit(model, adam, batches, {.epochs = 20, .step = step, .progress = {.out = nullptr}});
  const train::Measured result = train::measure(model, batches, step);
  const double accuracy = train::metric(result.metrics, "accuracy");
  std::cout << "accuracy " << accuracy << ", off by " << train::metric(result.metrics, "off by") * length
            << '\n';
  return accuracy > 0.95 ? 0 : 1;
}
