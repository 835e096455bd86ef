#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ebb/nn/inference/activation.hpp"
#include "ebb/nn/inference/batch_norm.hpp"
#include "ebb/nn/inference/builder.hpp"
#include "ebb/nn/inference/conv1d.hpp"
#include "ebb/nn/inference/dense.hpp"
#include "ebb/nn/inference/dropout.hpp"
#include "ebb/nn/inference/gru.hpp"
#include "ebb/nn/inference/join.hpp"
#include "ebb/nn/inference/own.hpp"
#include "ebb/nn/inference/pool.hpp"
#include "ebb/nn/inference/samples.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// The layers that have a rule, optimize(builder, layer), in the header of their name. A layer of a class
/// derived from one of these may compute something else and is none of them.
template <class T>
using Optimized = std::tuple<Conv1D<T>, Dense<T>, Flatten<T>, Dropout<T>, BatchNorm<T>, ReLU<T>, LeakyReLU<T>,
                             Sigmoid<T>, Tanh<T>, ELU<T>, GELU<T>, SiLU<T>, GRU<T>, MaxPool1D<T>,
                             AvgPool1D<T>, GlobalMaxPool1D<T>, GlobalAvgPool1D<T>>;

/// A graph as stages, which run one after another: steps of which each sample is alone, with the Dense layer
/// behind them, or a part that wants the whole batch.
template <class T>
class Plan {
 public:
  [[gnu::cold]] Plan(const Graph<T>& graph, const InferenceOptions& options) {
    Builder<T> builder(graph, options);
    builder.walk([](Builder<T>& b) {
      if (!optimize_node(b)) keep(b);
    });
    result_ = builder.result();
    places_ = std::move(builder.places());
    // Dense layers are packed when it is known what is in front of them.
    for (const Place<T>& place : places_)
      if (dynamic_cast<Step<T>*>(place.part.get())) place.part->pack();
    cut();
  }

  [[nodiscard]] Tensor<T> run(const Tensor<T>& x) const {
    std::vector<Tensor<T>> values(places_.size() + 1);
    values[0] = x;
    for (const Stage& stage : stages_) {
      std::vector<Tensor<T>> in;
      for (const Index i : stage.inputs) in.push_back(values[at(i)]);
      for (const Index i : stage.last_read) values[at(i)] = {};
      if (stage.samples) {
        std::optional<std::vector<Tensor<T>>> out = stage.samples->run(in);
        require_fit(out.has_value(), in, stage);
        for (std::size_t i = 0; i < out->size(); ++i) values[at(stage.results[i])] = std::move((*out)[i]);
      } else {
        std::optional<Tensor<T>> y = stage.whole->run(in);
        require_fit(y.has_value(), in, stage);
        values[at(stage.results[0])] = std::move(*y);
      }
    }
    return values[at(result_)];
  }

  [[nodiscard]] std::string describe() const {
    std::string text;
    for (const Stage& stage : stages_) text += (text.empty() ? "" : ", ") + stage.name;
    return text;
  }

  /// The layers that run by their own forward.
  [[nodiscard]] std::vector<const Module<T>*> own_layers() const {
    std::vector<const Module<T>*> layers;
    for (const Place<T>& place : places_)
      if (const auto* own = dynamic_cast<const OwnPart<T>*>(place.part.get()))
        layers.push_back(&own->layer());
    return layers;
  }

 private:
  struct Stage {
    std::string name;
    std::unique_ptr<Samples<T>> samples = {};  // or
    const Whole<T>* whole = nullptr;
    std::vector<Index> inputs = {}, results = {}, last_read = {};
  };

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

  static bool optimize_node(Builder<T>& b) {
    const Module<T>* const layer = b.node().layer;
    if (!layer) return optimize_join(b);
    return try_rules(b, *layer, static_cast<Optimized<T>*>(nullptr));
  }

  template <class... Layers>
  static bool try_rules(Builder<T>& b, const Module<T>& layer, std::tuple<Layers...>*) {
    const auto matches = [&]<class L>(L*) {
      const L* const exact = exactly<const L>(layer);
      return exact && optimize(b, *exact);
    };
    return (matches(static_cast<Layers*>(nullptr)) || ...);
  }

  static void require_fit(bool fits, const std::vector<Tensor<T>>& in, const Stage& stage) {
    ebb::detail::require(fits, "inference", "input ", in[0].shape(), " does not fit ", stage.name);
  }

  // Where each value is read last; the result of the model never is.
  [[nodiscard]] std::vector<std::size_t> last_readers() const {
    std::vector<std::size_t> last(places_.size() + 1);
    for (std::size_t i = 0; i < places_.size(); ++i)
      for (const Index input : places_[i].inputs) last[at(input)] = i;
    last[at(result_)] = places_.size();
    return last;
  }

  [[gnu::cold]] void cut() {
    const std::vector<std::size_t> last = last_readers();
    std::vector<std::size_t> steps;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const Place<T>& place = places_[i];
      if (!place.part) continue;
      if (dynamic_cast<const Step<T>*>(place.part.get())) {
        steps.push_back(i);
      } else if (auto* dense = dynamic_cast<DensePart<T>*>(place.part.get())) {
        add_dense(steps, i, *dense, last);
      } else {
        add_samples(steps, last);
        add_whole(i);
      }
    }
    add_samples(steps, last);
    // Tensors go when they have been read.
    for (std::size_t value = 0; value < last.size(); ++value) {
      if (static_cast<Index>(value) == result_) continue;
      for (auto stage = stages_.rbegin(); stage != stages_.rend(); ++stage) {
        if (std::find(stage->inputs.begin(), stage->inputs.end(), static_cast<Index>(value)) ==
            stage->inputs.end())
          continue;
        stage->last_read.push_back(static_cast<Index>(value));
        break;
      }
    }
  }

  static Index value_of(std::size_t place) { return static_cast<Index>(place) + 1; }

  // Behind steps of which it reads all that is wanted, a Dense layer is in their stage; one of the model's
  // input is a stage without steps, which may skip zeros at the end of it.
  [[gnu::cold]] void add_dense(std::vector<std::size_t>& steps, std::size_t place, DensePart<T>& dense,
                               const std::vector<std::size_t>& last) {
    const Index input = places_[place].inputs[0];
    std::vector<Index> wanted = results_of(steps, last);
    Index channels = steps.empty() ? 1 : channels_of(steps);
    const bool behind =
        !steps.empty() && wanted == std::vector{input} && last[at(input)] == place && channels > 0;
    if (!behind) {
      add_samples(steps, last);
      channels = 1;
    }
    ebb::detail::require(dense.features() % channels == 0, "inference",
                         names(steps) + " + " + places_[place].name, ": ", channels, " channels cannot make ",
                         dense.features(), " features");
    if (behind || input == 0) {
      add_stage(steps, {value_of(place)}, &dense, places_[place].name, channels, input);
    } else {
      add_whole(place);
    }
    steps.clear();
  }

  [[gnu::cold]] void add_whole(std::size_t place) {
    const Place<T>& p = places_[place];
    p.part->pack();
    stages_.push_back({.name = p.name,
                       .whole = static_cast<const Whole<T>*>(p.part.get()),
                       .inputs = p.inputs,
                       .results = {value_of(place)}});
  }

  [[gnu::cold]] void add_samples(std::vector<std::size_t>& steps, const std::vector<std::size_t>& last) {
    if (!steps.empty()) add_stage(steps, results_of(steps, last), nullptr, "", 0, 0);
    steps.clear();
  }

  [[gnu::cold]] void add_stage(const std::vector<std::size_t>& steps, std::vector<Index> results,
                               DensePart<T>* dense, const std::string& dense_name, Index channels,
                               Index dense_input) {
    Stage stage{.name = names(steps), .results = std::move(results)};
    if (dense) stage.name += (steps.empty() ? "" : " + ") + dense_name;
    for (const std::size_t step : steps)
      for (const Index i : places_[step].inputs) add_input(stage, steps, i);
    if (steps.empty()) stage.inputs = {dense_input};
    // Inside of a stage, values are its inputs and then the results of its steps.
    std::vector<Index> numbers(places_.size() + 1);
    for (std::size_t i = 0; i < stage.inputs.size(); ++i)
      numbers[at(stage.inputs[i])] = static_cast<Index>(i);
    std::vector<StepOf<T>> inner;
    for (const std::size_t step : steps) {
      StepOf<T> s{static_cast<const Step<T>*>(places_[step].part.get()), {}};
      for (const Index i : places_[step].inputs) s.inputs.push_back(numbers[at(i)]);
      numbers[at(value_of(step))] = static_cast<Index>(stage.inputs.size() + inner.size());
      inner.push_back(std::move(s));
    }
    std::vector<Index> wanted;
    for (const Index result : stage.results) wanted.push_back(numbers[at(result)]);
    if (dense) wanted.clear();
    const bool from_start = stage.inputs == std::vector<Index>{0};
    stage.samples = std::make_unique<Samples<T>>(static_cast<Index>(stage.inputs.size()), std::move(inner),
                                                 std::move(wanted), dense, channels, from_start);
    stages_.push_back(std::move(stage));
  }

  [[gnu::cold]] static void add_input(Stage& stage, const std::vector<std::size_t>& steps, Index value) {
    const bool inside = value > 0 && std::find(steps.begin(), steps.end(), at(value - 1)) != steps.end();
    const bool there = std::find(stage.inputs.begin(), stage.inputs.end(), value) != stage.inputs.end();
    if (!inside && !there) stage.inputs.push_back(value);
  }

  // Values made by the steps and read behind the last of them.
  [[nodiscard]] std::vector<Index> results_of(const std::vector<std::size_t>& steps,
                                              const std::vector<std::size_t>& last) const {
    std::vector<Index> results;
    for (const std::size_t step : steps)
      if (last[at(value_of(step))] > steps.back()) results.push_back(value_of(step));
    return results;
  }

  // Of the last of the steps; 0: not known.
  [[nodiscard]] Index channels_of(const std::vector<std::size_t>& steps) const {
    std::vector<Index> channels(places_.size() + 1);
    for (const std::size_t step : steps) {
      std::vector<Index> in;
      for (const Index i : places_[step].inputs) in.push_back(channels[at(i)]);
      channels[at(value_of(step))] = static_cast<const Step<T>&>(*places_[step].part).out_channels(in);
    }
    return channels[at(value_of(steps.back()))];
  }

  [[nodiscard]] std::string names(const std::vector<std::size_t>& steps) const {
    std::string text;
    for (const std::size_t step : steps) text += (text.empty() ? "" : " + ") + places_[step].name;
    return text;
  }

  std::vector<Place<T>> places_;
  std::vector<Stage> stages_;
  Index result_ = 0;
};

}  // namespace EBB_NAMESPACE::nn::detail
