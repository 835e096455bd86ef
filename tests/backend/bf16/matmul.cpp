#include "ebb/backend/cpu/bf16/matmul.hpp"

#include <doctest/doctest.h>

#include "backend/bf16/kernels.hpp"
#include "threads.hpp"

using namespace ebb;
using namespace ebb::test;
using cpu::bf16::MatmulWeights;

namespace {

struct Sizes {
  Index m, n, k;
};

template <class T>
struct Problem {
  Problem(const Sizes& sizes, std::mt19937& random)
      : s(sizes),
        x(normal_numbers<T>(s.m * s.k, random)),
        w(normal_numbers<float>(s.n * s.k, random)),
        bias(normal_numbers<float>(s.n, random)) {}

  [[nodiscard]] std::vector<float> run(const cpu::bf16::Kernel& kernel, bool with_bias, bool relu) const {
    const MatmulWeights weights(w.data(), s.n, s.k);
    std::vector<float> y(static_cast<std::size_t>(s.m * s.n), -1e30f);
    cpu::bf16::matmul(kernel, weights, x.data(), with_bias ? bias.data() : nullptr, relu, y.data(), s.m);
    return y;
  }

  /// How many results are wrong.
  [[nodiscard]] int errors(const std::vector<float>& y, bool with_bias, bool relu) const {
    int wrong = 0;
    for (Index i = 0; i < s.m; ++i) {
      for (Index j = 0; j < s.n; ++j) {
        Exact sum;
        for (Index p = 0; p < s.k; ++p)
          sum.add(static_cast<float>(x[static_cast<std::size_t>(i * s.k + p)]),
                  w[static_cast<std::size_t>(j * s.k + p)]);
        wrong += !sum.matches(y[static_cast<std::size_t>(i * s.n + j)],
                              with_bias ? bias[static_cast<std::size_t>(j)] : 0.0f, relu);
      }
    }
    return wrong;
  }

  Sizes s;
  std::vector<T> x;
  std::vector<float> w, bias;
};

}  // namespace

TEST_CASE_TEMPLATE("bf16 matmul: every kernel against exact sums", T, float, bfloat16) {
  std::mt19937 random(1);
  std::vector<Sizes> cases{{1, 1, 1},    {1, 200, 33},   {2, 50, 1000}, {128, 5, 64}, {130, 40, 300},
                           {3, 4, 5000}, {33, 33, 2049}, {0, 5, 7},     {5, 0, 7},    {5, 7, 0}};
  for (int i = 0; i < 25; ++i)
    cases.push_back({static_cast<Index>(random() % 70), static_cast<Index>(random() % 70),
                     static_cast<Index>(random() % 150)});
  for (const Sizes& s : cases) {
    const Problem<T> problem(s, random);
    const bool with_bias = random() % 2, relu = random() % 2;
    for (const NamedKernel& named : kernels()) {
      CAPTURE(named.name);
      CAPTURE(s.m);
      CAPTURE(s.n);
      CAPTURE(s.k);
      CHECK(problem.errors(problem.run(*named.kernel, with_bias, relu), with_bias, relu) == 0);
    }
  }
}

TEST_CASE("bf16 matmul: the tiles and their emulation give the same bits") {
  if (cpu::isa() < cpu::Isa::amx) {
    MESSAGE("not on this processor: matrix tiles");
    return;
  }
  std::mt19937 random(2);
  const Problem<float> problem({40, 50, 3000}, random);
  CHECK(problem.run(cpu::x86::bf16_kernel(cpu::Isa::amx), true, false) ==
        problem.run(emulated_kernel(), true, false));
}

TEST_CASE("bf16 matmul: the same bits for any number of threads") {
  std::mt19937 random(3);
  for (const Sizes& s : {Sizes{1, 200, 700}, Sizes{100, 70, 300}, Sizes{20, 30, 6000}}) {
    const Problem<float> problem(s, random);
    for (const NamedKernel& named : kernels()) {
      CAPTURE(named.name);
      const Threads single(1);
      const std::vector<float> one = problem.run(*named.kernel, true, true);
      for (const int threads : {2, 3}) {
        const Threads many(threads);
        CHECK(problem.run(*named.kernel, true, true) == one);
      }
    }
  }
}
