#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/optim/clip.hpp"
#include "ebb/optim/optimizer.hpp"
#include "ebb/optim/weight_average.hpp"
#include "ebb/train/checkpoint.hpp"
#include "ebb/train/detail/history_state.hpp"
#include "ebb/train/evaluate.hpp"
#include "ebb/train/fit_options.hpp"

namespace EBB_NAMESPACE::train::detail {

/// "loss 0.3102  accuracy 0.9011".
inline std::string figures_text(double loss, const Metrics& metrics) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << std::fixed << std::setprecision(4) << "loss " << loss;
  for (const Metric& m : metrics) out << "  " << m.name << ' ' << m.value;
  return out.str();
}

inline std::string epoch_text(const Epoch& epoch) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << figures_text(epoch.loss, epoch.metrics);
  if (!std::isnan(epoch.validation_loss))
    out << "  validation " << figures_text(epoch.validation_loss, epoch.validation_metrics);
  out << std::fixed << std::setprecision(1) << "  " << epoch.seconds << " s";
  return out.str();
}

template <class F, class... Arguments>
void call(const F& hook, const Arguments&... arguments) {
  if (hook) hook(arguments...);
}

/// The work of `fit`, and all that it has to remember.
template <class M, class L>
class Trainer {
 public:
  using T = typename M::value_type;
  using D = typename M::device_type;
  using Options = FitOptions<M, BatchOf<L>>;

  Trainer(M& model, optim::Optimizer<T, D>& optimizer, const L& training, const Options& options)
      : model_(model),
        optimizer_(optimizer),
        training_(training),
        options_(options),
        step_(step_of(options)),
        batches_(static_cast<Index>(training.size())) {
    ebb::detail::require(options.epochs >= 1, "fit", "the number of epochs ", options.epochs,
                         " must be at least 1");
    ebb::detail::require(batches_ > 0, "fit", "the training data are empty");
    ebb::detail::require(options.accumulate >= 1, "fit", "accumulate ", options.accumulate,
                         " must be at least 1");
    ebb::detail::require(!options.step_schedule || !options.epoch_schedule, "fit",
                         "there is a schedule by steps and one by epochs: expected one of them");
    if (options.early_stopping) stopping_.emplace(*options.early_stopping);
    if (options.average_decay)
      average_.emplace(model.parameters(), optim::WeightAverageOptions{.decay = *options.average_decay});
    if (options.checkpoint) open_checkpoint(*options.checkpoint);
  }

  /// `validate(epoch, step)` fills in the validation figures; `watched(epoch)` is the loss for early stopping
  /// and schedules.
  template <class Validate, class Watched>
  History run(const Validate& validate, const Watched& watched) {
    while (goes_on()) {
      Epoch epoch{.number = position_.epoch};
      const bool whole = train_epoch(epoch);
      if (!whole) break;
      if (average_) average_->swap();
      validate(epoch, step_);
      epoch.seconds = seconds_ + progress_->seconds();
      progress_->finish(epoch_text(epoch));
      end_epoch(epoch, watched(epoch));
      call(options_.on_epoch, epoch);
      if (average_) average_->swap();
      save();
    }
    return finish();
  }

 private:
  static Step<M, BatchOf<L>> step_of(const Options& options) {
    if (options.step) return options.step;
    if constexpr (Supervised<M, BatchOf<L>>) {
      if (options.loss) return supervised<M, BatchOf<L>>(options.loss);
    }
    ebb::detail::fail(
        "fit", "there is no step: batches that are not samples and their classes need a loss or a step");
  }

  [[nodiscard]] bool goes_on() {
    const std::vector<Epoch>& epochs = history_.epochs;
    history_.stopped_early = stopping_ && stopping_->is_over();
    if (history_.stopped_early || position_.epoch > options_.epochs) return false;
    double seconds = 0;
    for (const Epoch& epoch : epochs) seconds += epoch.seconds;
    history_.out_of_time = !epochs.empty() && seconds + epochs.back().seconds > options_.max_seconds;
    return !history_.out_of_time;
  }

  /// One pass over the training data, or what is left of it. False where it was told to stop.
  bool train_epoch(Epoch& epoch) {
    const bool goes_on = position_.batch > 0;
    if (!goes_on) call(options_.on_epoch_begin, position_);
    if (options_.epoch_schedule)
      optimizer_.set_learning_rate((*options_.epoch_schedule)(position_.epoch - 1));
    progress_.emplace("epoch " + std::to_string(epoch.number) + "/" + std::to_string(options_.epochs),
                      batches_, options_.progress);
    model_.train();
    auto at = first_batch(goes_on);
    for (; at != training_.end(); ++at) {
      if (!train_batch(*at)) {
        save();
        history_.interrupted = true;
        return false;
      }
    }
    epoch.loss = means_.loss();
    epoch.metrics = means_.metrics();
    epoch.learning_rate = optimizer_.learning_rate();
    return true;
  }

  // An order is drawn once for an epoch, also for one in two pieces.
  auto first_batch(bool goes_on) {
    if constexpr (requires { training_.begin_at(Index{}); }) {
      Generator& generator = training_.generator();
      const Generator::State now = generator.state();
      if (goes_on) generator.set_state(order_.state());
      order_.set_state(generator.state());
      auto at = training_.begin_at(position_.batch);
      if (goes_on) generator.set_state(now);
      return at;
    } else {
      auto at = training_.begin();
      for (Index i = 0; i < position_.batch; ++i) ++at;
      return at;
    }
  }

  // False where training is to stop.
  bool train_batch(const BatchOf<L>& batch) {
    const Index group = position_.batch / options_.accumulate * options_.accumulate;  // where it begins
    const Index group_size = std::min(options_.accumulate, batches_ - group);
    if (position_.batch == group) optimizer_.zero_grad();
    ++position_.batch;
    call(options_.on_batch_begin, position_);
    const StepResult<T, D> result = step_(model_, batch);
    const auto loss = static_cast<double>(result.loss.item());
    ebb::detail::require(std::isfinite(loss), "fit", "the loss is ", loss, " in batch ", position_.batch,
                         " of epoch ", position_.epoch);
    if (group_size == 1) {
      result.loss.backward();
    } else {
      result.loss.backward(full<T, D>(result.loss.shape(), T(1) / static_cast<T>(group_size)));
    }
    const bool steps = position_.batch == group + group_size;
    if (steps) move_weights();
    means_.add(loss, result.metrics, data::batch_size(batch));
    progress_->advance(1, [&] { return figures_text(means_.loss(), means_.metrics()); });
    call(options_.on_batch, position_);
    if (!steps) return true;
    if (options_.stop && options_.stop()) return false;
    if (options_.checkpoint && since_checkpoint() >= options_.checkpoint->every_seconds) save();
    return true;
  }

  void move_weights() {
    call(options_.on_step_begin, position_);
    if (options_.clip_grad_norm) optim::clip_grad_norm(optimizer_.parameters(), *options_.clip_grad_norm);
    if (options_.step_schedule) optimizer_.set_learning_rate((*options_.step_schedule)(position_.step));
    optimizer_.step();
    ++position_.step;
    if (average_) average_->update();
    call(options_.on_step, position_);
  }

  void end_epoch(const Epoch& epoch, double watched) {
    history_.epochs.push_back(epoch);
    history_.best_epoch = epoch.number;
    if (stopping_) stopping_->update(watched, model_.state());
    if (options_.epoch_schedule) options_.epoch_schedule->observe(watched);
    ++position_.epoch;
    position_.batch = 0;
    seconds_ = 0;
    means_ = {};
  }

  History finish() {
    if (average_) average_->swap();
    if (stopping_ && stopping_->best_epoch() > 0) {
      stopping_->restore(model_.state());
      history_.best_epoch = stopping_->best_epoch();
    } else if (history_.interrupted) {
      history_.best_epoch = 0;
    }
    model_.eval();
    return std::move(history_);
  }

  // ---- Checkpoint -------------------------------------------------------------------------------------

  void open_checkpoint(const CheckpointOptions& options) {
    checkpoint_.emplace(options.path);
    checkpoint_->add("model", model_).add("optimizer", optimizer_).add("generator", default_generator());
    if constexpr (requires { training_.generator(); }) {
      if (&training_.generator() != &default_generator()) checkpoint_->add("loader", training_.generator());
      checkpoint_->add("order", order_);
    }
    if (options_.step_schedule) checkpoint_->add("schedule", *options_.step_schedule);
    if (options_.epoch_schedule) checkpoint_->add("schedule", *options_.epoch_schedule);
    if (average_) checkpoint_->add("average", *average_);
    if (stopping_) checkpoint_->add("early_stopping", *stopping_);
    checkpoint_->add("epoch", position_.epoch).add("batch", position_.batch).add("step", position_.step);
    checkpoint_->add("batches", of_file_.batches).add("seconds", of_file_.seconds);
    checkpoint_->add("means", means_).add("history", epochs_);
    if (options.resume && checkpoint_->load()) {
      ebb::detail::require(of_file_.batches == batches_, "checkpoint", options.path, ": expected epochs of ",
                           batches_, " batches, found ", of_file_.batches);
      seconds_ = of_file_.seconds;
      if (!history_.epochs.empty()) history_.best_epoch = history_.epochs.back().number;
    }
    saved_ = std::chrono::steady_clock::now();
  }

  void save() {
    if (!checkpoint_) return;
    of_file_ = {batches_, seconds_ + (position_.batch > 0 ? progress_->seconds() : 0)};
    checkpoint_->save();
    saved_ = std::chrono::steady_clock::now();
  }

  [[nodiscard]] double since_checkpoint() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - saved_).count();
  }

  struct OfFile {
    Index batches = 0;
    double seconds = 0;
  };

  M& model_;
  optim::Optimizer<T, D>& optimizer_;
  const L& training_;
  const Options& options_;
  Step<M, BatchOf<L>> step_;
  Index batches_;  // of an epoch
  std::optional<EarlyStopping> stopping_;
  std::optional<optim::WeightAverage<T, D>> average_;
  std::optional<Progress> progress_;
  std::optional<Checkpoint> checkpoint_;
  std::chrono::steady_clock::time_point saved_;
  History history_;
  HistoryPart epochs_{history_.epochs};
  OfFile of_file_;
  Generator order_;  // as the loader's was before it drew the order of this epoch
  Position position_;
  SampleMeans means_;   // of this epoch
  double seconds_ = 0;  // that this epoch took before it was resumed
};

}  // namespace EBB_NAMESPACE::train::detail
