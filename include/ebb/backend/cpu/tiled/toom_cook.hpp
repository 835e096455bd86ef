#pragma once

#include <array>
#include <cstddef>

#include "ebb/backend/cpu/tiled/lanes.hpp"

/// The transforms of the method of Toom and Cook for short correlations, which the field calls Winograd's:
/// F(M, K) yields M outputs of a filter of K taps with N = M + K - 1 multiplications instead of M K,
///
///     y = A [(G w) * (B d)],    d: N samples, w: K taps, * element by element.
///
/// It is evaluation, multiplication and interpolation of polynomials at N points 0, +-a, +-b, ..., infinity,
/// transposed (S. Winograd, "Arithmetic Complexity of Computations", 1980; A. Lavin and S. Gray, "Fast
/// Algorithms for Convolutional Neural Networks", 2016). With Q(x) = product of x - p over the finite points:
///
///     A[i][p] = p^i                         row i, i < M; the last row also takes the product at infinity
///     G[p][j] = p^j / Q'(p)                 at infinity: the last tap
///     B[p]    = coefficients of Q(x)/(x-p)  at infinity: those of Q
///
/// Few points of small size keep the rounding small. B depends on the points alone, so eight points serve
/// F(4, 5), F(5, 4) and the gradients of their weights, which are F(5, 4) and F(4, 5).

namespace EBB_NAMESPACE::cpu::tiled {

template <int N>
struct ToomCook {
  static_assert(N == 6 || N == 8);
  static constexpr int pairs = N / 2 - 1;
  using Polynomial = std::array<double, pairs + 1>;  // in x^2

  // Of the sets tried, those that round least: 5/8 and 3/2; 1/2, 1 and 2. All are exact in binary.
  static constexpr double point(int pair) {
    constexpr double six[] = {0.625, 1.5}, eight[] = {0.5, 1.0, 2.0};
    return N == 6 ? six[pair] : eight[pair];
  }

  // The product of x^2 - point^2 over the pairs but `without`.
  static constexpr Polynomial product(int without) {
    Polynomial p{1.0};
    for (int pair = 0; pair < pairs; ++pair) {
      if (pair == without) continue;
      const double square = point(pair) * point(pair);
      for (int i = pairs; i >= 0; --i) {
        const auto at = static_cast<std::size_t>(i);
        p[at] = (i > 0 ? p[at - 1] : 0.0) - square * p[at];
      }
    }
    return p;
  }

  static constexpr double power(double base, int exponent) {
    return exponent == 0 ? 1.0 : base * power(base, exponent - 1);
  }

  // Point number p: 0, then the pairs, then infinity.
  static constexpr double value(int p) {
    return p == 0 ? 0.0 : p % 2 == 1 ? point((p - 1) / 2) : -point((p - 1) / 2);
  }

  // Q'(value(p)).
  static constexpr double slope(int p) {
    const Polynomial rest = product(p == 0 ? -1 : (p - 1) / 2);
    const double square = value(p) * value(p);
    double sum = 0;
    for (int i = pairs; i >= 0; --i) sum = sum * square + rest[static_cast<std::size_t>(i)];
    return p == 0 ? sum : 2 * square * sum;
  }
};

/// The numbers of B and A in the type that computes, looked up by unrolled loops.
template <class T, int N>
struct ToomCookFactors {
  using Points = ToomCook<N>;
  static constexpr int pairs = Points::pairs;
  T all[pairs]{};          ///< of Q(x) / x, without the leading 1
  T rest[pairs][pairs]{};  ///< the same without one pair
  T powers[pairs][8]{};    ///< of each pair's point

  constexpr ToomCookFactors() {
    for (int pair = 0; pair < pairs; ++pair) {
      all[pair] = static_cast<T>(Points::product(-1)[static_cast<std::size_t>(pair)]);
      for (int i = 0; i < pairs; ++i)
        rest[pair][i] = static_cast<T>(Points::product(pair)[static_cast<std::size_t>(i)]);
      for (int i = 0; i < 8; ++i) powers[pair][i] = static_cast<T>(Points::power(Points::point(pair), i));
    }
  }
};

/// G of F(., taps), rows of 8; `reversed` is for filters whose taps are read from the last to the first.
template <class T, int N>
std::array<T, N * 8> filter_matrix(Index taps, bool reversed) {
  using Points = ToomCook<N>;
  std::array<T, N * 8> g{};
  for (int p = 0; p < N; ++p) {
    for (Index j = 0; j < taps; ++j) {
      const double factor = p == N - 1
                                ? (j == taps - 1 ? 1.0 : 0.0)
                                : Points::power(Points::value(p), static_cast<int>(j)) / Points::slope(p);
      g[static_cast<std::size_t>(p * 8 + (reversed ? taps - 1 - j : j))] = static_cast<T>(factor);
    }
  }
  return g;
}

/// v = B d in place; points of a pair share their even and odd halves.
template <class T, int Lanes, int N>
[[gnu::always_inline]] inline void transform_samples(Vector<T, Lanes>* d) {
  constexpr ToomCookFactors<T, N> factors;
  constexpr int pairs = factors.pairs;
  Vector<T, Lanes> out[N];
  out[0] = d[2 * pairs];
  out[N - 1] = d[N - 1];
#pragma GCC unroll 8
  for (int i = 0; i < pairs; ++i) {
    out[0] += d[2 * i] * factors.all[i];
    out[N - 1] += d[2 * i + 1] * factors.all[i];
  }
#pragma GCC unroll 8
  for (int pair = 0; pair < pairs; ++pair) {
    Vector<T, Lanes> even = d[2 * pairs], odd = d[2 * pairs - 1];
#pragma GCC unroll 8
    for (int i = 0; i < pairs - 1; ++i) {
      even += d[2 * i + 2] * factors.rest[pair][i];
      odd += d[2 * i + 1] * factors.rest[pair][i];
    }
    odd *= factors.powers[pair][1];
    out[1 + 2 * pair] = even + odd;
    out[2 + 2 * pair] = even - odd;
  }
#pragma GCC unroll 8
  for (int p = 0; p < N; ++p) d[p] = out[p];
}

/// y = A v: v[p] at v + p * plane, M results.
template <class T, int Lanes, int N, int M>
[[gnu::always_inline]] inline void transform_products(const T* v, Index plane, T bias, Vector<T, Lanes>* y) {
  constexpr ToomCookFactors<T, N> factors;
  Vector<T, Lanes> first, last;
  load<T, Lanes>(v, first);
  load<T, Lanes>(v + (N - 1) * plane, last);
#pragma GCC unroll 8
  for (int i = 0; i < M; ++i) y[i] = (i == 0 ? first : i == M - 1 ? last : Vector<T, Lanes>{}) + bias;
#pragma GCC unroll 8
  for (int pair = 0; pair < factors.pairs; ++pair) {
    Vector<T, Lanes> plus, minus;
    load<T, Lanes>(v + (1 + 2 * pair) * plane, plus);
    load<T, Lanes>(v + (2 + 2 * pair) * plane, minus);
    const Vector<T, Lanes> sum = plus + minus, difference = plus - minus;
#pragma GCC unroll 8
    for (int i = 0; i < M; ++i) y[i] += (i % 2 == 0 ? sum : difference) * factors.powers[pair][i];
  }
}

}  // namespace EBB_NAMESPACE::cpu::tiled
