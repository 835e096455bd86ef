// Training: batches, a schedule, what fit does in one line each, and an honest look at the result.
#include <ebb/ebb.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

int main() {
  using namespace ebb;
  manual_seed(1);

  // Signals of three classes: noise around a sine of one, two or three periods.
  constexpr Index count = 1200, length = 64;
  Tensor<float> x({count, 1, length});
  Tensor<std::int32_t> labels({count});
  const Tensor<float> noise = randn<float>({count, length}), time = linspace<float>(0, 6.2832f, length);
  for (Index i = 0; i < count; ++i) {
    labels(i) = static_cast<std::int32_t>(i % 3);
    const auto periods = static_cast<float>(i % 3 + 1);
    x[i].assign((sin(periods * time) + noise[i]).reshape({1, length}));
  }

  // A split that gives every class its share; the parts are views on the same samples.
  using Samples = data::Labelled<float>;
  const data::Split split = data::stratified_split(labels.span(), {.validation = 0.15, .test = 0.15});
  const auto all = data::dataset<Samples>(x, labels);
  const auto part = [&](const std::vector<Index>& samples, bool shuffle) {
    return data::Loader(std::make_shared<const data::Subset<Samples>>(all, samples),
                        {.batch_size = 32, .shuffle = shuffle});
  };
  const auto training = part(split.train, true), validation = part(split.validation, false);

  nn::Sequential<float> model(nn::Conv1D<float>(1, 8, {.kernel = 7, .stride = 2}), nn::BatchNorm<float>(8),
                              nn::ReLU<float>(), nn::MaxPool1D<float>(2), nn::Flatten<float>(),
                              nn::Dropout<float>(0.1), nn::Dense<float>(8 * 14, 3));
  optim::AdamW<float> adamw(optim::no_decay_for_vectors(model.parameters()), {.weight_decay = 0.01});

  const Index steps = 20 * training.size();
  const train::History history = train::fit(
      model, adamw, training, validation,
      {.epochs = 20,
       .early_stopping = train::EarlyStoppingOptions{.patience = 5},
       .clip_grad_norm = 5.0,
       .step_schedule = optim::warmup({.over = 20}, optim::cosine_decay({.from = 3e-3, .epochs = steps})),
       .average_decay = 0.98,
       .progress = {.out = nullptr}});
  const train::Epoch& best = history.epochs.at(static_cast<std::size_t>(history.best_epoch - 1));
  std::cout << "best epoch " << best.number << " of " << history.epochs.size() << ": validation loss "
            << best.validation_loss << ", accuracy " << train::metric(best.validation_metrics, "accuracy")
            << '\n';

  // The test part is looked at once, when all is decided.
  const auto result = train::evaluate(model, part(split.test, false));
  std::cout << metrics::report(result.confusion, {"one period", "two", "three"});
  return result.confusion.accuracy() > 0.8 ? 0 : 1;
}
