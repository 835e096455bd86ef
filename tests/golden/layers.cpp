#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/adaptive_avg_pool1d.hpp"
#include "ebb/ops/adaptive_max_pool1d.hpp"
#include "ebb/ops/conv1d.hpp"
#include "ebb/ops/conv_transpose1d.hpp"
#include "ebb/ops/embedding.hpp"
#include "ebb/ops/group_norm.hpp"
#include "ebb/ops/layer_norm.hpp"
#include "ebb/ops/upsample1d.hpp"
#include "golden/golden.hpp"

namespace {

using ebb::Index;
using ebb::Tensor;
using ebb::test::Golden;

/// The tensors of a case, and the comparison of a result with its own and those of its gradients.
template <class T>
struct Case {
  Case(const Golden& g, const std::string& n, const std::vector<std::string>& names) : golden(g), name(n) {
    for (const std::string& input : names) {
      inputs.push_back(g.get<T>(n + '.' + input).requires_grad());
      gradients.push_back(n + ".gradient." + input);
    }
  }

  [[nodiscard]] Index option(Index i) const { return golden.get<std::int32_t>(name + ".options")(i); }

  void check(const Tensor<T>& y) const {
    y.backward(golden.get<T>(name + ".upstream"));
    golden.check(y, name + ".result");
    for (std::size_t i = 0; i < inputs.size(); ++i) golden.check(inputs[i].grad(), gradients[i]);
  }

  const Golden& golden;
  std::string name;
  std::vector<Tensor<T>> inputs;
  std::vector<std::string> gradients;
};

/// f(case) for every case whose name begins so.
template <class T, class F>
void for_each_case(const std::string& prefix, const std::vector<std::string>& inputs, F f) {
  const Golden golden("layers");
  int count = 0;
  for (const std::string& name : golden.cases()) {
    if (!name.starts_with(prefix)) continue;
    CAPTURE(name);
    f(Case<T>(golden, name, inputs));
    ++count;
  }
  CHECK(count > 0);
}

}  // namespace

TEST_CASE_TEMPLATE("layer_norm and group_norm are PyTorch's", T, float, double) {
  for_each_case<T>("layer_norm", {"input", "gamma", "beta"}, [](const Case<T>& c) {
    c.check(ebb::layer_norm(c.inputs[0], c.inputs[1].shape(), c.inputs[1], c.inputs[2]));
  });
  for_each_case<T>("group_norm", {"input", "gamma", "beta"}, [](const Case<T>& c) {
    c.check(ebb::group_norm(c.inputs[0], c.option(0), c.inputs[1], c.inputs[2]));
  });
}

TEST_CASE_TEMPLATE("adaptive pooling and upsampling are PyTorch's", T, float, double) {
  for_each_case<T>("adaptive_avg", {"input"},
                   [](const Case<T>& c) { c.check(ebb::adaptive_avg_pool1d(c.inputs[0], c.option(0))); });
  for_each_case<T>("adaptive_max", {"input"},
                   [](const Case<T>& c) { c.check(ebb::adaptive_max_pool1d(c.inputs[0], c.option(0))); });
  const auto upsample = [](const std::string& prefix, const ebb::Upsample1DOptions& options) {
    for_each_case<T>(prefix, {"input"},
                     [&](const Case<T>& c) { c.check(ebb::upsample1d(c.inputs[0], c.option(0), options)); });
  };
  upsample("upsample_nearest", {});
  upsample("upsample_linear", {.mode = ebb::UpsampleMode::linear});
  upsample("upsample_corners", {.mode = ebb::UpsampleMode::linear, .align_corners = true});
}

TEST_CASE_TEMPLATE("conv_transpose1d is PyTorch's", T, float, double) {
  for_each_case<T>("transpose", {"input", "weight", "bias"}, [](const Case<T>& c) {
    c.check(ebb::conv_transpose1d(c.inputs[0], c.inputs[1], c.inputs[2],
                                  {.stride = c.option(0),
                                   .padding = c.option(1),
                                   .output_padding = c.option(2),
                                   .dilation = c.option(3),
                                   .groups = c.option(4)}));
  });
}

TEST_CASE_TEMPLATE("conv1d with the padding of a rule is PyTorch's", T, float, double) {
  for (const ebb::Padding rule : {ebb::Padding::same, ebb::Padding::causal}) {
    const std::string prefix = rule.rule() == ebb::Padding::same ? "same" : "causal";
    for_each_case<T>(prefix, {"input", "weight"}, [&](const Case<T>& c) {
      c.check(ebb::conv1d(c.inputs[0], c.inputs[1], {},
                          {.stride = c.option(1), .padding = rule, .dilation = c.option(2)}));
    });
  }
}

TEST_CASE_TEMPLATE("embedding is PyTorch's", T, float, double) {
  for_each_case<T>("embedding", {"weight"}, [](const Case<T>& c) {
    c.check(ebb::embedding(c.inputs[0], c.golden.template get<std::int32_t>("embedding.indices"),
                           {.padding_index = 2}));
  });
}
