// How exact the algorithms of convolution are, in float against double.
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "backend/conv1d.hpp"

using namespace ebb;
using namespace ebb::test;

namespace {

/// The direct method as it is written down: one sum of floats per result. Stride 1, no padding, one group.
Results<float> plain_sums(const Operands<float>& o, const Conv1DSizes& s) {
  Results<float> r = empty_like(o);
  const Index m = s.out_length();
  const auto x = [&](Index n, Index c, Index i) {
    return o.x[static_cast<std::size_t>((n * s.channels + c) * s.length + i)];
  };
  const auto w = [&](Index f, Index c, Index k) {
    return o.w[static_cast<std::size_t>((f * s.channels + c) * s.kernel + k)];
  };
  const auto dy = [&](Index n, Index f, Index j) {
    return j < 0 || j >= m ? 0.0f : o.dy[static_cast<std::size_t>((n * s.filters + f) * m + j)];
  };
  for (Index n = 0; n < s.batch; ++n) {
    for (Index f = 0; f < s.filters; ++f) {
      for (Index j = 0; j < m; ++j) {
        float sum = o.b[static_cast<std::size_t>(f)];
        for (Index c = 0; c < s.channels; ++c)
          for (Index k = 0; k < s.kernel; ++k) sum += w(f, c, k) * x(n, c, j + k);
        r.y[static_cast<std::size_t>((n * s.filters + f) * m + j)] = sum;
      }
    }
    for (Index c = 0; c < s.channels; ++c) {
      for (Index i = 0; i < s.length; ++i) {
        float sum = 0;
        for (Index f = 0; f < s.filters; ++f)
          for (Index k = 0; k < s.kernel; ++k) sum += w(f, c, k) * dy(n, f, i - k);
        r.dx[static_cast<std::size_t>((n * s.channels + c) * s.length + i)] = sum;
      }
    }
  }
  for (Index f = 0; f < s.filters; ++f) {
    for (Index c = 0; c < s.channels; ++c) {
      for (Index k = 0; k < s.kernel; ++k) {
        float sum = 0;
        for (Index n = 0; n < s.batch; ++n)
          for (Index j = 0; j < m; ++j) sum += dy(n, f, j) * x(n, c, j + k);
        r.dw[static_cast<std::size_t>((f * s.channels + c) * s.kernel + k)] = sum;
      }
    }
  }
  return r;
}

struct Errors {
  double plain, direct, winograd;
};

struct AllErrors {
  Errors y, dx, dw;
};

AllErrors errors_of(std::mt19937& random, Conv1DSizes s) {
  const Operands<double> o = operands(random, s);
  const Results<double> exact = portable(o, s);
  const Results<float> plain = plain_sums(narrowed(o), s);
  s.algorithm = ConvAlgorithm::direct;
  const Results<float> direct = computed(narrowed(o), s);
  s.algorithm = ConvAlgorithm::winograd;
  const Results<float> winograd = computed(narrowed(o), s);
  return {{error(plain.y, exact.y), error(direct.y, exact.y), error(winograd.y, exact.y)},
          {error(plain.dx, exact.dx), error(direct.dx, exact.dx), error(winograd.dx, exact.dx)},
          {error(plain.dw, exact.dw), error(direct.dw, exact.dw), error(winograd.dw, exact.dw)}};
}

}  // namespace

// With as many channels and filters as `automatic` asks for.
TEST_CASE("Winograd's method rounds at most three times as coarsely as the direct one") {
  std::mt19937 random(8);
  // Sanitizers keep the compiler from fusing a product of the transforms with the sum that takes it.
  constexpr double limit = EBB_ADDRESS_SANITIZER ? 3.1 : 3;
  const auto check = [&](const Conv1DSizes& s) {
    CAPTURE(s.channels);
    CAPTURE(s.filters);
    CAPTURE(s.kernel);
    const AllErrors all = errors_of(random, s);
    for (const Errors& e : {all.y, all.dx, all.dw}) {
      CHECK(e.direct < 1.1 * e.plain);
      CHECK(e.winograd < limit * e.direct);
    }
  };
  for (const Index kernel : {3, 4, 5}) {
    for (const Index filters : {48, 80, 200})
      check({.batch = 2, .channels = 200, .length = 299, .filters = filters, .kernel = kernel});
    for (const Index few : {16, 24, 40, 41, 48, 80, 81, 130, 140, 450})
      check({.batch = 2, .channels = few, .length = 220, .filters = 16, .kernel = kernel});
  }
}

// Many short rows: the direct kernels sum row by row, so that their gradients of weights are several times as
// exact as a plain sum, and the ends of rows see fewer products.
TEST_CASE("in short rows Winograd's method is compared with plain sums") {
  std::mt19937 random(10);
  for (const Index kernel : {3, 4, 5}) {
    for (const Index positions : {8, 20, 60, 130}) {
      CAPTURE(kernel);
      CAPTURE(positions);
      const AllErrors all = errors_of(
          random,
          {.batch = 40, .channels = 20, .length = positions + kernel - 1, .filters = 20, .kernel = kernel});
      CHECK(all.y.winograd < 3 * all.y.direct);
      CHECK(all.dx.winograd < 3.5 * all.dx.direct);
      CHECK(all.dw.winograd < 2 * all.dw.plain);
    }
  }
}
