#pragma once

#include <functional>
#include <string>

#include "ebb/data/loader.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/ops/argmax.hpp"
#include "ebb/ops/cast.hpp"
#include "ebb/ops/slice.hpp"
#include "ebb/optim/adam.hpp"
#include "ebb/train/fit.hpp"

namespace ebb::test {

/// What a training came to: the weights and the history, without the times.
inline State outcome(const nn::Sequential<float>& model, const train::History& history) {
  State result;
  result.add_all("model.", model.state());
  for (const auto& [name, column] : train::detail::to_state(history.epochs))
    if (name != "seconds") result.add("history." + name, column);
  result.add("best_epoch", tensor<std::int64_t>({history.best_epoch}));
  return result;
}

struct Resumed {
  Index epochs = 4;
  std::string checkpoint = {};  ///< none: never interrupted
  double every_seconds = 0;
  bool own_generator = false;  ///< of the loader's orders
  std::function<bool()> stop = {};
};

/// A training of everything that remembers something: dropout, running statistics, an optimizer, orders,
/// accumulated gradients, a schedule, an average, early stopping.
inline train::History train_resumed(nn::Sequential<float>& model, const Resumed& o) {
  manual_seed(3);
  model = nn::Sequential<float>(nn::Dense<float>(8, 16), nn::BatchNorm<float>(16), nn::Dropout<float>(0.2),
                                nn::Dense<float>(16, 3));
  const Tensor<float> x = randn<float>({70, 8});
  const Tensor<std::int32_t> labels = cast<std::int32_t>(argmax(x.slice(0, 70), 1));
  const Tensor<std::int32_t> classes = map(labels, [](std::int32_t label) { return label % 3; });
  Generator orders(9);
  const data::Loader<float> training(
      x, classes, {.batch_size = 8, .shuffle = true, .generator = o.own_generator ? &orders : nullptr});
  optim::Adam<float> adam(model.parameters(), {.learning_rate = 0.01});
  train::FitOptions<nn::Sequential<float>> options{
      .epochs = o.epochs,
      .early_stopping = train::EarlyStoppingOptions{.patience = 1000, .min_delta = 0.02},
      .accumulate = 2,
      .clip_grad_norm = 2.0,
      .epoch_schedule =
          optim::warmup({.over = 2}, optim::reduce_on_plateau({.from = 0.02, .factor = 0.5, .patience = 1})),
      .average_decay = 0.9,
      .stop = o.stop,
      .progress = {.out = nullptr}};
  if (!o.checkpoint.empty())
    options.checkpoint = {.path = o.checkpoint, .every_seconds = o.every_seconds, .resume = true};
  return train::fit(model, adam, training, data::Loader<float>(x, classes), options);
}

}  // namespace ebb::test
