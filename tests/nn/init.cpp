#include "ebb/nn/init.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace init = ebb::nn::init;
using ebb::nn::Init;

namespace {

struct Moments {
  double mean = 0, deviation = 0, largest = 0;
};

template <class X>
Moments moments(const X& x) {
  Moments m;
  const auto values = ebb::test::values(x);
  const double count = static_cast<double>(values.size());
  for (const auto value : values) m.mean += static_cast<double>(value) / count;
  for (const auto value : values) {
    m.deviation += std::pow(static_cast<double>(value) - m.mean, 2) / count;
    m.largest = std::max(m.largest, std::abs(static_cast<double>(value)));
  }
  m.deviation = std::sqrt(m.deviation);
  return m;
}

}  // namespace

TEST_CASE_TEMPLATE("init: distributions have the stated spread", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  ebb::manual_seed(4);
  const double fan_in = 40 * 5, fan_out = 120 * 5;  // of a weight (120, 40, 5)
  const auto check = [&](const Init& kind, double mean, double deviation, double limit) {
    const Moments m = moments(kind.make<T, D>({120, 40, 5}));
    CHECK(std::abs(m.mean - mean) < 0.03 * deviation);  // 24,000 samples: 4.6 standard errors
    CHECK(m.deviation == doctest::Approx(deviation).epsilon(0.02));
    CHECK(m.largest <= limit * (1 + 1e-6));
    CHECK(m.largest > 0.99 * limit);
  };
  const double glorot = std::sqrt(2 / (fan_in + fan_out)), he = std::sqrt(2 / fan_in), root3 = std::sqrt(3.0);
  check(init::glorot_uniform(), 0, glorot, std::sqrt(6 / (fan_in + fan_out)));
  check(init::he_uniform(), 0, he, std::sqrt(6 / fan_in));
  check(init::uniform(-0.5, 1.5), 0.5, 1 / root3, 1.5);
  const auto check_normal = [&](const Init& kind, double mean, double deviation) {
    const Moments m = moments(kind.make<T, D>({120, 40, 5}));
    CHECK(std::abs(m.mean - mean) < 0.03 * deviation);
    CHECK(m.deviation == doctest::Approx(deviation).epsilon(0.02));
    CHECK(m.largest > std::abs(mean) + 3.5 * deviation);
  };
  check_normal(init::glorot_normal(), 0, glorot);
  check_normal(init::he_normal(), 0, he);
  check_normal(init::normal(2, 0.1), 2, 0.1);
}

TEST_CASE("init: zeros, repetition and errors") {
  CHECK(ebb::test::values(init::zeros().make<float>({3})) == std::vector<float>{0, 0, 0});
  ebb::Generator first(9), second(9);
  const auto a = init::he_normal().make<float>({4, 4}, first),
             b = init::he_normal().make<float>({4, 4}, second);
  CHECK(ebb::test::values(a) == ebb::test::values(b));
  CHECK(ebb::test::error([] { (void)init::he_normal().make<float>({4}); }) ==
        "[init] a weight of shape (4,) has no fans: expected (out, in, ...)");
}
