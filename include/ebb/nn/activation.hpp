#pragma once

#include <string>

#include "ebb/nn/module.hpp"
#include "ebb/ops/elu.hpp"
#include "ebb/ops/gelu.hpp"
#include "ebb/ops/leaky_relu.hpp"
#include "ebb/ops/relu.hpp"
#include "ebb/ops/sigmoid.hpp"
#include "ebb/ops/silu.hpp"
#include "ebb/ops/softmax.hpp"
#include "ebb/ops/softplus.hpp"
#include "ebb/ops/tanh.hpp"

namespace EBB_NAMESPACE::nn {

/// max(x, 0), any shape.
template <class T, class D = Cpu>
class ReLU : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return relu(x); }
};

/// x where x > 0, else slope * x, any shape.
template <class T, class D = Cpu>
class LeakyReLU : public Module<T, D> {
 public:
  explicit LeakyReLU(double s = 0.01) : slope(s) {}
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return leaky_relu(x, static_cast<T>(slope));
  }
  [[nodiscard]] std::string describe() const override {
    return "LeakyReLU(" + ebb::detail::text(slope) + ")";
  }

  double slope;
};

/// x where x > 0, else alpha (exp(x) - 1), any shape.
template <class T, class D = Cpu>
class ELU : public Module<T, D> {
 public:
  explicit ELU(double a = 1) : alpha(a) {}
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return elu(x, static_cast<T>(alpha));
  }
  [[nodiscard]] std::string describe() const override { return "ELU(" + ebb::detail::text(alpha) + ")"; }

  double alpha;
};

/// x times the normal distribution function at x, any shape; see ops/gelu.hpp for the approximation.
template <class T, class D = Cpu>
class GELU : public Module<T, D> {
 public:
  explicit GELU(GeluApproximation a = GeluApproximation::none) : approximation(a) {}
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return gelu(x, approximation); }
  [[nodiscard]] std::string describe() const override {
    return approximation == GeluApproximation::tanh ? "GELU(tanh)" : "GELU";
  }

  GeluApproximation approximation;
};

/// x / (1 + exp(-x)), any shape, also known as swish.
template <class T, class D = Cpu>
class SiLU : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return silu(x); }
};

/// log(1 + exp(beta x)) / beta, any shape. Error [softplus] when it is called, unless beta > 0.
template <class T, class D = Cpu>
class Softplus : public Module<T, D> {
 public:
  explicit Softplus(double b = 1) : beta(b) {}
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override {
    return softplus(x, static_cast<T>(beta));
  }
  [[nodiscard]] std::string describe() const override { return "Softplus(" + ebb::detail::text(beta) + ")"; }

  double beta;
};

/// 1 / (1 + exp(-x)), any shape.
template <class T, class D = Cpu>
class Sigmoid : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return sigmoid(x); }
};

/// The hyperbolic tangent, any shape.
template <class T, class D = Cpu>
class Tanh : public Module<T, D> {
 public:
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return tanh(x); }
};

/// exp(x) over its sum along an axis. For probabilities to look at: cross_entropy takes logits.
template <class T, class D = Cpu>
class Softmax : public Module<T, D> {
 public:
  explicit Softmax(Index a = -1) : axis(a) {}
  [[nodiscard]] Tensor<T, D> forward(const Tensor<T, D>& x) const override { return softmax(x, axis); }

  Index axis;
};

}  // namespace EBB_NAMESPACE::nn
