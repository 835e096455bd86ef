#include <string>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/binary_cross_entropy.hpp"
#include "ebb/ops/cross_entropy.hpp"
#include "ebb/ops/huber_loss.hpp"
#include "ebb/ops/kl_div.hpp"
#include "ebb/ops/l1_loss.hpp"
#include "ebb/ops/mse_loss.hpp"
#include "ebb/ops/nll_loss.hpp"
#include "ebb/ops/smooth_l1_loss.hpp"
#include "golden/golden.hpp"

namespace {

using ebb::Reduction;
using ebb::Tensor;
using ebb::test::Golden;
using ebb::test::uniform;

const std::pair<Reduction, std::string> reductions[] = {
    {Reduction::mean, "mean"}, {Reduction::sum, "sum"}, {Reduction::none, "none"}};

/// Compares the loss of two leaves of case `name` and its gradients; `second` may be undefined.
template <class T, class F>
void check(const Golden& golden, const std::string& name, const Tensor<T>& first, const Tensor<T>& second,
           F loss_of) {
  Tensor<T> x = first, target = second;
  x.requires_grad();
  if (target.defined()) target.requires_grad();
  const Tensor<T> loss = loss_of(x, target);
  loss.backward(loss.rank() > 0 ? uniform<T>(300, 5, loss.shape()) : ebb::ones<T>({}));
  golden.check(loss, name + ".result");
  golden.check(x.grad(), name + ".gradient.input");
  if (target.defined()) golden.check(target.grad(), name + ".gradient.target");
}

}  // namespace

// The case "extreme" has logits of +-1e4: a NaN or an infinity anywhere fails.
TEST_CASE_TEMPLATE("losses and their gradients are PyTorch's", T, float, double) {
  const Golden golden("losses");
  REQUIRE(golden.cases().size() == 3);
  for (const std::string& name : golden.cases()) {
    const auto x = golden.get<T>(name + ".input");
    const auto labels = golden.get<std::int32_t>(name + ".labels");
    const auto weight = golden.get<T>(name + ".weight");
    for (const auto& [reduction, suffix] : reductions) {
      const Reduction r = reduction;
      const auto named = [&, s = suffix](const char* loss) { return name + '.' + loss + '.' + s; };
      const auto cross_entropy = [&](const char* loss, const Tensor<T>& w, double smoothing) {
        check(golden, named(loss), x, {}, [&](const auto& logits, const auto&) {
          return ebb::cross_entropy(logits, labels,
                                    {.weight = w, .label_smoothing = smoothing, .reduction = r});
        });
      };
      cross_entropy("cross_entropy", {}, 0);
      cross_entropy("cross_entropy_weight", weight, 0);
      cross_entropy("cross_entropy_smooth", {}, 0.1);
      cross_entropy("cross_entropy_weight_smooth", weight, 0.1);
      const auto nll = [&](const char* loss, const Tensor<T>& w) {
        check(golden, named(loss), golden.get<T>(name + ".log_probabilities"), {},
              [&](const auto& logp, const auto&) {
                return ebb::nll_loss(logp, labels, {.weight = w, .reduction = r});
              });
      };
      nll("nll", {});
      nll("nll_weight", weight);
      check(golden, named("mse"), x, golden.get<T>(name + ".target"),
            [&](const auto& value, const auto& target) { return ebb::mse_loss(value, target, r); });
      const auto target_loss = [&](const char* loss, const char* input, const char* target, auto f) {
        check(golden, named(loss), golden.get<T>(name + input), golden.get<T>(name + target), f);
      };
      target_loss("l1", ".input", ".target",
                  [&](const auto& value, const auto& target) { return ebb::l1_loss(value, target, r); });
      target_loss("huber", ".input", ".target", [&](const auto& value, const auto& target) {
        return ebb::huber_loss(value, target, {.delta = 2, .reduction = r});
      });
      target_loss("smooth_l1", ".input", ".target", [&](const auto& value, const auto& target) {
        return ebb::smooth_l1_loss(value, target, {.beta = 0.5, .reduction = r});
      });
      target_loss("kl_div", ".log_probabilities", ".p",
                  [&](const auto& logq, const auto& p) { return ebb::kl_div(logq, p, {.reduction = r}); });
      target_loss("kl_div_log", ".log_probabilities", ".target", [&](const auto& logq, const auto& logp) {
        return ebb::kl_div(logq, logp, {.log_target = true, .reduction = r});
      });
      check(golden, named("binary_cross_entropy"), x, golden.get<T>(name + ".truth"),
            [&](const auto& logits, const auto& target) {
              return ebb::binary_cross_entropy_with_logits(logits, target, r);
            });
    }
  }
}
