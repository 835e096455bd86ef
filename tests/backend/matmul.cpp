// The products of matrices against sums in double: every way in which the kernels cut them up, with the same
// bits for any number of threads.
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/backend/cpu.hpp"
#include "threads.hpp"

using namespace ebb;

namespace {

template <class T>
std::vector<T> numbers(std::mt19937& random, Index count) {
  std::normal_distribution<T> normal;
  std::vector<T> values(static_cast<std::size_t>(count));
  for (T& value : values) value = normal(random);
  return values;
}

template <class T>
struct Operands {
  Operands(std::mt19937& random, const MatmulSizes& s)
      : a(numbers<T>(random, s.batch * s.m * s.k)),
        b(numbers<T>(random, s.batch * s.k * s.n)),
        bias(numbers<T>(random, s.n)) {}

  std::vector<T> a, b, bias;
};

template <class T>
std::vector<T> product(const Operands<T>& o, bool bias, const MatmulSizes& s) {
  // Every element has to be written, and nothing behind the last one.
  constexpr std::size_t guard = 64;
  std::vector<T> c(static_cast<std::size_t>(s.batch * s.m * s.n) + guard,
                   std::numeric_limits<T>::quiet_NaN());
  Cpu::matmul(o.a.data(), o.b.data(), bias ? o.bias.data() : nullptr, c.data(), s);
  for (std::size_t i = c.size() - guard; i < c.size(); ++i) REQUIRE(std::isnan(c[i]));
  c.resize(c.size() - guard);
  return c;
}

// The error of the results in the mean, relative to what sums of k products of such numbers have in the mean.
template <class T>
double error(const std::vector<T>& c, const Operands<T>& o, bool bias, const MatmulSizes& s) {
  const auto at = [](const std::vector<T>& v, Index i) {
    return static_cast<double>(v[static_cast<std::size_t>(i)]);
  };
  double wrong = 0;
  for (Index item = 0; item < s.batch; ++item) {
    for (Index i = 0; i < s.m; ++i) {
      for (Index j = 0; j < s.n; ++j) {
        double sum = bias ? at(o.bias, j) : 0;
        for (Index l = 0; l < s.k; ++l)
          sum += at(o.a, item * s.m * s.k + (s.transpose_a ? l * s.m + i : i * s.k + l)) *
                 at(o.b, item * s.k * s.n + (s.transpose_b ? j * s.k + l : l * s.n + j));
        const double difference = at(c, (item * s.m + i) * s.n + j) - sum;
        wrong += difference * difference;
      }
    }
  }
  return std::sqrt(wrong / static_cast<double>(s.batch * s.m * s.n * (s.k + 1)));
}

// Few rows, numbers of rows and columns that fill no tile, sums and rows longer than a block.
std::vector<MatmulSizes> all_sizes() {
  std::vector<MatmulSizes> sizes;
  for (const Index m : {1, 2, 4, 5, 7, 17, 50})
    for (const Index n : {1, 15, 17, 50, 100, 300})
      for (const Index k : {1, 3, 16, 50, 209, 400}) sizes.push_back({.m = m, .n = n, .k = k});
  for (const Index m : {1, 3, 20}) {
    sizes.push_back({.m = m, .n = 1100, .k = 70});
    sizes.push_back({.m = m, .n = 40, .k = 1500});
    sizes.push_back({.m = m, .n = 40, .k = 9001});
    sizes.push_back({.m = m, .n = 33, .k = 20, .batch = 3});
  }
  sizes.push_back({.m = 45, .n = 50, .k = 8000});
  sizes.push_back({.m = 200, .n = 200, .k = 600});
  return sizes;
}

template <class T>
void check_products() {
  std::mt19937 random(1);
  for (MatmulSizes s : all_sizes()) {
    for (const int transposed : {0, 1, 2, 3}) {
      s.transpose_a = (transposed & 1) != 0;
      s.transpose_b = (transposed & 2) != 0;
      const bool bias = random() % 2 == 0;
      CAPTURE(s.m);
      CAPTURE(s.n);
      CAPTURE(s.k);
      CAPTURE(transposed);
      const Operands<T> o(random, s);
      const double tolerance =
          static_cast<double>(std::numeric_limits<T>::epsilon()) * (10 + std::sqrt(static_cast<double>(s.k)));
      REQUIRE(error(product(o, bias, s), o, bias, s) <= tolerance);
    }
  }
}

}  // namespace

TEST_CASE("matmul kernels: products of any shape, transposed or not") {
  check_products<float>();
  check_products<double>();
}

TEST_CASE("matmul kernels: long products are summed in parts") {
  std::mt19937 random(3);
  for (const Index m : {1, 20}) {
    const MatmulSizes s{.m = m, .n = 40, .k = 40000};
    CAPTURE(m);
    const Operands<float> o(random, s);
    // A single sum would be off by 30 epsilon.
    CHECK(error(product(o, false, s), o, false, s) <=
          8 * static_cast<double>(std::numeric_limits<float>::epsilon()));
  }
}

TEST_CASE("matmul kernels: results do not depend on the number of threads") {
  std::mt19937 random(2);
  for (const MatmulSizes& s : {MatmulSizes{.m = 1, .n = 1500, .k = 400},
                               MatmulSizes{.m = 3, .n = 400, .k = 1500, .transpose_b = true},
                               MatmulSizes{.m = 300, .n = 400, .k = 1, .transpose_a = true},
                               MatmulSizes{.m = 128, .n = 300, .k = 400, .transpose_b = true},
                               MatmulSizes{.m = 150, .n = 100, .k = 90, .batch = 2},
                               MatmulSizes{.m = 130, .n = 900, .k = 200, .transpose_a = true},
                               MatmulSizes{.m = 45, .n = 50, .k = 8000, .transpose_b = true},
                               MatmulSizes{.m = 20, .n = 50, .k = 20000, .transpose_b = true}}) {
    CAPTURE(s.m);
    const Operands<float> o(random, s);
    const auto with_threads = [&](int count) {
      const test::Threads threads(count);
      return product(o, true, s);
    };
    const std::vector<float> expected = with_threads(1);
    for (const int count : {2, 3, 7}) CHECK(with_threads(count) == expected);
  }
}
