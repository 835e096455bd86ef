#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/data/batch.hpp"
#include "ebb/metrics/accuracy.hpp"
#include "ebb/ops/cross_entropy.hpp"

namespace EBB_NAMESPACE::train {

/// A number about a batch beside its loss, a mean over the samples as the loss is: an accuracy, a mean error.
struct Metric {
  std::string name;
  double value = 0;
};

using Metrics = std::vector<Metric>;

/// The value of that name. Error [metric] where there is none.
[[nodiscard]] inline double metric(const Metrics& metrics, std::string_view name) {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [&](const Metric& m) { return m.name == name; });
  ebb::detail::require(found != metrics.end(), "metric", "there is none named \"", name, "\" among ",
                       metrics.size());
  return found->value;
}

/// What a step gives: the loss of a batch, one number that is a mean over its samples and part of a graph,
/// and metrics. A loss alone is a result, too.
template <class T, class D = Cpu>
struct StepResult {
  StepResult(Tensor<T, D> l, Metrics m = {}) : loss(std::move(l)), metrics(std::move(m)) {}

  Tensor<T, D> loss;
  Metrics metrics;
};

/// What is done with a batch of type B, in training and, without gradients and in evaluation mode, in
/// validation: everything that is particular to a task.
///
///     const auto denoise = [](auto& model, const Tensor<float>& x) { return mse_loss(model(x + noise(x)),
///     x); }; const auto forecast = [](auto& model, const auto& batch) {
///       const auto y = model(batch.x);
///       return train::StepResult(mse_loss(y, batch.y), {{"mae", l1_loss(y, batch.y).item()}});
///     };
template <class M, class B>
using Step =
    std::function<StepResult<typename M::value_type, typename M::device_type>(M& model, const B& batch)>;

namespace detail {

/// The types of a batch [x, y]: those of a Batch, or of a pair.
template <class B>
struct Parts {};
template <class X, class Y>
struct Parts<data::Batch<X, Y>> {
  using Input = X;
  using Target = Y;
};
template <class X, class Y>
struct Parts<std::pair<X, Y>> {
  using Input = X;
  using Target = Y;
};

template <class M, class B>
concept Supervised = requires(M& model, const typename Parts<B>::Input& x) {
  model(x);
};

template <class M, class B>
struct LossOf {
  using type = std::nullptr_t;  // there is nothing that a prediction could be compared with
};
template <class M, class B>
requires Supervised<M, B>
struct LossOf<M, B> {
  using Prediction =
      std::remove_cvref_t<decltype(std::declval<M&>()(std::declval<const typename Parts<B>::Input&>()))>;
  using type = std::function<Tensor<typename M::value_type, typename M::device_type>(
      const Prediction& prediction, const typename Parts<B>::Target& target)>;
};

template <class M, class B>
concept Classification =
    Supervised<M, B> && std::is_same_v<typename LossOf<M, B>::Prediction,
                                       Tensor<typename M::value_type, typename M::device_type>> &&
    std::is_same_v<typename Parts<B>::Target, Tensor<std::int32_t, typename M::device_type>>;

}  // namespace detail

/// A loss of predictions and targets that is one number, a mean over the samples. For batches without targets
/// there is none, and the type is std::nullptr_t.
template <class M, class B>
using Loss = typename detail::LossOf<M, B>::type;

/// Where targets are classes: cross-entropy, without weights or smoothing. Else none.
template <class M, class B>
[[nodiscard]] Loss<M, B> default_loss() {
  if constexpr (detail::Classification<M, B>) {
    return [](const auto& scores, const auto& labels) { return cross_entropy(scores, labels); };
  } else {
    return nullptr;
  }
}

/// The step of batches [x, y]: the loss of model(x) and y and, where y are classes, the accuracy.
template <class M, class B>
requires detail::Supervised<M, B>
[[nodiscard]] Step<M, B> supervised(Loss<M, B> loss = default_loss<M, B>()) {
  ebb::detail::require(static_cast<bool>(loss), "step", "there is no loss");
  using Result = StepResult<typename M::value_type, typename M::device_type>;
  return [loss = std::move(loss)](M& model, const B& batch) {
    const auto& [x, y] = batch;
    const auto prediction = model(x);
    if constexpr (detail::Classification<M, B>) {
      return Result(loss(prediction, y), {{"accuracy", metrics::accuracy(prediction, y)}});
    } else {
      return Result(loss(prediction, y));
    }
  };
}

}  // namespace EBB_NAMESPACE::train
