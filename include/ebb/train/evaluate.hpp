#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "ebb/autograd/no_grad.hpp"
#include "ebb/metrics/confusion.hpp"
#include "ebb/ops/argmax.hpp"
#include "ebb/ops/cross_entropy.hpp"

namespace EBB_NAMESPACE::train {

/// A loss of scores (N, C) and labels (N) that is one number, a mean over the samples.
template <class T, class D = Cpu>
using Loss = std::function<Tensor<T, D>(const Tensor<T, D>& scores, const Tensor<std::int32_t, D>& labels)>;

/// The default: cross-entropy, without weights or smoothing.
template <class T, class D = Cpu>
[[nodiscard]] Loss<T, D> cross_entropy_loss() {
  return [](const Tensor<T, D>& scores, const Tensor<std::int32_t, D>& labels) {
    return cross_entropy(scores, labels);
  };
}

struct Evaluation {
  double loss;  ///< the mean over the samples
  metrics::Confusion confusion;
};

namespace detail {

/// The mean over samples of values that are means over batches.
class SampleMean {
 public:
  void add(double batch_mean, Index samples) {
    sum_ += batch_mean * static_cast<double>(samples);
    samples_ += samples;
  }
  [[nodiscard]] double value() const { return sum_ / static_cast<double>(samples_); }

 private:
  double sum_ = 0;
  Index samples_ = 0;
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

/// What a classifier makes of all batches [x, labels] of a loader, in evaluation mode and without gradients;
/// afterwards the model is in the mode in which it was.
///
///     const train::Evaluation result = train::evaluate(model, test_loader);
///     std::cout << metrics::report(result.confusion, names);
///
/// Error [evaluate] where the loader is empty or the model does not give scores (N, C).
template <class M, class L>
[[nodiscard]] Evaluation evaluate(M& model, const L& loader,
                                  const Loss<typename M::value_type, typename M::device_type>& loss =
                                      cross_entropy_loss<typename M::value_type, typename M::device_type>()) {
  const detail::EvaluationMode<M> mode(model);
  const NoGrad guard;
  detail::SampleMean mean;
  std::optional<metrics::Confusion> confusion;
  for (const auto& [x, labels] : loader) {
    const auto scores = model(x);
    ebb::detail::require(scores.rank() == 2, "evaluate", "the model gives ", scores.shape(),
                         ", expected (N, C)");
    if (!confusion) confusion.emplace(scores.shape(1));
    mean.add(static_cast<double>(loss(scores, labels).item()), labels.size());
    confusion->add(argmax(scores, 1), labels);
  }
  ebb::detail::require(confusion.has_value(), "evaluate", "the loader has no samples");
  return {.loss = mean.value(), .confusion = *std::move(confusion)};
}

}  // namespace EBB_NAMESPACE::train
