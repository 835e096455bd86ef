#include "ebb/backend/cpu/optimizer.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

using ebb::AdamStep;
using ebb::Index;
using ebb::RmspropStep;
using ebb::SgdStep;

namespace {

template <class T>
std::vector<T> numbers(Index n, T shift) {
  std::vector<T> numbers;
  for (Index i = 0; i < n; ++i) numbers.push_back(static_cast<T>(std::sin(static_cast<double>(i)) + shift));
  return numbers;
}

}  // namespace

TEST_CASE_TEMPLATE("sgd_step", T, float, double) {
  for (const Index n : {0, 1, 20'001}) {  // more than one block
    for (const bool nesterov : {false, true}) {
      auto w = numbers<T>(n, T(0)), velocity = numbers<T>(n, T(1));
      const auto w0 = w, v0 = velocity, g = numbers<T>(n, T(2));
      const SgdStep<T> step{
          .learning_rate = T(0.5), .momentum = T(0.75), .weight_decay = T(0.25), .nesterov = nesterov};
      ebb::cpu::Optimizer::sgd_step(w.data(), g.data(), velocity.data(), n, step);
      for (std::size_t i = 0; i < w.size(); ++i) {
        const double gradient = static_cast<double>(g[i]) + 0.25 * static_cast<double>(w0[i]);
        const double v = 0.75 * static_cast<double>(v0[i]) + gradient;
        const double move = nesterov ? gradient + 0.75 * v : v;
        REQUIRE(static_cast<double>(velocity[i]) == doctest::Approx(v).epsilon(1e-6));
        REQUIRE(static_cast<double>(w[i]) ==
                doctest::Approx(static_cast<double>(w0[i]) - 0.5 * move).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE_TEMPLATE("sgd_step without momentum", T, float, double) {
  std::vector<T> w{1, 2};
  const std::vector<T> g{2, -4};
  ebb::cpu::Optimizer::sgd_step(
      w.data(), g.data(), static_cast<T*>(nullptr), 2,
      SgdStep<T>{.learning_rate = T(0.5), .momentum = 0, .weight_decay = 0, .nesterov = false});
  CHECK(w == std::vector<T>{0, 4});
}

TEST_CASE_TEMPLATE("adam_step", T, float, double) {
  for (const Index n : {0, 1, 20'001}) {
    auto w = numbers<T>(n, T(0)), m = numbers<T>(n, T(1)), v = numbers<T>(n, T(3));
    const auto w0 = w, m0 = m, v0 = v, g = numbers<T>(n, T(2));
    const AdamStep<T> step{.step_size = T(0.125),
                           .beta1 = T(0.5),
                           .beta2 = T(0.75),
                           .rest1 = T(0.5),
                           .rest2 = T(0.25),
                           .epsilon = T(0.0625),
                           .second_moment_correction = T(2),
                           .weight_decay = T(0.25),
                           .decoupled_decay = T(0.5)};
    ebb::cpu::Optimizer::adam_step(w.data(), g.data(), m.data(), v.data(), n, step);
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double weight = static_cast<double>(w0[i]);
      const double gradient = static_cast<double>(g[i]) + 0.25 * weight;
      const double first = 0.5 * static_cast<double>(m0[i]) + 0.5 * gradient;
      const double second = 0.75 * static_cast<double>(v0[i]) + 0.25 * gradient * gradient;
      const double expected = 0.5 * weight - 0.125 * first / (2 * std::sqrt(second) + 0.0625);
      REQUIRE(static_cast<double>(m[i]) == doctest::Approx(first).epsilon(1e-6));
      REQUIRE(static_cast<double>(v[i]) == doctest::Approx(second).epsilon(1e-6));
      REQUIRE(static_cast<double>(w[i]) == doctest::Approx(expected).epsilon(1e-5));
    }
  }
}

TEST_CASE_TEMPLATE("rmsprop_step", T, float, double) {
  for (const Index n : {0, 1, 20'001}) {
    for (const bool all : {false, true}) {
      // Mean squares that are above the squares of the means.
      auto w = numbers<T>(n, T(0)), s = numbers<T>(n, T(9)), m = numbers<T>(n, T(1)), v = numbers<T>(n, T(1));
      const auto w0 = w, s0 = s, m0 = m, v0 = v, g = numbers<T>(n, T(2));
      const RmspropStep<T> step{.learning_rate = T(0.125),
                                .alpha = T(0.75),
                                .rest = T(0.25),
                                .epsilon = T(0.0625),
                                .momentum = T(0.5),
                                .weight_decay = T(0.25)};
      ebb::cpu::Optimizer::rmsprop_step(w.data(), g.data(), s.data(), all ? m.data() : nullptr,
                                        all ? v.data() : nullptr, n, step);
      for (std::size_t i = 0; i < w.size(); ++i) {
        const double weight = static_cast<double>(w0[i]);
        const double gradient = static_cast<double>(g[i]) + 0.25 * weight;
        const double square = 0.75 * static_cast<double>(s0[i]) + 0.25 * gradient * gradient;
        const double mean = 0.75 * static_cast<double>(m0[i]) + 0.25 * gradient;
        const double root = std::sqrt(all ? square - mean * mean : square);
        const double move = gradient / (root + 0.0625) + (all ? 0.5 * static_cast<double>(v0[i]) : 0);
        REQUIRE(static_cast<double>(s[i]) == doctest::Approx(square).epsilon(1e-6));
        REQUIRE(static_cast<double>(w[i]) == doctest::Approx(weight - 0.125 * move).epsilon(1e-5));
        if (!all) continue;
        REQUIRE(static_cast<double>(m[i]) == doctest::Approx(mean).epsilon(1e-6));
        REQUIRE(static_cast<double>(v[i]) == doctest::Approx(move).epsilon(1e-5));
      }
    }
  }
}
