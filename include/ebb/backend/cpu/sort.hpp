#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Sorting along the middle axis of (outer, count, inner), one line after the other.
///
/// Elements are sorted as unsigned keys that have their order, each with its position behind it: equal
/// elements stay in order, no comparison has to think of NaN, and one instance of std::sort serves all types
/// of up to 32 bits.
struct Sort {
  /// index[o, k, i]: the place of what comes k-th, for k < keep.
  template <class T>
  static void sort_positions(const T* x, std::int32_t* index, const SortSizes& sizes) {
    for_each_line(sizes, [=](Index o, Index i) {
      std::vector<Entry<T>> line;
      line.reserve(static_cast<std::size_t>(sizes.count));
      const T* const from = x + o * sizes.count * sizes.inner + i;
      for (Index c = 0; c < sizes.count; ++c) {
        const Key<T> key = key_of(from[c * sizes.inner]);
        line.push_back(
            entry(sizes.descending ? static_cast<Key<T>>(~key) : key, static_cast<std::uint32_t>(c)));
      }
      const auto keep = line.begin() + sizes.keep;
      if (keep != line.end()) std::nth_element(line.begin(), keep, line.end());
      std::sort(line.begin(), keep);
      std::int32_t* const to = index + o * sizes.keep * sizes.inner + i;
      for (Index k = 0; k < sizes.keep; ++k)
        to[k * sizes.inner] = position(line[static_cast<std::size_t>(k)]);
    });
  }

 private:
  template <class T>
  using Key = std::conditional_t<sizeof(T) <= 4, std::uint32_t, std::uint64_t>;

  template <class T>
  using Entry = std::conditional_t<sizeof(T) <= 4, std::uint64_t, std::pair<std::uint64_t, std::uint32_t>>;

  static std::uint64_t entry(std::uint32_t key, std::uint32_t place) {
    return std::uint64_t{key} << 32 | place;
  }
  static std::pair<std::uint64_t, std::uint32_t> entry(std::uint64_t key, std::uint32_t place) {
    return {key, place};
  }

  static std::int32_t position(std::uint64_t entry) { return static_cast<std::int32_t>(entry); }
  static std::int32_t position(const std::pair<std::uint64_t, std::uint32_t>& entry) {
    return static_cast<std::int32_t>(entry.second);
  }

  // Numbers in their order; 0 and -0 are equal, every NaN is above infinity.
  template <class T>
  static Key<T> key_of(T v) {
    constexpr Key<T> sign = Key<T>{1} << (8 * sizeof(Key<T>) - 1);
    if constexpr (std::is_integral_v<T>) {
      const auto bits = static_cast<Key<T>>(v);
      return std::is_signed_v<T> ? bits ^ sign : bits;
    } else {
      using C = detail::compute_t<T>;
      const C value = static_cast<C>(v) + C(0);
      const auto bits = std::bit_cast<Key<T>>(value);
      if (value != value) return ~Key<T>{0};
      return bits & sign ? ~bits : bits | sign;
    }
  }

  template <class F>
  static void for_each_line(const SortSizes& sizes, F f) {
    const Index grain = std::max<Index>(1, (1 << 12) / std::max<Index>(sizes.count, 1));
    parallel_for(sizes.outer * sizes.inner, grain, [&](Index first, Index last) {
      for (Index line = first; line < last; ++line) f(line / sizes.inner, line % sizes.inner);
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
