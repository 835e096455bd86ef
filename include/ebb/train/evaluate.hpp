#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include "ebb/autograd/no_grad.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/core/state.hpp"
#include "ebb/metrics/confusion.hpp"
#include "ebb/ops/argmax.hpp"
#include "ebb/train/step.hpp"

namespace EBB_NAMESPACE::train {

struct Evaluation {
  double loss;  ///< the mean over the samples
  metrics::Confusion confusion;
};

/// What `measure` found: means over the samples.
struct Measured {
  double loss;
  Metrics metrics;
};

namespace detail {

/// The batches of a loader, which is any range of them with size(), its number of batches.
template <class L>
using BatchOf = std::remove_cvref_t<decltype(*std::declval<const L&>().begin())>;

/// The means over samples of losses and metrics that are means over batches.
class SampleMeans {
 public:
  void add(double loss, const Metrics& metrics, Index samples) {
    const auto weight = static_cast<double>(samples);
    loss_ += loss * weight;
    samples_ += weight;
    if (metrics_.empty()) {
      for (const Metric& m : metrics) metrics_.push_back({m.name, 0});
    }
    ebb::detail::require(metrics.size() == metrics_.size(), "metric", metrics.size(), " after ",
                         metrics_.size(), " in the batches before: expected the same ones for each");
    for (std::size_t i = 0; i < metrics.size(); ++i) metrics_[i].value += metrics[i].value * weight;
  }

  [[nodiscard]] double loss() const { return loss_ / samples_; }
  [[nodiscard]] Metrics metrics() const {
    Metrics means = metrics_;
    for (Metric& m : means) m.value /= samples_;
    return means;
  }

  /// The sums, to go on with later.
  [[nodiscard]] State state() const {
    State state;
    state.add("loss", full<double>(Shape{}, loss_));
    state.add("samples", full<double>(Shape{}, samples_));
    for (const Metric& m : metrics_) state.add("metric." + m.name, full<double>(Shape{}, m.value));
    return state;
  }
  void load_state(const State& state) {
    loss_ = state.get<double>("loss").item();
    samples_ = state.get<double>("samples").item();
    metrics_.clear();
    const State sums = state.part("metric.");
    for (const auto& [name, sum] : sums) metrics_.push_back({name, sums.get<double>(name).item()});
  }

 private:
  double loss_ = 0, samples_ = 0;
  Metrics metrics_;
};

/// Evaluation mode for as long as it lives.
template <class M>
class EvaluationMode {
 public:
  explicit EvaluationMode(M& model) : model_(model), was_training_(model.is_training()) { model.eval(); }
  ~EvaluationMode() {
    if (was_training_) model_.train();
  }
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  M& model_;
  bool was_training_;
};

}  // namespace detail

/// The mean loss and metrics that a step gives over all batches of a loader, in evaluation mode and without
/// gradients; afterwards the model is in the mode in which it was. Error [measure] where the loader is empty.
///
///     const train::Measured result = train::measure(model, test_loader, forecast);
///     std::cout << result.loss << ' ' << train::metric(result.metrics, "mae");
template <class M, class L, class S>
[[nodiscard]] Measured measure(M& model, const L& loader, const S& step) {
  using Result = StepResult<typename M::value_type, typename M::device_type>;
  const detail::EvaluationMode<M> mode(model);
  const NoGrad guard;
  detail::SampleMeans means;
  bool empty = true;
  for (const auto& batch : loader) {
    const Result result = step(model, batch);
    means.add(static_cast<double>(result.loss.item()), result.metrics, data::batch_size(batch));
    empty = false;
  }
  ebb::detail::require(!empty, "measure", "the loader has no samples");
  return {.loss = means.loss(), .metrics = means.metrics()};
}

/// What a classifier makes of all batches [x, labels] of a loader, in evaluation mode and without gradients;
/// afterwards the model is in the mode in which it was.
///
///     const train::Evaluation result = train::evaluate(model, test_loader);
///     std::cout << metrics::report(result.confusion, names);
///
/// Error [evaluate] where the loader is empty or the model does not give scores (N, C).
template <class M, class L>
requires detail::Classification<M, detail::BatchOf<L>>
[[nodiscard]] Evaluation evaluate(
    M& model, const L& loader,
    const Loss<M, detail::BatchOf<L>>& loss = default_loss<M, detail::BatchOf<L>>()) {
  const detail::EvaluationMode<M> mode(model);
  const NoGrad guard;
  detail::SampleMeans mean;
  std::optional<metrics::Confusion> confusion;
  for (const auto& [x, labels] : loader) {
    const auto scores = model(x);
    ebb::detail::require(scores.rank() == 2, "evaluate", "the model gives ", scores.shape(),
                         ", expected (N, C)");
    if (!confusion) confusion.emplace(scores.shape(1));
    mean.add(static_cast<double>(loss(scores, labels).item()), {}, labels.size());
    confusion->add(argmax(scores, 1), labels);
  }
  ebb::detail::require(confusion.has_value(), "evaluate", "the loader has no samples");
  return {.loss = mean.loss(), .confusion = *std::move(confusion)};
}

}  // namespace EBB_NAMESPACE::train
