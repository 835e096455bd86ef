#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "ebb/core/factory.hpp"
#include "ebb/core/state.hpp"
#include "ebb/train/fit_options.hpp"

namespace EBB_NAMESPACE::train::detail {

// The epochs of a history as columns of a table, one tensor each.

template <class F>
void add_column(State& state, const std::string& name, const std::vector<Epoch>& epochs, F value) {
  Tensor<double> column({static_cast<Index>(epochs.size())});
  for (std::size_t i = 0; i < epochs.size(); ++i) column(static_cast<Index>(i)) = value(epochs[i]);
  state.add(name, column);
}

inline void add_metric_columns(State& state, const std::string& prefix, const std::vector<Epoch>& epochs,
                               Metrics Epoch::*metrics) {
  if (epochs.empty()) return;
  for (std::size_t m = 0; m < (epochs[0].*metrics).size(); ++m)
    add_column(state, prefix + (epochs[0].*metrics)[m].name, epochs,
               [&](const Epoch& epoch) { return (epoch.*metrics)[m].value; });
}

[[nodiscard]] inline State to_state(const std::vector<Epoch>& epochs) {
  State state;
  add_column(state, "loss", epochs, [](const Epoch& e) { return e.loss; });
  add_column(state, "validation_loss", epochs, [](const Epoch& e) { return e.validation_loss; });
  add_column(state, "learning_rate", epochs, [](const Epoch& e) { return e.learning_rate; });
  add_column(state, "seconds", epochs, [](const Epoch& e) { return e.seconds; });
  add_metric_columns(state, "metric.", epochs, &Epoch::metrics);
  add_metric_columns(state, "validation_metric.", epochs, &Epoch::validation_metrics);
  return state;
}

[[nodiscard]] inline Metrics metrics_at(const State& columns, Index row) {
  Metrics metrics;
  for (const auto& [name, column] : columns) metrics.push_back({name, columns.get<double>(name).at(row)});
  return metrics;
}

[[nodiscard]] inline std::vector<Epoch> epochs_from(const State& state) {
  const auto loss = state.get<double>("loss"), validation_loss = state.get<double>("validation_loss");
  const auto rate = state.get<double>("learning_rate"), seconds = state.get<double>("seconds");
  const State metrics = state.part("metric."), validation_metrics = state.part("validation_metric.");
  std::vector<Epoch> epochs;
  for (Index i = 0; i < loss.size(); ++i) {
    epochs.push_back({.number = i + 1,
                      .loss = loss.at(i),
                      .metrics = metrics_at(metrics, i),
                      .validation_loss = validation_loss.at(i),
                      .validation_metrics = metrics_at(validation_metrics, i),
                      .learning_rate = rate.at(i),
                      .seconds = seconds.at(i)});
  }
  return epochs;
}

/// A history's epochs as a part of a checkpoint.
struct HistoryPart {
  std::vector<Epoch>& epochs;
  [[nodiscard]] State state() const { return to_state(epochs); }
  void load_state(const State& state) { epochs = epochs_from(state); }
};

}  // namespace EBB_NAMESPACE::train::detail
