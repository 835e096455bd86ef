#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/bfloat16.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Both walk the reduced axis in blocks of fixed length whose partial results are combined in order, so one
/// long row is shared by all threads and the bits do not depend on their number.
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
  static void argmax(const T* x, std::int32_t* y, const ReduceSizes& sizes) {
    const Index count = sizes.count, inner = sizes.inner;
    parallel_for(sizes.outer, rows_per_task(count * inner), [&](Index first, Index last) {
      for (Index o = first; o < last; ++o) {
        const T* const from = x + o * count * inner;
        std::int32_t* const best = y + o * inner;
        std::fill(best, best + inner, 0);
        for (Index c = 1; c < count; ++c) {
          for (Index i = 0; i < inner; ++i) {
            if (larger(from[c * inner + i], from[best[i] * inner + i]))
              best[i] = static_cast<std::int32_t>(c);
          }
        }
      }
    });
  }

 private:
  static constexpr Index block = 1 << 14;  // elements that one task reduces
  static constexpr Index strip = 128;      // columns that are reduced side by side

  static Index rows_per_task(Index row) { return std::max<Index>(1, block / std::max<Index>(row, 1)); }

  // NaN is the largest.
  template <class T>
  static bool larger(T a, T b) {
    return a > b || (a != a && b == b);
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
    const Index width = std::min(inner, strip);
    const Index strips = width > 0 ? (inner + width - 1) / width : 0;
    const Index length = std::max<Index>(1, block / std::max<Index>(width, 1));
    const Index blocks = std::max<Index>(1, (count + length - 1) / length);

    const auto reduce_part = [&](Index o, Index b, Index s, auto&& store) {
      const Index from = b * length, until = std::min(count, from + length);
      const Index left = s * width, columns = std::min(width, inner - left);
      const T* const part = x + (o * count + from) * inner + left;
      if (inner == 1) {
        store(0, reduce_row<Op>(part, until - from));
      } else {
        std::array<Value, strip> sums;
        std::fill_n(sums.begin(), columns, Op::neutral);
        for (Index c = 0; c < until - from; ++c) {
          const T* const row = part + c * inner;
          for (Index i = 0; i < columns; ++i) {
            const auto at = static_cast<std::size_t>(i);
            sums[at] = Op::combine(sums[at], static_cast<Value>(row[i]));
          }
        }
        for (Index i = 0; i < columns; ++i) store(left + i, sums[static_cast<std::size_t>(i)]);
      }
    };

    const Index tasks = sizes.outer * blocks * strips;
    const Index grain = rows_per_task(std::min(count, length) * width);
    if (blocks == 1) {
      parallel_for(tasks, grain, [&](Index first, Index last) {
        for (Index task = first; task < last; ++task) {
          const Index o = task / strips;
          reduce_part(o, 0, task % strips,
                      [&](Index i, Value value) { y[o * inner + i] = static_cast<T>(value); });
        }
      });
      return;
    }
    std::vector<Value> partial(static_cast<std::size_t>(sizes.outer * blocks * inner));
    parallel_for(tasks, grain, [&](Index first, Index last) {
      for (Index task = first; task < last; ++task) {
        const Index row = task / strips;
        Value* const to = partial.data() + row * inner;
        reduce_part(row / blocks, row % blocks, task % strips, [&](Index i, Value value) { to[i] = value; });
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
    Value a = Op::neutral, b = Op::neutral, c = Op::neutral, d = Op::neutral;
    Index i = 0;
    for (; i + 4 <= n; i += 4) {
      a = Op::combine(a, static_cast<Value>(x[i]));
      b = Op::combine(b, static_cast<Value>(x[i + 1]));
      c = Op::combine(c, static_cast<Value>(x[i + 2]));
      d = Op::combine(d, static_cast<Value>(x[i + 3]));
    }
    for (; i < n; ++i) a = Op::combine(a, static_cast<Value>(x[i]));
    return Op::combine(Op::combine(a, b), Op::combine(c, d));
  }
};

}  // namespace EBB_NAMESPACE::cpu
