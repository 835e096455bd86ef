#pragma once

#include <cmath>

#include "ebb/ops/detail/binary.hpp"
#include "ebb/ops/reduction.hpp"

namespace EBB_NAMESPACE {

namespace detail {

/// p (log(p) - logq), of a probability p; 0 where that is 0.
struct KlDiv {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logq, T p) const {
    using C = compute_t<T>;
    const C target = static_cast<C>(p);
    if (target == C(0)) return T(0);
    return static_cast<T>(target * (std::log(target) - static_cast<C>(logq)));
  }
};

struct KlDivInputSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T, T p) const {
    return static_cast<T>(-p);
  }
};

struct KlDivTargetSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logq, T p) const {
    using C = compute_t<T>;
    return static_cast<T>(std::log(static_cast<C>(p)) + C(1) - static_cast<C>(logq));
  }
};

/// The same of a log-probability.
struct LogKlDiv {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logq, T logp) const {
    using C = compute_t<T>;
    const C p = std::exp(static_cast<C>(logp));
    if (p == C(0)) return T(0);
    return static_cast<T>(p * (static_cast<C>(logp) - static_cast<C>(logq)));
  }
};

struct LogKlDivInputSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T, T logp) const {
    return static_cast<T>(-std::exp(static_cast<compute_t<T>>(logp)));
  }
};

struct LogKlDivTargetSlope {
  template <class T>
  EBB_HOST_DEVICE T operator()(T logq, T logp) const {
    using C = compute_t<T>;
    const C p = std::exp(static_cast<C>(logp));
    return static_cast<T>(p * (static_cast<C>(logp) - static_cast<C>(logq) + C(1)));
  }
};

}  // namespace detail

struct KlDivOptions {
  bool log_target = false;  ///< the target holds log-probabilities, too
  Reduction reduction = Reduction::mean;
};

/// The Kullback-Leibler divergence of a target distribution p from q, of which log-probabilities are given,
/// as log_softmax makes them: p (log(p) - log(q)) of each element of two tensors of the same shape, 0 where p
/// is 0. The mean over all elements (of shape ()), the sum (of shape ()) or, with none, each (of that shape).
/// The divergence by its definition is the sum over a distribution, so of N rows the sum divided by N
/// (PyTorch's "batchmean").
///
/// Gradients: -p dy for log(q), (log(p) + 1 - log(q)) dy for p. Error [kl_div] where the shapes differ or the
/// mean would be 0 / 0.
///
///     kl_div(log_softmax(logits), p, {.reduction = Reduction::sum}) / static_cast<float>(p.shape(0))
template <class T, class D>
[[nodiscard]] Tensor<T, D> kl_div(const Tensor<T, D>& log_probabilities, const Tensor<T, D>& target,
                                  const KlDivOptions& options = {}) {
  detail::require_same_shape("kl_div", log_probabilities, target);
  detail::require_losses("kl_div", target.shape(), options.reduction);
  const Tensor<T, D> losses =
      options.log_target
          ? detail::zip_with_slopes("kl_div", log_probabilities, target, detail::LogKlDiv{},
                                    detail::LogKlDivInputSlope{}, detail::LogKlDivTargetSlope{})
          : detail::zip_with_slopes("kl_div", log_probabilities, target, detail::KlDiv{},
                                    detail::KlDivInputSlope{}, detail::KlDivTargetSlope{});
  return detail::reduce_losses(losses, options.reduction, static_cast<double>(target.size()));
}

}  // namespace EBB_NAMESPACE
