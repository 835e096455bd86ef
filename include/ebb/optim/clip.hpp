#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/clamp.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/square.hpp"
#include "ebb/ops/sum.hpp"

namespace EBB_NAMESPACE::optim {

/// Scales the gradients of all parameters so that their common Euclidean norm is at most max_norm, and
/// returns the norm they had. Parameters without a gradient do not count. As in PyTorch the factor is
/// max_norm / (norm + 1e-6); a norm that is not finite makes all gradients NaN or 0, so look at what is
/// returned. Error [clip_grad_norm] unless max_norm > 0.
///
///     loss.backward();
///     optim::clip_grad_norm(model.parameters(), 1.0);
///     adam.step();
template <class T, class D>
double clip_grad_norm(const std::vector<Tensor<T, D>>& parameters, double max_norm) {
  detail::require(max_norm > 0, "clip_grad_norm", "the norm ", max_norm, " must be positive");
  const NoGrad guard;
  double squares = 0;
  for (const Tensor<T, D>& parameter : parameters)
    if (parameter.has_grad()) squares += static_cast<double>(sum(square(parameter.grad())).item());
  const double norm = std::sqrt(squares), factor = max_norm / (norm + 1e-6);
  if (factor >= 1) return norm;
  for (const Tensor<T, D>& parameter : parameters) {
    if (!parameter.has_grad()) continue;
    Tensor<T, D> gradient = parameter.grad();
    gradient *= static_cast<T>(factor);
  }
  return norm;
}

/// Clamps every element of the gradients of all parameters to [-max_value, max_value].
/// Error [clip_grad_value] unless max_value > 0.
template <class T, class D>
void clip_grad_value(const std::vector<Tensor<T, D>>& parameters, double max_value) {
  detail::require(max_value > 0, "clip_grad_value", "the value ", max_value, " must be positive");
  const NoGrad guard;
  const T limit = static_cast<T>(max_value);
  for (const Tensor<T, D>& parameter : parameters) {
    if (!parameter.has_grad()) continue;
    Tensor<T, D> gradient = parameter.grad();
    gradient.assign(clamp(gradient, -limit, limit));
  }
}

}  // namespace EBB_NAMESPACE::optim
