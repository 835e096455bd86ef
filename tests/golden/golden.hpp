#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/core/random.hpp"
#include "ebb/core/state.hpp"
#include "ebb/io/safetensors.hpp"
#include "ebb/ops/map.hpp"

namespace ebb::test {

/// `uniform` of make_golden.py: element i is low + (high - low) * u in float arithmetic, u = (word >> 8) *
/// 2^-24, word i % 4 of block i / 4 of Philox4x32-10 with that seed and stream.
template <class T>
Tensor<T> uniform(std::uint64_t seed, std::uint64_t stream, const Shape& shape, float low = -1,
                  float high = 1) {
  auto y = Tensor<T>::uninitialized(shape);
  const Philox random{seed, stream};
  T* const values = y.mutable_data();
  for (Index block = 0; 4 * block < y.size(); ++block) {
    const auto words = random(static_cast<std::uint64_t>(block));
    for (Index i = 4 * block; i < std::min(4 * block + 4, y.size()); ++i) {
      const auto bits = words[static_cast<std::size_t>(i % 4)] >> 8;
      const float step =
          (high - low) * (static_cast<float>(bits) * 0x1p-24f);  // rounded here: no fused multiply
      values[i] = static_cast<T>(low + step);
    }
  }
  return y;
}

/// How far from the reference a result may be: by norm |a - b| <= t |b|, and in the largest element
/// max|a - b| <= t max|b|.
template <class T>
inline constexpr double tolerance = sizeof(T) == sizeof(float) ? 1e-5 : 1e-12;

/// One file of make_golden.py.
class Golden {
 public:
  explicit Golden(const std::string& name)
      : tensors_(io::read_safetensors(EBB_SOURCE_DIR "/tests/golden/" + name + ".safetensors")) {}

  [[nodiscard]] bool has(const std::string& name) const { return tensors_.find(name) != nullptr; }

  /// A tensor, its elements widened to T where the file holds floats.
  template <class T>
  [[nodiscard]] Tensor<T> get(const std::string& name) const {
    if constexpr (std::is_same_v<T, double>) {
      if (has(name) && tensors_.find(name)->type() == "F32")
        return map(tensors_.get<float>(name), [](float v) { return double{v}; });
    }
    return tensors_.get<T>(name);
  }

  /// The names' first parts.
  [[nodiscard]] std::set<std::string> cases() const {
    std::set<std::string> cases;
    for (const auto& [name, tensor] : tensors_) cases.insert(name.substr(0, name.find('.')));
    return cases;
  }

  /// Compares with the reference of that name, which may be a digest.
  template <class T>
  void check(const Tensor<T>& actual, const std::string& name, double t = tolerance<T>) const {
    CAPTURE(name);
    if (has(name)) {
      const auto expected = get<double>(name);
      REQUIRE(actual.shape() == expected.shape());
      compare(actual.span(), expected.span(), t);
      return;
    }
    const auto shape = get<std::int32_t>(name + ".shape");
    REQUIRE(
        std::equal(actual.shape().begin(), actual.shape().end(), shape.span().begin(), shape.span().end()));
    check_digest(actual.span(), name, t);
  }

  /// Compares every element by itself: |a - b| <= t |b|, or below what a float holds in full precision.
  template <class T>
  void check_each(const Tensor<T>& actual, const std::string& name, double t = tolerance<T>) const {
    CAPTURE(name);
    const auto expected = get<double>(name);
    REQUIRE(actual.shape() == expected.shape());
    for (std::size_t i = 0; i < expected.span().size(); ++i) {
      const double a = static_cast<double>(actual.span()[i]), b = expected.span()[i];
      CAPTURE(i);
      CAPTURE(a);
      CAPTURE(b);
      CHECK(std::abs(a - b) <= std::max(t * std::abs(b), double{std::numeric_limits<float>::min()}));
    }
  }

 private:
  template <class T>
  static void compare(std::span<const T> actual, std::span<const double> expected, double t) {
    double distance = 0, norm = 0, largest_distance = 0, largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double d = std::abs(static_cast<double>(actual[i]) - expected[i]);
      distance += d * d;
      norm += expected[i] * expected[i];
      largest_distance = std::max(largest_distance, d);
      largest = std::max(largest, std::abs(expected[i]));
    }
    CHECK(std::sqrt(distance) <= t * std::sqrt(norm));  // false for a NaN anywhere
    CHECK(largest_distance <= t * largest);
  }

  template <class T>
  void check_digest(std::span<const T> actual, const std::string& name, double t) const {
    const auto index = get<std::int32_t>(name + ".index");
    const auto sums = get<double>(name + ".sums");
    std::vector<T> sample;
    for (const std::int32_t i : index.span()) sample.push_back(actual[static_cast<std::size_t>(i)]);
    const auto expected = get<double>(name + ".sample");
    compare<T>(sample, expected.span(), t);

    const auto random = uniform<double>(99, 0, {static_cast<Index>(actual.size())});
    double squares = 0, projection = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const double a = static_cast<double>(actual[i]);
      squares += a * a;
      projection += a * random.data()[i];
    }
    const double norm = std::sqrt(sums(0));
    CHECK(std::abs(std::sqrt(squares) - norm) <= t * norm);
    CHECK(std::abs(projection - sums(1)) <= t * norm);
  }

  State tensors_;
};

}  // namespace ebb::test
