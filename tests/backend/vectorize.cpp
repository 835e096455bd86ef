#include "ebb/backend/cpu/vectorize.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/backend/cpu/elementwise.hpp"
#include "ebb/backend/cpu/optimizer.hpp"
#include "ebb/core/exp.hpp"

namespace ebb::test {

TEST_CASE("vectorized loops visit each index once, in its lane") {
  for (const Index n : {0, 1, 15, 16, 17, 31, 32, 100}) {
    std::vector<int> visits(static_cast<std::size_t>(n)), wrong(visits);
    cpu::vectorized([&, visits = visits.data(), wrong = wrong.data()] {
      cpu::simd_lanes<16>(n, [=](Index i, Index lane) {
        ++visits[i];
        wrong[i] += lane != i % 16;
      });
      cpu::simd_for(n, [=](Index i) { ++visits[i]; });
    });
    CHECK(visits == std::vector<int>(visits.size(), 2));
    CHECK(wrong == std::vector<int>(wrong.size(), 0));
  }
}

TEST_CASE("an exception leaves a vectorized loop") {
  const std::vector<float> x(100, 1.0f);
  std::vector<float> y(100);
  const auto thrower = [](float v) {
    if (v > 0) throw std::runtime_error("positive");
    return v;
  };
  CHECK_THROWS_AS(cpu::Elementwise::map(thrower, x.data(), y.data(), 100), std::runtime_error);
}

// In the middle of a vector or in what is left over at the end: the same bits.
TEST_CASE_TEMPLATE("the place of an element does not change its result", T, float, double) {
  const AdamStep<T> step{.step_size = T(0.001),
                         .beta1 = T(0.9),
                         .beta2 = T(0.999),
                         .rest1 = T(0.1),
                         .rest2 = T(0.001),
                         .epsilon = T(1e-7),
                         .second_moment_correction = T(1.7),
                         .weight_decay = T(0.01),
                         .decoupled_decay = T(0.02)};
  for (const Index n : {1, 3, 16, 63, 64, 65, 200}) {
    const auto size = static_cast<std::size_t>(n);
    std::vector<T> w(size, T(0.3)), m(size, T(0.07)), v(size, T(0.011));
    const std::vector<T> g(size, T(1.1));
    cpu::Optimizer::adam_step(w.data(), g.data(), m.data(), v.data(), n, step);
    CHECK(w == std::vector<T>(size, w[0]));
    CHECK(m == std::vector<T>(size, m[0]));
    CHECK(v == std::vector<T>(size, v[0]));
  }
}

TEST_CASE("exp in lanes: within two units in the last place") {
  double worst = 0;
  for (float x = -103.5f; x < 88.0f; x += 1.1e-3f) {
    const double exact = std::exp(static_cast<double>(x));
    const double unit = std::ldexp(1.0, std::max(std::ilogb(exact) - 23, -149));
    worst = std::max(worst, std::abs(static_cast<double>(detail::exp_in_lanes(x)) - exact) / unit);
  }
  CHECK(worst < 2);
  CHECK(detail::exp_in_lanes(0.0f) == 1.0f);
  CHECK(detail::exp_in_lanes(-1e30f) == 0.0f);
  CHECK(detail::exp_in_lanes(-std::numeric_limits<float>::infinity()) == 0.0f);
  CHECK(std::isnan(detail::exp_in_lanes(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace ebb::test
