#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "ebb/core/erf.hpp"
#include "ebb/core/exp.hpp"
#include "ebb/core/log1p.hpp"
#include "ebb/core/tanh.hpp"

namespace {

struct Range {
  float from, to;
};

// The largest distance of f from `exact`, in units in the last place, over every 1009th float of a range.
template <class F, class G>
double distance(const Range& range, F f, G exact) {
  double worst = 0;
  for (const std::uint32_t sign : {0u, 0x80000000u}) {
    for (std::uint32_t bits = 0; bits <= 0x7f800000u; bits += 1009) {
      const float x = std::bit_cast<float>(bits | sign);
      if (!(x >= range.from && x <= range.to)) continue;
      const double expected = exact(static_cast<double>(x));
      const float rounded = static_cast<float>(expected);
      // Below the smallest normal number all floats are equally far apart.
      const int exponent =
          std::max(std::fpclassify(rounded) == FP_ZERO ? -125 : std::ilogb(rounded) + 1, -125);
      const double error = std::abs(static_cast<double>(f(x)) - expected) / std::ldexp(1.0, exponent - 24);
      if (!(error <= worst)) worst = error;
    }
  }
  return worst;
}

constexpr float infinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("functions in lanes: how far they are from those of the standard library") {
  using namespace ebb::detail;
  const auto exp = [](float x) { return exp_in_lanes(x); };
  const auto exp_square = [](float x) { return exp_of_minus_square(x); };
  const auto expm1 = [](float x) { return expm1_in_lanes(x); };
  const auto log1p = [](float x) { return log1p_in_lanes(x); };
  const auto tanh = [](float x) { return tanh_in_lanes(x); };
  const auto erf = [](float x) { return erf_in_lanes(x); };
  const auto erfc = [](float x) { return erfc_in_lanes(x); };
  CHECK(distance({-1e30f, 88}, exp, [](double x) { return std::exp(x); }) < 2);
  CHECK(distance({-1e18f, 1e18f}, exp_square, [](double x) { return std::exp(-x * x); }) < 2);
  CHECK(distance({-1e30f, 80}, expm1, [](double x) { return std::expm1(x); }) < 2);
  CHECK(distance({0, 1}, log1p, [](double x) { return std::log1p(x); }) < 2);
  CHECK(distance({-1e30f, 1e30f}, tanh, [](double x) { return std::tanh(x); }) < 3);
  CHECK(distance({-1e30f, 1e30f}, erf, [](double x) { return std::erf(x); }) < 2);
  CHECK(distance({-1e30f, 1e30f}, erfc, [](double x) { return std::erfc(x); }) < 4);
}

TEST_CASE("functions in lanes: infinities, zeros and NaN") {
  using namespace ebb::detail;
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(exp_in_lanes(-infinity) == 0);
  CHECK(exp_of_minus_square(infinity) == 0);
  CHECK(exp_of_minus_square(-infinity) == 0);
  CHECK(expm1_in_lanes(-infinity) == -1);
  CHECK(tanh_in_lanes(infinity) == 1);
  CHECK(tanh_in_lanes(-infinity) == -1);
  CHECK(erf_in_lanes(infinity) == 1);
  CHECK(erf_in_lanes(-infinity) == -1);
  CHECK(erfc_in_lanes(infinity) == 0);
  CHECK(erfc_in_lanes(-infinity) == 2);
  for (const float zero : {0.0f, -0.0f}) {
    CHECK(std::signbit(tanh_in_lanes(zero)) == std::signbit(zero));
    CHECK(std::signbit(expm1_in_lanes(zero)) == std::signbit(zero));
    CHECK(std::signbit(erf_in_lanes(zero)) == std::signbit(zero));
  }
  for (const float y : {exp_in_lanes(nan), exp_of_minus_square(nan), expm1_in_lanes(nan), log1p_in_lanes(nan),
                        tanh_in_lanes(nan), erf_in_lanes(nan), erfc_in_lanes(nan)})
    CHECK(std::isnan(y));
}
