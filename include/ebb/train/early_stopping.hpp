#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/copy_state.hpp"
#include "ebb/core/factory.hpp"

namespace EBB_NAMESPACE::train {

struct EarlyStoppingOptions {
  Index patience = 5;       ///< epochs without improvement after which training ends
  double min_delta = 1e-4;  ///< by how much the loss has to fall below the best one to count as improved
};

/// Ends training when the validation loss falls no more, and keeps the best weights.
///
///     train::EarlyStopping stopping({.patience = 5});
///     do { ... } while (!stopping.update(validation_loss, model.state()));
///     stopping.restore(model.state());
///
/// Error [early_stopping] for a patience below 1 or a min_delta below 0.
class EarlyStopping {
 public:
  explicit EarlyStopping(const EarlyStoppingOptions& options = {}) : options_(options) {
    ebb::detail::require(options.patience >= 1 && options.min_delta >= 0, "early_stopping", "patience ",
                         options.patience, " must be at least 1, min_delta ", options.min_delta,
                         " at least 0");
  }

  /// Takes in the loss of one more epoch and the model's state after it, which is copied where it is the best
  /// so far. True when training should end. A loss that is NaN is no improvement.
  bool update(double loss, const State& state) {
    ++epoch_;
    if (loss < best_loss_ - options_.min_delta) {
      best_loss_ = loss;
      best_epoch_ = epoch_;
      best_ = state.clone();
    }
    return is_over();
  }

  /// Whether training should end.
  [[nodiscard]] bool is_over() const { return epoch_ - best_epoch_ >= options_.patience; }

  /// The epoch of the best loss, counted from 1; 0 where there is none yet.
  [[nodiscard]] Index best_epoch() const { return best_epoch_; }
  [[nodiscard]] double best_loss() const { return best_loss_; }

  /// Writes the best weights into a model's state. Error [early_stopping] where there are none yet.
  void restore(const State& state) const {
    ebb::detail::require(best_.has_value(), "early_stopping", "none of ", epoch_,
                         " epochs had a loss to go back to");
    copy_state(*best_, state);
  }

  /// What it remembers, a copy, to be saved and given to load_state later.
  [[nodiscard]] State state() const {
    State state;
    state.add("epochs", tensor<std::int64_t>({epoch_, best_epoch_}));
    state.add("best_loss", full<double>(Shape{}, best_loss_));
    if (best_) state.add_all("best.", *best_);
    return state;
  }

  /// Error [state] for a state that is none of an EarlyStopping.
  void load_state(const State& state) {
    const Tensor<std::int64_t> epochs = state.get<std::int64_t>("epochs");
    epoch_ = epochs.at(0);
    best_epoch_ = epochs.at(1);
    best_loss_ = state.get<double>("best_loss").item();
    best_.reset();
    if (best_epoch_ > 0) best_ = state.part("best.").clone();
  }

 private:
  EarlyStoppingOptions options_;
  Index epoch_ = 0, best_epoch_ = 0;
  double best_loss_ = std::numeric_limits<double>::infinity();
  std::optional<State> best_;
};

}  // namespace EBB_NAMESPACE::train
