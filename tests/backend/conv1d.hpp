#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "ebb/backend/cpu.hpp"

/// What the tests of convolution kernels share: operands, results of every kernel, and how far they are
/// apart.

namespace ebb::test {

template <class T>
struct Operands {
  std::vector<T> x, w, b, dy;
};

template <class T>
struct Results {
  std::vector<T> y, dx, dw, db;
};

inline std::vector<double> numbers(std::mt19937& random, Index count) {
  std::normal_distribution<double> normal;
  std::vector<double> values(static_cast<std::size_t>(count));
  // Representable in float, so that every type computes with the same numbers.
  for (double& value : values) value = static_cast<double>(static_cast<float>(normal(random)));
  return values;
}

inline Operands<double> operands(std::mt19937& random, const Conv1DSizes& s) {
  return {numbers(random, s.batch * s.channels * s.length),
          numbers(random, s.filters * (s.channels / s.groups) * s.kernel), numbers(random, s.filters),
          numbers(random, s.batch * s.filters * s.out_length())};
}

inline Operands<float> narrowed(const Operands<double>& o) {
  const auto narrow = [](const std::vector<double>& v) { return std::vector<float>(v.begin(), v.end()); };
  return {narrow(o.x), narrow(o.w), narrow(o.b), narrow(o.dy)};
}

template <class T>
Results<T> empty_like(const Operands<T>& o) {
  // Every element has to be written.
  const T poison = std::numeric_limits<T>::quiet_NaN();
  return {std::vector<T>(o.dy.size(), poison), std::vector<T>(o.x.size(), poison),
          std::vector<T>(o.w.size(), poison), std::vector<T>(o.b.size(), poison)};
}

template <class T>
Results<T> computed(const Operands<T>& o, const Conv1DSizes& s) {
  Results<T> r = empty_like(o);
  Cpu::conv1d(o.x.data(), o.w.data(), o.b.data(), r.y.data(), s);
  Cpu::conv1d_input_gradient(o.dy.data(), o.w.data(), r.dx.data(), s);
  Cpu::conv1d_weight_gradient(o.dy.data(), o.x.data(), r.dw.data(), r.db.data(), s);
  return r;
}

inline Results<double> portable(const Operands<double>& o, const Conv1DSizes& s) {
  Results<double> r = empty_like(o);
  cpu::portable::conv1d(o.x.data(), o.w.data(), o.b.data(), r.y.data(), s);
  cpu::portable::conv1d_input_gradient(o.dy.data(), o.w.data(), r.dx.data(), s);
  cpu::portable::conv1d_weight_gradient(o.dy.data(), o.x.data(), r.dw.data(), r.db.data(), s);
  return r;
}

/// |a - b| / |b| in the Euclidean norm; NaN where a has one.
template <class T>
double error(const std::vector<T>& a, const std::vector<double>& b) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    norm += b[i] * b[i];
  }
  return norm == 0 ? difference : std::sqrt(difference / norm);
}

inline Index between(std::mt19937& random, Index low, Index high) {
  return std::uniform_int_distribution<Index>(low, high)(random);
}

inline Conv1DSizes random_sizes(std::mt19937& random, bool winograd) {
  const Index groups = between(random, 1, 3);
  const Index few = between(random, 1, 6);
  Conv1DSizes s{.batch = few < 6 ? few : 37,
                .channels = groups * between(random, 1, 40),
                .filters = groups * between(random, 1, 40),
                .kernel = winograd ? between(random, 3, 5) : between(random, 1, 11),
                .stride = winograd ? 1 : between(random, 1, 5),
                .padding = between(random, 0, 7),
                .dilation = winograd ? 1 : between(random, 1, 3),
                .groups = groups,
                .algorithm = winograd ? ConvAlgorithm::winograd : ConvAlgorithm::direct};
  const Index reach = s.dilation * (s.kernel - 1) + 1;
  s.length = std::max<Index>(1, reach - 2 * s.padding) + between(random, 0, 150);
  return s;
}

}  // namespace ebb::test
