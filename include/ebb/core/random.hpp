#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE {

/// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as
/// 1, 2, 3" (SC 2011): block `block` of stream `stream` is four words that depend on nothing else, so any
/// thread or device computes any of them without order.
struct Philox {
  static constexpr std::uint32_t multiplier0 = 0xD2511F53u, multiplier1 = 0xCD9E8D57u;
  static constexpr std::uint32_t weyl0 = 0x9E3779B9u, weyl1 = 0xBB67AE85u;  // added to the key per round

  std::uint64_t seed = 0;
  std::uint64_t stream = 0;

  [[nodiscard]] EBB_HOST_DEVICE std::array<std::uint32_t, 4> operator()(std::uint64_t block) const {
    std::uint32_t c0 = low(block), c1 = high(block), c2 = low(stream), c3 = high(stream);
    std::uint32_t k0 = low(seed), k1 = high(seed);
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = std::uint64_t{multiplier0} * c0, p1 = std::uint64_t{multiplier1} * c2;
      c0 = high(p1) ^ c1 ^ k0;
      c1 = low(p1);
      c2 = high(p0) ^ c3 ^ k1;
      c3 = low(p0);
      k0 += weyl0;
      k1 += weyl1;
    }
    return {c0, c1, c2, c3};
  }

 private:
  EBB_HOST_DEVICE static constexpr std::uint32_t low(std::uint64_t x) {
    return static_cast<std::uint32_t>(x);
  }
  EBB_HOST_DEVICE static constexpr std::uint32_t high(std::uint64_t x) {
    return static_cast<std::uint32_t>(x >> 32);
  }
};

/// Hands out random streams: every call that needs randomness takes the next stream of its generator, so
/// its numbers depend on the seed and on how many calls came before, not on their sizes, the threads or
/// the device. Thread-safe.
class Generator {
 public:
  explicit Generator(std::uint64_t seed = 0) : seed_(seed) {}

  void seed(std::uint64_t value) {
    seed_ = value;
    next_stream_ = 0;
  }

  [[nodiscard]] Philox next() { return {seed_, next_stream_++}; }

  /// Everything that decides which numbers come next. Set again, also in another program, it brings them
  /// back.
  struct State {
    std::uint64_t seed = 0, next_stream = 0;
    friend bool operator==(const State&, const State&) = default;
  };

  /// Read and set while no other thread draws.
  [[nodiscard]] State state() const { return {seed_, next_stream_}; }
  void set_state(const State& state) {
    seed_ = state.seed;
    next_stream_ = state.next_stream;
  }

 private:
  std::atomic<std::uint64_t> seed_;
  std::atomic<std::uint64_t> next_stream_{0};
};

/// The generator that is used where none is given.
inline Generator& default_generator() {
  static Generator generator;
  return generator;
}

/// Seeds the default generator: from here on the same program draws the same numbers.
inline void manual_seed(std::uint64_t seed) { default_generator().seed(seed); }

namespace detail {

/// How many numbers of type T one Philox block gives: four of at most 32 bits, two of 64.
template <class T>
inline constexpr int numbers_per_block = sizeof(T) > 4 ? 2 : 4;

/// Number `i` of the words of a block as a uniform in [0, 1): the upper 24 bits of a word, or 53 bits of two.
/// The words of neighbouring blocks, one after the other, give their numbers in order.
template <class T, class Words>
EBB_HOST_DEVICE T uniform_from_block(const Words& words, Index i) {
  const auto at = [&](Index k) { return words[static_cast<std::size_t>(k)]; };
  if constexpr (numbers_per_block<T> == 2) {
    const std::uint64_t wide = (static_cast<std::uint64_t>(at(2 * i)) << 32) | at(2 * i + 1);
    return static_cast<T>(static_cast<double>(wide >> 11) * 0x1p-53);
  } else {
    // A signed integer is what vector instructions convert.
    return static_cast<T>(static_cast<float>(static_cast<std::int32_t>(at(i) >> 8)) * 0x1p-24f);
  }
}

/// Number `i` of the words of a block as a standard normal (Box and Muller, 1958). Uniforms 2j and 2j + 1 of
/// the block give the radius and the angle of normals 2j (the cosine) and 2j + 1 (the sine).
template <class T, class Words>
EBB_HOST_DEVICE T normal_from_block(const Words& words, Index i) {
  const Index pair = i & ~Index{1};
  const double u = static_cast<double>(uniform_from_block<T>(words, pair));
  const double v = static_cast<double>(uniform_from_block<T>(words, pair + 1));
  const double radius = std::sqrt(-2.0 * std::log1p(-u));  // 1 - u is in (0, 1]: never the logarithm of 0
  const double angle = 6.283185307179586476925 * v;
  return static_cast<T>(radius * ((i & 1) ? std::sin(angle) : std::cos(angle)));
}

/// 64 random bits as an integer in [0, count), by multiplication (Lemire, "Fast random integer generation in
/// an interval", 2019); count itself where they are among the few that would make some integers likelier.
EBB_HOST_DEVICE inline std::uint64_t integer_from_bits(std::uint64_t bits, std::uint64_t count) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{bits} * count;
  const auto low = static_cast<std::uint64_t>(product);
  if (low < count && low < (0 - count) % count) return count;
  return static_cast<std::uint64_t>(product >> 64);
}

/// Number `i` of a stream as an integer in [0, count), each as likely as any other. Further attempts take the
/// same block of streams that no generator reaches.
EBB_HOST_DEVICE inline std::uint64_t integer_below(const Philox& random, std::uint64_t i,
                                                   std::uint64_t count) {
  for (Philox attempt = random;; attempt.stream += std::uint64_t{1} << 48) {
    const auto words = attempt(i);
    for (const std::size_t at : {std::size_t{0}, std::size_t{2}}) {
      const std::uint64_t bits = std::uint64_t{words[at]} << 32 | words[at + 1];
      const std::uint64_t integer = integer_from_bits(bits, count);
      if (integer < count) return integer;
    }
  }
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
