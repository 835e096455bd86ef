#include "ebb/backend/cpu/gate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

TEST_CASE("functions of gates: how far they are from those of the standard library") {
  double tanh_apart = 0, sigmoid_apart = 0, small_apart = 0;
  for (float x = 4e-4f; x < 1e3f; x *= 1.0001f) {
    for (const float v : {x, -x}) {
      const double expected = std::tanh(static_cast<double>(v));
      const auto size = static_cast<float>(std::abs(expected));
      const double unit = static_cast<double>(std::nextafter(size, 2.0f)) - static_cast<double>(size);
      tanh_apart =
          std::max(tanh_apart, std::abs(static_cast<double>(ebb::cpu::gate_tanh(v)) - expected) / unit);
      const double sigmoid = 1 / (1 + std::exp(-static_cast<double>(v)));
      sigmoid_apart =
          std::max(sigmoid_apart, std::abs(static_cast<double>(ebb::cpu::gate_sigmoid(v)) - sigmoid));
    }
  }
  for (float x = 1e-30f; x < 4e-4f; x *= 1.01f)
    small_apart = std::max(small_apart, std::abs(static_cast<double>(ebb::cpu::gate_tanh(x) / x) - 1));
  CHECK(tanh_apart < 7);
  CHECK(sigmoid_apart < 3e-7);
  CHECK(small_apart < 4e-7);
}

TEST_CASE("functions of gates: infinities, zeros and NaN") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  CHECK(ebb::cpu::gate_tanh(infinity) == doctest::Approx(1));
  CHECK(ebb::cpu::gate_tanh(-infinity) == doctest::Approx(-1));
  CHECK(ebb::cpu::gate_tanh(0.0f) == 0);
  CHECK(std::isnan(ebb::cpu::gate_tanh(std::numeric_limits<float>::quiet_NaN())));
}
