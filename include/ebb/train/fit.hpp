#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <iomanip>
#include <limits>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/metrics/accuracy.hpp"
#include "ebb/train/early_stopping.hpp"
#include "ebb/train/evaluate.hpp"
#include "ebb/train/progress.hpp"

namespace EBB_NAMESPACE::train {

/// What one epoch came to. Training figures are means over its samples, taken while the weights moved and in
/// training mode; validation figures are those after it, NaN without validation data.
struct Epoch {
  Index number = 0;  ///< from 1
  double loss = 0, accuracy = 0;
  double validation_loss = std::numeric_limits<double>::quiet_NaN();
  double validation_accuracy = std::numeric_limits<double>::quiet_NaN();
  double seconds = 0;  ///< validation included
};

struct History {
  std::vector<Epoch> epochs;
  Index best_epoch = 0;        ///< whose weights the model has now; 0: those of an unfinished epoch
  bool stopped_early = false;  ///< early stopping ended it, not the number of epochs
  bool out_of_time = false;    ///< max_seconds ended it
  bool interrupted = false;    ///< `stop` ended it; the epoch that it cut short is not in `epochs`
};

template <class T, class D = Cpu>
struct FitOptions {
  Index epochs = 300;                                                           ///< at most
  std::optional<EarlyStoppingOptions> early_stopping = EarlyStoppingOptions{};  ///< std::nullopt: without
  double max_seconds = std::numeric_limits<double>::infinity();  ///< begin no epoch that would end later
  Loss<T, D> loss = cross_entropy_loss<T, D>();
  std::function<void(const Epoch&)> on_epoch = {};  ///< called after each epoch: a log, a learning rate
  std::function<bool()> stop = {};                  ///< asked after each training batch; true ends training
  ProgressOptions progress = {.unit = "batches"};
};

namespace detail {

inline std::string epoch_text(const Epoch& epoch) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << std::fixed << std::setprecision(4) << "loss " << epoch.loss << "  accuracy " << epoch.accuracy;
  if (!std::isnan(epoch.validation_loss)) {
    out << "  validation loss " << epoch.validation_loss << "  accuracy " << epoch.validation_accuracy;
  }
  out << std::setprecision(1) << "  " << epoch.seconds << " s";
  return out.str();
}

/// One pass over the training data: loss and accuracy go to `epoch`. False where it was told to stop.
template <class M, class O, class L, class Options>
bool train_epoch(M& model, O& optimizer, const L& training, const Options& options, Epoch& epoch,
                 Progress& progress) {
  model.train();
  SampleMean loss, accuracy;
  Index batch = 0;
  for (const auto& [x, labels] : training) {
    const auto scores = model(x);
    const auto batch_loss = options.loss(scores, labels);
    optimizer.zero_grad();
    batch_loss.backward();
    optimizer.step();
    const auto value = static_cast<double>(batch_loss.item());
    ebb::detail::require(std::isfinite(value), "fit", "the loss is ", value, " in batch ", ++batch,
                         " of epoch ", epoch.number);
    loss.add(value, labels.size());
    accuracy.add(metrics::accuracy(scores, labels), labels.size());
    progress.advance(1, "loss " + ebb::detail::text(loss.value()));
    if (options.stop && options.stop()) return false;
  }
  epoch.loss = loss.value();
  epoch.accuracy = accuracy.value();
  return true;
}

/// `validate(epoch)` fills in the validation figures; `watched(epoch)` is the loss for early stopping.
template <class M, class O, class L, class Options, class Validate, class Watched>
History fit(M& model, O& optimizer, const L& training, const Options& options, Validate validate,
            Watched watched) {
  ebb::detail::require(options.epochs >= 1, "fit", "the number of epochs ", options.epochs,
                       " must be at least 1");
  ebb::detail::require(training.size() > 0, "fit", "the training data are empty");
  std::optional<EarlyStopping> stopping;
  if (options.early_stopping) stopping.emplace(*options.early_stopping);
  History history;
  double seconds = 0;
  while (!history.stopped_early && !history.out_of_time &&
         static_cast<Index>(history.epochs.size()) < options.epochs) {
    Epoch epoch{.number = static_cast<Index>(history.epochs.size()) + 1};
    Progress progress("epoch " + std::to_string(epoch.number) + "/" + std::to_string(options.epochs),
                      static_cast<Index>(training.size()), options.progress);
    history.interrupted = !train_epoch(model, optimizer, training, options, epoch, progress);
    if (history.interrupted) break;
    validate(epoch);
    epoch.seconds = progress.seconds();
    progress.finish(epoch_text(epoch));
    history.epochs.push_back(epoch);
    history.best_epoch = epoch.number;
    if (stopping) history.stopped_early = stopping->update(watched(epoch), model.state());
    seconds += epoch.seconds;
    history.out_of_time = !history.stopped_early && epoch.number < options.epochs &&
                          seconds + epoch.seconds > options.max_seconds;
    if (options.on_epoch) options.on_epoch(epoch);
  }
  if (stopping && stopping->best_epoch() > 0) {
    stopping->restore(model.state());
    history.best_epoch = stopping->best_epoch();
  } else if (history.interrupted) {
    history.best_epoch = 0;
  }
  model.eval();
  return history;
}

}  // namespace detail

/// Trains a classifier: passes over the batches [x, labels] of `training`, each followed by a look at the
/// validation data, until early stopping, the number of epochs or `stop` ends it. Afterwards the model has
/// the weights of the last epoch that early stopping counts as improved (without early stopping, or where no
/// epoch has improved, the last ones) and is in evaluation mode; what the optimizer remembers is not taken
/// back.
///
///     const train::History history = train::fit(model, adam, training_loader, validation_loader,
///                                               {.epochs = 300, .on_epoch = [](const train::Epoch& e) { ...
///                                               }});
///
/// `model` is a nn::Module or anything like it, `optimizer` has zero_grad() and step(), a loader is a range
/// of pairs with size(), its number of batches. Error [fit] where there are no training data, `epochs` is
/// below 1 or a training loss is not finite; [evaluate] where there are no validation data.
template <class M, class O, class L, class V>
requires requires(const V& v) { v.begin(); }
History fit(M& model, O& optimizer, const L& training, const V& validation,
            const FitOptions<typename M::value_type, typename M::device_type>& options = {}) {
  return detail::fit(
      model, optimizer, training, options,
      [&](Epoch& epoch) {
        const Evaluation result = evaluate(model, validation, options.loss);
        epoch.validation_loss = result.loss;
        epoch.validation_accuracy = result.confusion.accuracy();
      },
      [](const Epoch& epoch) { return epoch.validation_loss; });
}

/// The same without validation data; early stopping follows the training loss.
template <class M, class O, class L>
History fit(M& model, O& optimizer, const L& training,
            const FitOptions<typename M::value_type, typename M::device_type>& options = {}) {
  return detail::fit(
      model, optimizer, training, options, [](Epoch&) {}, [](const Epoch& epoch) { return epoch.loss; });
}

}  // namespace EBB_NAMESPACE::train
