#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/autograd/no_grad.hpp"
#include "ebb/nn/activation.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/detail/fold.hpp"
#include "ebb/nn/detail/packed_layers.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/pool.hpp"
#include "ebb/nn/sequential.hpp"

namespace EBB_NAMESPACE::nn {

struct InferenceOptions {
  /// Dense layers and convolutions multiply bfloat16 numbers and add them up in float: faster on processors
  /// that have such instructions, with results that are good for two to three digits. Float models only.
  bool bfloat16 = false;
};

/// A trained model made ready for the CPU by optimize_for_inference, below. Its weights do not change any
/// more; copies share them. Any number of threads may call one object at the same time. Its state() is empty:
/// save the model that it was made of.
template <class T>
class InferenceModel : public Module<T> {
 public:
  explicit InferenceModel(const Sequential<T>& model, const InferenceOptions& options = {})
      : plan_(std::make_shared<const Plan>(model, options)) {}

  /// What the model gives in evaluation mode, but for rounding. It is no part of a graph.
  [[nodiscard]] Tensor<T> forward(const Tensor<T>& x) const override {
    const NoGrad guard;
    Tensor<T> y = x.detach();
    for (const Step& step : plan_->steps) y = step.layers ? run(step, y) : (*step.own)(y);
    return y;
  }

  /// The steps that are left, "Inference(Conv1D(1, 200, kernel 4, stride 3) + BatchNorm(200) + ReLU, ...)".
  [[nodiscard]] std::string describe() const override {
    std::string text = "Inference(";
    for (const Step& step : plan_->steps) text += (&step == plan_->steps.data() ? "" : ", ") + step.name;
    return text + ')';
  }

 private:
  // A layer of its own class, or several packed together.
  struct Step {
    std::string name;
    const Module<T>* own = nullptr;
    std::unique_ptr<detail::PackedLayers<T>> layers = nullptr;
    bool rank_three = false;  // the input has to be (N, C, L), where not, (N, features)
    bool flattens = false;    // or anything that Flatten makes that of
  };

  struct Plan;

  static Tensor<T> run(const Step& step, const Tensor<T>& x) {
    const detail::PackedLayers<T>& layers = *step.layers;
    const Index batch = x.rank() > 0 ? x.shape(0) : 0, channels = layers.in_channels();
    const bool rank_fits = step.rank_three ? x.rank() == 3 && x.shape(1) == channels
                                           : x.rank() == 2 || (step.flattens && x.rank() > 2);
    Index length = 1;
    for (Index axis = step.rank_three ? 2 : 1; axis < x.rank(); ++axis) length *= x.shape(axis);
    const std::optional<Shape> shape = rank_fits ? layers.out_shape(batch, length) : std::nullopt;
    ebb::detail::require(shape.has_value(), "inference", "input ", x.shape(), " does not fit ", step.name);
    auto y = Tensor<T>::uninitialized(*shape);
    if (batch > 0) layers(x.data(), y.mutable_data(), batch, length);
    return y;
  }

  std::shared_ptr<const Plan> plan_;
};

/// How a model is made ready.
template <class T>
struct InferenceModel<T>::Plan {
  Plan(const Sequential<T>& model, const InferenceOptions& o) : options(o), source(model) {
    ebb::detail::require(!o.bfloat16 || std::is_same_v<T, float>, "inference",
                         "products of bfloat16 numbers are for models of float");
    const NoGrad guard;
    source.eval();
    list(source);
    for (at = 0; at < layers.size();) add_step();
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  // All layers but dropout, those in nested models too.
  void list(Sequential<T>& sequential) {
    for (Index i = 0; i < sequential.size(); ++i) {
      Module<T>& layer = sequential[i];
      if (auto* const inner = detail::exactly<Sequential<T>>(layer)) {
        list(*inner);
      } else if (!detail::exactly<Dropout<T>>(layer)) {
        layers.push_back(&layer);
      }
    }
  }

  template <class L>
  [[nodiscard]] const L* next(std::size_t ahead = 0) const {
    return at + ahead < layers.size() ? detail::exactly<const L>(*layers[at + ahead]) : nullptr;
  }

  void take(std::string& name) { name += (name.empty() ? "" : " + ") + layers[at++]->describe(); }

  void add_step() {
    Step step;
    std::vector<detail::WindowLayer<T>> windows;
    const bool first = at == 0;
    while (add_window(windows, step.name)) continue;
    step.rank_three = !windows.empty();
    auto packed = std::make_unique<detail::PackedLayers<T>>(std::move(windows));
    // Flatten is nothing but another view of what comes before it.
    step.flattens = next<Flatten<T>>() && next<Dense<T>>(1);
    if (step.flattens) take(step.name);
    const bool dense = (step.flattens || !step.rank_three) && next<Dense<T>>();
    if (dense) add_dense(*packed, first, step.name);
    if (dense || step.rank_three) {
      step.layers = std::move(packed);
    } else {
      keep(step);
    }
    steps.push_back(std::move(step));
  }

  bool add_window(std::vector<detail::WindowLayer<T>>& windows, std::string& name) {
    using Layer = detail::WindowLayer<T>;
    if (const auto* conv = next<Conv1D<T>>(); conv && conv->options.padding.rule() == Padding::number) {
      const Conv1DOptions& o = conv->options;
      ebb::detail::check_conv1d_options(o, conv->weight.shape(2));
      const Conv1DSizes sizes{.batch = 0,
                              .channels = conv->weight.shape(1) * o.groups,
                              .length = 0,
                              .filters = conv->weight.shape(0),
                              .kernel = conv->weight.shape(2),
                              .stride = o.stride,
                              .padding = o.padding,
                              .dilation = o.dilation,
                              .groups = o.groups,
                              .algorithm = o.algorithm};
      if (!windows.empty() && channels != sizes.channels) return false;  // an error when it is called
      const auto [affine, relu] = take_affine(conv->weight, conv->bias, name);
      const typename cpu::PackedConv1D<T>::Options packing{.relu = relu, .bfloat16 = options.bfloat16};
      const Index reach = o.dilation * (sizes.kernel - 1) + 1;
      channels = sizes.filters;
      Layer* const before = windows.empty() ? nullptr : &windows.back();
      if (before && before->convolution &&
          before->convolution->append(affine.weight().data(), affine.bias().data(), sizes, packing)) {
        before->append(sizes.filters, sizes.stride, reach);
        return true;
      }
      windows.push_back(Layer{.kind = Layer::Kind::convolution,
                              .channels = sizes.channels,
                              .filters = sizes.filters,
                              .kernel = sizes.kernel,
                              .stride = o.stride,
                              .padding = o.padding,
                              .reach = reach,
                              .convolution = std::make_unique<cpu::PackedConv1D<T>>(
                                  affine.weight().data(), affine.bias().data(), sizes, packing)});
      return true;
    }
    const auto* max = next<MaxPool1D<T>>();
    const auto* average = next<AvgPool1D<T>>();
    if (windows.empty() || (!max && !average)) return false;
    const Pool1DOptions& o = max ? max->options : average->options;
    if (!ebb::detail::is_pool1d_window(o)) return false;  // an error when it is called
    const Index stride = o.stride > 0 ? o.stride : o.kernel;
    Layer& before = windows.back();
    if (max && o.padding == 0 && before.convolution &&
        before.convolution->append_max_pool(o.kernel, stride)) {
      before.append(0, stride, o.kernel);
      take(name);
      return true;
    }
    windows.push_back(Layer{.kind = max ? Layer::Kind::max_pool : Layer::Kind::avg_pool,
                            .channels = 0,
                            .filters = 0,
                            .kernel = o.kernel,
                            .stride = stride,
                            .padding = o.padding,
                            .reach = o.kernel});
    take(name);
    return true;
  }

  void add_dense(detail::PackedLayers<T>& packed, bool first, std::string& name) {
    const auto* layer = next<Dense<T>>();
    const Index features = layer->weight.shape(1);
    const auto [affine, relu] = take_affine(layer->weight, layer->bias, name);
    ebb::detail::require(features % packed.out_channels() == 0, "inference", name, ": ",
                         packed.out_channels(), " channels cannot make ", features, " features");
    packed.add_dense(affine.weight().data(), affine.bias().data(), affine.outputs(), features, first,
                     {.relu = relu, .bfloat16 = options.bfloat16});
  }

  // The layer at hand, a batch normalization that follows, and whether a ReLU comes then.
  std::pair<detail::Affine<T>, bool> take_affine(const Tensor<T>& weight, const Tensor<T>& bias,
                                                 std::string& name) {
    detail::Affine<T> affine(weight, bias);
    release(*layers[at], name);
    if (const auto* norm = next<BatchNorm<T>>(); norm && norm->weight.size() == affine.outputs()) {
      affine.append(*norm);
      release(*layers[at], name);
    }
    const bool relu = next<ReLU<T>>() != nullptr;
    if (relu) take(name);
    return {std::move(affine), relu};
  }

  // Takes a layer and gives its tensors back: its weights live on in packed form.
  void release(Module<T>& layer, std::string& name) {
    take(name);
    for (const Member<T>& member : layer.members())
      if (member.tensor) *member.tensor = {};
  }

  // A layer that runs as it is, with tensors of its own.
  void keep(Step& step) {
    Module<T>& layer = *layers[at];
    for (const Member<T>& member : layer.all_members())
      if (member.tensor && member.tensor->defined()) *member.tensor = member.tensor->detach().clone();
    step.own = &layer;
    take(step.name);
  }

  InferenceOptions options;
  Sequential<T> source;
  std::vector<Module<T>*> layers;
  std::size_t at = 0;
  Index channels = 0;  // behind the last convolution
  std::vector<Step> steps;
};

/// Makes a trained model ready for inference: dropout is dropped, batch normalization folded into the
/// convolution or Dense layer before it, bias and ReLU done in the same pass, weights packed or transformed
/// once for the instructions of this processor. Convolutions and poolings run in groups of samples that stay
/// in cache. A layer that is none of these, or stands where it cannot be folded, runs by its own forward.
///
/// Where the model begins with convolutions without padding, poolings, Flatten and Dense, or with Dense, no
/// work is done for zeros at the end of a sample: the time falls with the length of what comes before them.
///
/// The model stays as it is; the result does not follow later changes of it. Its forward takes what the model
/// takes and gives what the model gives in evaluation mode, to rounding. It is thread-safe, and takes no
/// memory from the system once each thread has had a share of a call of that size. Error [inference] where an
/// input does not fit, [conv1d] for options that do not.
///
///     const auto fast = nn::optimize_for_inference(model);
///     Tensor<float> scores = fast(packets);  // (N, 1, 1500) -> (N, classes)
template <class T>
[[nodiscard]] InferenceModel<T> optimize_for_inference(const Sequential<T>& model,
                                                       const InferenceOptions& options = {}) {
  return InferenceModel<T>(model, options);
}

}  // namespace EBB_NAMESPACE::nn
