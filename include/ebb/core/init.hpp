#pragma once

#include <cmath>

#include "ebb/core/random.hpp"
#include "ebb/core/shape.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE {

/// How the elements of a new weight are drawn. Made by the functions of nn::init:
///
///     nn::Dense<float> layer(784, 100, {.init = nn::init::he_normal()});
///     Tensor<float> weight = nn::init::uniform(-0.1, 0.1).make<float>({100, 784});
///
/// The fans are taken from the shape of the weight, (out, in, taps...): fan_in = in * taps, the number of
/// inputs of one output, and fan_out = out * taps, as in PyTorch and Keras. In a grouped convolution `in` is
/// the number of channels of one group.
struct Init {
  enum class Distribution { uniform, normal };
  enum class Fan { none, in, average };

  Distribution distribution = Distribution::uniform;
  Fan fan = Fan::none;
  double center = 0;  ///< the mean
  double spread =
      0;  ///< half the width (uniform) or standard deviation (normal), times sqrt(fan) if it has one

  /// A tensor drawn this way (nn/init.hpp). Error [init] where a fan is needed and the shape has fewer than
  /// two axes.
  template <class T, class D = Cpu>
  [[nodiscard]] Tensor<T, D> make(const Shape& shape, Generator& generator = default_generator()) const;
};

namespace nn {
using ebb::Init;
}  // namespace nn

namespace nn::init {

/// Uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010): the default of Dense and Conv1D, as
/// in Keras, with zero biases.
inline Init glorot_uniform() { return {Init::Distribution::uniform, Init::Fan::average, 0, std::sqrt(3.0)}; }

/// Normal with variance 2 / (fan_in + fan_out).
inline Init glorot_normal() { return {Init::Distribution::normal, Init::Fan::average, 0, 1}; }

/// Uniform in +-sqrt(6 / fan_in) (He et al., 2015; also named after Kaiming): for layers before a ReLU.
inline Init he_uniform() { return {Init::Distribution::uniform, Init::Fan::in, 0, std::sqrt(6.0)}; }

/// Normal with variance 2 / fan_in.
inline Init he_normal() { return {Init::Distribution::normal, Init::Fan::in, 0, std::sqrt(2.0)}; }

inline Init uniform(double low, double high) {
  return {Init::Distribution::uniform, Init::Fan::none, (low + high) / 2, (high - low) / 2};
}

inline Init normal(double mean, double standard_deviation) {
  return {Init::Distribution::normal, Init::Fan::none, mean, standard_deviation};
}

inline Init zeros() { return {}; }

}  // namespace nn::init
}  // namespace EBB_NAMESPACE
