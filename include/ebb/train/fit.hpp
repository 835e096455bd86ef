#pragma once

#include "ebb/train/detail/trainer.hpp"

namespace EBB_NAMESPACE::train {

/// Trains a model: passes over the batches of `training`, each followed by a look at the validation data,
/// until the number of epochs, early stopping where it is asked for, or `stop` ends it. What is done with a
/// batch is a step (step.hpp); for batches of samples and their classes that is cross-entropy and accuracy,
/// for other batches [x, y] a loss is enough.
///
///     const train::History history = train::fit(model, adam, training, validation, {.epochs = 30});
///
///     train::fit(regression, adam, training, validation,
///                {.loss = [](const auto& y, const auto& target) { return mse_loss(y, target); }});
///
///     train::fit(model, adam, training, validation,
///                {.epochs = 100, .early_stopping = train::EarlyStoppingOptions{.patience = 5},
///                 .step = forecast, .accumulate = 4, .clip_grad_norm = 1.0,
///                 .step_schedule = optim::warmup({.over = 500}, optim::one_cycle({.steps = 20'000})),
///                 .average_decay = 0.999, .checkpoint = train::CheckpointOptions{"run.safetensors"},
///                 .on_epoch = [](const train::Epoch& e) { ... }});
///
/// Afterwards the model has the weights of the last epoch that early stopping counts as improved (without
/// early stopping, or where no epoch has improved, the last ones), averaged where an average is kept, and is
/// in evaluation mode; what the optimizer remembers is not taken back. With a checkpoint a training that was
/// killed at any moment is resumed by the same call and ends with the same bits.
///
/// `model` is a nn::Module or anything like it, `optimizer` an optim::Optimizer, a loader is a range of
/// batches with size(), their number. Error [fit] where there are no training data, a number is out of range,
/// there is no step, or a training loss is not finite; [measure] where there are no validation data;
/// [checkpoint] for a file of another training.
template <class M, class O, class L, class V>
requires requires(const V& v) { v.begin(); }
History fit(M& model, O& optimizer, const L& training, const V& validation,
            const FitOptions<M, detail::BatchOf<L>>& options = {}) {
  return detail::Trainer<M, L>(model, optimizer, training, options)
      .run(
          [&](Epoch& epoch, const auto& step) {
            Measured result = measure(model, validation, step);
            epoch.validation_loss = result.loss;
            epoch.validation_metrics = std::move(result.metrics);
          },
          [](const Epoch& epoch) { return epoch.validation_loss; });
}

/// The same without validation data; early stopping and schedules follow the training loss.
template <class M, class O, class L>
History fit(M& model, O& optimizer, const L& training,
            const FitOptions<M, detail::BatchOf<L>>& options = {}) {
  return detail::Trainer<M, L>(model, optimizer, training, options)
      .run([](Epoch&, const auto&) {}, [](const Epoch& epoch) { return epoch.loss; });
}

}  // namespace EBB_NAMESPACE::train
