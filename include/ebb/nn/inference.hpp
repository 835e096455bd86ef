#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include "ebb/autograd/no_grad.hpp"
#include "ebb/nn/inference/plan.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/ops/clone.hpp"

namespace EBB_NAMESPACE::nn {

/// A trained model made ready for the CPU by optimize_for_inference, below. Its weights do not change any
/// more; copies share them. Any number of threads may call one object at the same time. Its state() is empty:
/// save the model that it was made of.
template <class T>
class InferenceModel : public Module<T> {
 public:
  template <std::derived_from<Module<T>> M>
  explicit InferenceModel(const M& model, const InferenceOptions& options = {})
      : made_(std::make_shared<const Made>(copy(model), options)) {}

  /// What the model gives in evaluation mode, but for rounding. It is no part of a graph.
  [[nodiscard]] Tensor<T> forward(const Tensor<T>& x) const override {
    const NoGrad guard;
    return made_->plan.run(x.detach());
  }

  /// The stages that are left, "Inference(Conv1D(1, 200, kernel 4, stride 3) + BatchNorm(200) + ReLU, ...)".
  /// What runs by its own forward is "not optimized: " and its name.
  [[nodiscard]] std::string describe() const override { return "Inference(" + made_->plan.describe() + ')'; }

 private:
  template <class M>
  static std::unique_ptr<Module<T>> copy(const M& model) {
    static_assert(std::is_copy_constructible_v<M>,
                  "a model is given as what it is, so that it can be copied");
    ebb::detail::require(typeid(model) == typeid(M), "inference", "a ", model.describe(), " is given as the ",
                         detail::type_name(typeid(M)),
                         " in it, as which it cannot be copied: give it as what it is");
    return std::make_unique<M>(model);
  }

  // The plan points into the graph and the model, of which only layers that run as they are keep tensors.
  struct Made {
    Made(std::unique_ptr<Module<T>> copied, const InferenceOptions& options)
        : model(prepare(std::move(copied), options)), graph(*model), plan(graph, options) {
      keep_tensors();
    }
    Made(const Made&) = delete;
    Made& operator=(const Made&) = delete;

    static std::unique_ptr<Module<T>> prepare(std::unique_ptr<Module<T>> model,
                                              const InferenceOptions& options) {
      ebb::detail::require(!options.bfloat16 || std::is_same_v<T, float>, "inference",
                           "products of bfloat16 numbers are for models of float");
      model->eval();
      return model;
    }

    // Copies of the tensors that are used, of which some may be shared by layers, in place of all.
    void keep_tensors() {
      const NoGrad guard;
      std::vector<std::pair<Tensor<T>*, Tensor<T>>> kept;
      for (const Module<T>* layer : plan.own_layers())
        for (const Member<T>& member : layer->all_members())
          if (member.tensor && member.tensor->defined())
            kept.emplace_back(member.tensor, member.tensor->detach().clone());
      for (const Member<T>& member : model->all_members())
        if (member.tensor) *member.tensor = {};
      for (auto& [tensor, copy] : kept) *tensor = copy;
    }

    std::unique_ptr<Module<T>> model;
    Graph<T> graph;
    detail::Plan<T> plan;
  };

  std::shared_ptr<const Made> made_;
};

/// Makes a trained model of one input ready for inference. A model may be a Sequential, or any layer that
/// lets its layers be seen (nn/composite.hpp), with branches that are added, multiplied or concatenated.
///
/// Dropout is dropped; batch normalization folded into the convolution or Dense layer before it; bias, the
/// addition of a branch and ReLU done in the same pass; weights packed or transformed once for the
/// instructions of this processor. What treats every sample alone runs in groups of samples that stay in
/// cache. A layer that is not known, or is of a class derived from one that is, runs by its own forward, and
/// describe() says so.
///
/// Where the model begins with convolutions without padding or with causal one, poolings, Flatten and Dense,
/// or with Dense, no work is done for zeros at the end of a sample: the time falls with the length of what
/// comes before them.
///
/// The model stays as it is; the result does not follow later changes of it. Its forward takes what the model
/// takes and gives what the model gives in evaluation mode, to rounding. It is thread-safe, and takes no
/// memory from the system once each thread has had a share of a call of that size. Error [inference] where an
/// input does not fit, and for a model that is given as a base of its class; [conv1d] for options that do not
/// fit.
///
///     const auto fast = nn::optimize_for_inference(model);
///     Tensor<float> scores = fast(packets);  // (N, 1, 1500) -> (N, classes)
template <class M>
requires std::derived_from<M, Module<typename M::value_type>>
[[nodiscard]] InferenceModel<typename M::value_type> optimize_for_inference(
    const M& model, const InferenceOptions& options = {}) {
  return InferenceModel<typename M::value_type>(model, options);
}

}  // namespace EBB_NAMESPACE::nn
