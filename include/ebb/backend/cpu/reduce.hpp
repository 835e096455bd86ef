#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Sums and maxima walk the reduced axis in blocks of fixed length whose partial results are combined in
/// order, so one long row is shared by all threads and the bits do not depend on their number.
struct Reduce {
  template <class T>
  static void reduce_sum(const T* x, T* y, const ReduceSizes& sizes) {
    reduce<Sum<T>>(x, y, sizes);
  }

  template <class T>
  static void reduce_max(const T* x, T* y, const ReduceSizes& sizes) {
    reduce<Max<T>>(x, y, sizes);
  }

  template <class T>
  static void reduce_max_gradient(const T* dy, const T* x, T* dx, const ReduceSizes& sizes) {
    const Index count = sizes.count, inner = sizes.inner;
    if (inner == 0) return;
    std::vector<std::int32_t> largest(static_cast<std::size_t>(sizes.outer * inner));
    argmax(x, largest.data(), sizes);
    parallel_for(sizes.outer, rows_per_task(count * inner), [&](Index first, Index last) {
      std::fill(dx + first * count * inner, dx + last * count * inner, T(0));
      for (Index o = first; o < last; ++o)
        for (Index i = o * inner; i < (o + 1) * inner; ++i)
          dx[(o * count + largest[at(i)]) * inner + i - o * inner] = dy[i];
    });
  }

  template <class T>
  static void argmax(const T* x, std::int32_t* y, const ReduceSizes& sizes) {
    const Index count = sizes.count, inner = sizes.inner;
    if (inner == 0) return;
    parallel_for(sizes.outer, rows_per_task(count * inner), [=](Index first, Index last) {
      for (Index o = first; o < last; ++o) {
        if (inner == 1) {
          y[o] = argmax_row(x + o * count, count);
        } else {
          for (Index i = 0; i < inner; i += strip) {
            argmax_columns(x + o * count * inner + i, y + o * inner + i, count, inner,
                           std::min(strip, inner - i));
          }
        }
      }
    });
  }

 private:
  static constexpr Index block = 1 << 14;  // elements of a row that one task reduces
  static constexpr Index tile = 1 << 17;   // elements of a strip of columns that one task reduces
  static constexpr Index strip = 1024;     // columns that are reduced side by side

  static Index rows_per_task(Index row) { return std::max<Index>(1, block / std::max<Index>(row, 1)); }

  // NaN is the largest. Without branches: vectors have none.
  template <class T>
  static bool larger(T a, T b) {
    return !(a <= b) & (b == b);
  }

  // Floats are summed in double: a float accumulator loses a digit per thousand elements.
  template <class T>
  struct Sum {
    using Value = std::conditional_t<std::is_integral_v<T>, T, double>;
    static constexpr Value neutral = 0;
    static Value combine(Value a, Value b) { return static_cast<Value>(a + b); }
  };

  template <class T>
  struct Max {
    using Value = std::conditional_t<std::is_same_v<T, bfloat16>, float, T>;
    static constexpr Value neutral = std::numeric_limits<Value>::has_infinity
                                         ? -std::numeric_limits<Value>::infinity()
                                         : std::numeric_limits<Value>::lowest();
    static Value combine(Value a, Value b) { return larger(b, a) ? b : a; }
  };

  template <class Op, class T>
  static void reduce(const T* x, T* y, const ReduceSizes& sizes) {
    using Value = typename Op::Value;
    const Index count = sizes.count, inner = sizes.inner;
    if (inner == 0) return;
    const Index width = std::min(inner, strip), strips = blocks_of(inner, width);
    const Index length = std::max<Index>(1, (inner == 1 ? block : tile) / width);
    const Index blocks = std::max<Index>(1, blocks_of(count, length));

    // Column block `s` of row block `b` of `o`, into to[0], to[1], ...
    const auto reduce_part = [=](Index o, Index b, Index s, Value* to) {
      const Index from = b * length, until = std::min(count, from + length);
      const Index left = s * width, columns = std::min(width, inner - left);
      const T* const part = x + (o * count + from) * inner + left;
      if (inner == 1) {
        *to = reduce_row<Op>(part, until - from);
      } else {
        reduce_columns<Op>(part, to, until - from, inner, columns);
      }
    };

    const Index tasks = sizes.outer * blocks * strips;
    const Index grain = rows_per_task(std::min(count, length) * width);
    if (blocks == 1) {
      parallel_for(tasks, grain, [&](Index first, Index last) {
        alignas(64) std::array<Value, strip> values;
        for (Index task = first; task < last; ++task) {
          const Index left = task % strips * width;
          T* const to = y + task / strips * inner + left;
          reduce_part(task / strips, 0, task % strips, values.data());
          for (Index i = 0; i < std::min(width, inner - left); ++i) to[i] = static_cast<T>(values[at(i)]);
        }
      });
      return;
    }
    std::vector<Value> partial(static_cast<std::size_t>(sizes.outer * blocks * inner));
    parallel_for(tasks, grain, [&](Index first, Index last) {
      for (Index task = first; task < last; ++task) {
        const Index row = task / strips;
        reduce_part(row / blocks, row % blocks, task % strips,
                    partial.data() + row * inner + task % strips * width);
      }
    });
    parallel_for(sizes.outer, rows_per_task(blocks * inner), [&](Index first, Index last) {
      for (Index o = first; o < last; ++o) {
        Value* const sums = partial.data() + o * blocks * inner;
        for (Index b = 1; b < blocks; ++b)
          for (Index i = 0; i < inner; ++i) sums[i] = Op::combine(sums[i], sums[b * inner + i]);
        for (Index i = 0; i < inner; ++i) y[o * inner + i] = static_cast<T>(sums[i]);
      }
    });
  }

  template <class Op, class T>
  static typename Op::Value reduce_row(const T* x, Index n) {
    using Value = typename Op::Value;
    constexpr Index lanes = 32;
    Value result = Op::neutral;
    if (n < 2 * lanes) {
      for (Index i = 0; i < n; ++i) result = Op::combine(result, static_cast<Value>(x[i]));
      return result;
    }
    alignas(64) std::array<Value, lanes> parts;
    parts.fill(Op::neutral);
    vectorized([&] {
      simd_lanes<lanes>(n, [&](Index i, Index lane) {
        parts[at(lane)] = Op::combine(parts[at(lane)], static_cast<Value>(x[i]));
      });
      simd_for(lanes / 2,
               [&](Index i) { parts[at(i)] = Op::combine(parts[at(i)], parts[at(i + lanes / 2)]); });
    });
    for (Index i = 0; i < lanes / 2; ++i) result = Op::combine(result, parts[at(i)]);
    return result;
  }

  template <class Op, class T>
  static void reduce_columns(const T* x, typename Op::Value* to, Index count, Index row, Index columns) {
    using Value = typename Op::Value;
    std::fill_n(to, columns, Op::neutral);
    vectorized([=] {
      for (Index c = 0; c < count; ++c) {
        simd_for(columns, [=, from = x + c * row](Index i) {
          to[i] = Op::combine(to[i], static_cast<Value>(from[i]));
        });
      }
    });
  }

  // Looks for the block that holds the largest element, then for its place in there.
  template <class T>
  static std::int32_t argmax_row(const T* x, Index n) {
    using Value = typename Max<T>::Value;
    Value largest = reduce_row<Max<T>>(x, std::min(block, n));
    Index best = 0;
    for (Index first = block; first < n; first += block) {
      const Value here = reduce_row<Max<T>>(x + first, std::min(block, n - first));
      if (!larger(here, largest)) continue;
      largest = here;
      best = first;
    }
    while (best < n - 1 && larger(largest, static_cast<Value>(x[best]))) ++best;
    return static_cast<std::int32_t>(best);
  }

  template <class T>
  static void argmax_columns(const T* x, std::int32_t* best, Index count, Index row, Index columns) {
    using Value = typename Max<T>::Value;
    alignas(64) std::array<Value, strip> top;
    vectorized([&] {
      simd_for(columns, [&](Index i) {
        top[at(i)] = static_cast<Value>(x[i]);
        best[i] = 0;
      });
      for (Index c = 1; c < count; ++c) {
        simd_for(columns, [&, from = x + c * row](Index i) {
          const Value value = static_cast<Value>(from[i]), now = top[at(i)];
          const bool wins = larger(value, now);
          top[at(i)] = wins ? value : now;
          best[i] = wins ? static_cast<std::int32_t>(c) : best[i];
        });
      }
    });
  }

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
};

}  // namespace EBB_NAMESPACE::cpu
