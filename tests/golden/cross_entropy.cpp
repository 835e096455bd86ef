#include "ebb/ops/cross_entropy.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/nll_loss.hpp"
#include "golden/golden.hpp"

TEST_CASE_TEMPLATE("cross_entropy per position, with ignored labels and soft targets is PyTorch's", T, float,
                   double) {
  using ebb::Reduction;
  using ebb::Tensor;
  const ebb::test::Golden golden("cross_entropy");
  const auto labels = golden.get<std::int32_t>("labels");
  const auto weight = golden.get<T>("weight");
  const auto check = [&](const std::string& name, auto loss_of) {
    const auto x = golden.get<T>("input").requires_grad(), soft = golden.get<T>("soft").requires_grad();
    const Tensor<T> loss = loss_of(x, soft);
    loss.backward(loss.rank() > 0 ? ebb::test::uniform<T>(310, 5, loss.shape()) : ebb::ones<T>({}));
    golden.check(loss, name + ".result");
    golden.check(x.grad(), name + ".gradient.input");
    if (soft.has_grad()) golden.check(soft.grad(), name + ".gradient.target");
  };
  for (const auto& [reduction, suffix] : {std::pair{Reduction::mean, std::string(".mean")},
                                          {Reduction::sum, ".sum"},
                                          {Reduction::none, ".none"}}) {
    const Reduction r = reduction;
    for (const double smoothing : {0.0, 0.1}) {
      const std::string name = suffix + (smoothing > 0 ? ".0.1" : ".0");
      check("labels" + name, [&](const auto& x, const auto&) {
        return ebb::cross_entropy(x, labels,
                                  {.weight = weight, .label_smoothing = smoothing, .reduction = r});
      });
      check("ignore" + name, [&](const auto& x, const auto&) {
        return ebb::cross_entropy(
            x, labels, {.weight = weight, .label_smoothing = smoothing, .ignore_index = 2, .reduction = r});
      });
      check("soft" + name, [&](const auto& x, const auto& soft) {
        return ebb::cross_entropy(x, soft, {.weight = weight, .label_smoothing = smoothing, .reduction = r});
      });
    }
    check("nll" + suffix, [&](const auto& x, const auto&) {
      return ebb::nll_loss(ebb::log_softmax(x, 1), labels,
                           {.weight = weight, .ignore_index = 2, .reduction = r});
    });
  }
}
