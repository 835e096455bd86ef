#include "ebb/backend/cpu/random.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

namespace ebb::test {

namespace {

// Number i of the stream, from its block alone.
template <class T>
T uniform_at(const Philox& random, Index i) {
  constexpr Index per_block = detail::numbers_per_block<T>;
  return detail::uniform_from_block<T>(random(static_cast<std::uint64_t>(i / per_block)), i % per_block);
}

// All bits of the seed and of the stream matter.
const Philox philox{.seed = 0x9a3f00c7d1e2b485u, .stream = 0xfedc000000000003u};

}  // namespace

TEST_CASE_TEMPLATE("random_uniform: every number is that of its block", T, float, double) {
  for (const Index n : {0, 1, 3, 4, 5, 63, 64, 1'023, 1'025, 40'001}) {
    std::vector<T> y(static_cast<std::size_t>(n), T(-1)), expected;
    cpu::Random::random_uniform(y.data(), n, philox);
    for (Index i = 0; i < n; ++i) expected.push_back(uniform_at<T>(philox, i));
    CHECK(y == expected);
  }
}

TEST_CASE_TEMPLATE("dropout: keeps what its uniform says", T, float, double) {
  for (const Index n : {0, 1, 7, 1'023, 40'001}) {
    std::vector<T> x, y(static_cast<std::size_t>(n)), expected;
    for (Index i = 0; i < n; ++i) {
      x.push_back(static_cast<T>(i % 11) - T(5));
      expected.push_back(uniform_at<T>(philox, i) >= T(0.25) ? x.back() * (T(1) / (T(1) - T(0.25))) : T(0));
    }
    cpu::Random::dropout(x.data(), y.data(), n, T(0.25), philox);
    CHECK(y == expected);
  }
}

TEST_CASE("Philox kernels give the words of the generator, whatever the first block") {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{0xfffffffd}, ~std::uint64_t{0} - 5}) {
    for (const Index blocks : {1, 2, 15, 16, 17, 256}) {
      alignas(64) std::uint32_t words[4 * 256];
      cpu::philox_kernel()(philox, first, blocks, words);
      for (Index i = 0; i < blocks; ++i) {
        const auto expected = philox(first + static_cast<std::uint64_t>(i));
        for (std::size_t k = 0; k < 4; ++k)
          REQUIRE(words[4 * static_cast<std::size_t>(i) + k] == expected[k]);
      }
    }
  }
}

}  // namespace ebb::test
