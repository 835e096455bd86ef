#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "ebb/optim/schedule.hpp"
#include "ebb/train/early_stopping.hpp"
#include "ebb/train/progress.hpp"
#include "ebb/train/step.hpp"

namespace EBB_NAMESPACE::train {

/// What one epoch came to. Training figures are means over its samples, taken while the weights moved and in
/// training mode; validation figures are those after it, NaN and none without validation data.
struct Epoch {
  Index number = 0;  ///< from 1
  double loss = 0;
  Metrics metrics = {};
  double validation_loss = std::numeric_limits<double>::quiet_NaN();
  Metrics validation_metrics = {};
  double learning_rate = 0;  ///< of its last step
  double seconds = 0;        ///< validation included
};

struct History {
  std::vector<Epoch> epochs;
  Index best_epoch = 0;        ///< whose weights the model has now; 0: those of an unfinished epoch
  bool stopped_early = false;  ///< early stopping ended it, not the number of epochs
  bool out_of_time = false;    ///< max_seconds ended it
  bool interrupted = false;    ///< `stop` ended it; the epoch that it cut short is not in `epochs`
};

/// Where a training is.
struct Position {
  Index epoch = 1;  ///< from 1
  Index batch = 0;  ///< how many of this epoch have been done, that at hand included
  Index step = 0;   ///< how often the optimizer has moved the weights
};

/// Where and when `fit` writes what it needs to go on (train/checkpoint.hpp).
struct CheckpointOptions {
  std::string path;
  double every_seconds = 60;  ///< and after each epoch; 0: after each step
  bool resume = false;        ///< whether to go on from the file where there is one, or to begin anew
};

/// How `fit` trains a model M with batches of type B.
template <class M, class B = data::Labelled<typename M::value_type, typename M::device_type>>
struct FitOptions {
  Index epochs = 10;                                             ///< at most
  std::optional<EarlyStoppingOptions> early_stopping = {};       ///< {}: none, std::nullopt
  double max_seconds = std::numeric_limits<double>::infinity();  ///< begin no epoch that would end later
  Loss<M, B> loss = default_loss<M, B>();                        ///< of model(x) and y
  Step<M, B> step = {};  ///< instead of `loss`: what is done with a batch, whatever it is

  Index accumulate = 1;                                ///< batches whose gradients make one step, their mean
  std::optional<double> clip_grad_norm = {};           ///< optim::clip_grad_norm before each step
  std::optional<optim::Schedule> step_schedule = {};   ///< of the learning rate, by steps
  std::optional<optim::Schedule> epoch_schedule = {};  ///< or by epochs; it is told the watched loss
  std::optional<double> average_decay = {};  ///< optim::WeightAverage: validated, and kept at the end
  std::optional<CheckpointOptions> checkpoint = {};

  std::function<void(const Position&)> on_epoch_begin = {};
  std::function<void(const Epoch&)> on_epoch = {};  ///< after it: a log
  std::function<void(const Position&)> on_batch_begin = {};
  std::function<void(const Position&)> on_batch = {};
  std::function<void(const Position&)> on_step_begin = {};  ///< when the gradients are there
  std::function<void(const Position&)> on_step = {};        ///< when the weights have moved
  std::function<bool()> stop = {};                          ///< asked after each batch; true ends training
  ProgressOptions progress = {.unit = "batches"};
};

}  // namespace EBB_NAMESPACE::train
