#pragma once

#include <algorithm>
#include <array>
#include <cmath>
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

/// Sums, maxima and the like walk the reduced axis in blocks of fixed length whose partial results are
/// combined in order, so one long row is shared by all threads and the bits do not depend on their number.
struct Reduce {
  template <class T>
  static void reduce_sum(const T* x, T* y, const ReduceSizes& sizes) {
    reduce<Sum<T>>(x, y, sizes);
  }

  template <class T>
  static void reduce_norm(const T* x, T* y, const ReduceSizes& sizes) {
    reduce<Norm<T>>(x, y, sizes);
  }

  template <class T>
  static void reduce_prod(const T* x, T* y, const ReduceSizes& sizes) {
    reduce<Product<T>>(x, y, sizes);
  }

  template <class T>
  static void reduce_max(const T* x, T* y, const ReduceSizes& sizes) {
    reduce<Max<T>>(x, y, sizes);
  }

  template <class T>
  static void reduce_min(const T* x, T* y, const ReduceSizes& sizes) {
    reduce<Min<T>>(x, y, sizes);
  }

  template <class T>
  static void reduce_max_gradient(const T* dy, const T* x, T* dx, const ReduceSizes& sizes) {
    gradient_to_first<Max<T>>(dy, x, dx, sizes);
  }

  template <class T>
  static void reduce_min_gradient(const T* dy, const T* x, T* dx, const ReduceSizes& sizes) {
    gradient_to_first<Min<T>>(dy, x, dx, sizes);
  }

  template <class T>
  static void argmax(const T* x, std::int32_t* y, const ReduceSizes& sizes) {
    first_position<Max<T>>(x, y, sizes);
  }

  template <class T>
  static void argmin(const T* x, std::int32_t* y, const ReduceSizes& sizes) {
    first_position<Min<T>>(x, y, sizes);
  }

 private:
  static constexpr Index block = 1 << 14;  // elements of a row that one task reduces
  static constexpr Index tile = 1 << 17;   // elements of a strip of columns that one task reduces
  static constexpr Index strip = 1024;     // columns that are reduced side by side

  static Index rows_per_task(Index row) { return std::max<Index>(1, block / std::max<Index>(row, 1)); }

  // Floats are summed in double: a float accumulator loses a digit per thousand elements.
  template <class T>
  using Wide = std::conditional_t<std::is_integral_v<T>, T, double>;

  // What a reduction takes each element for, how two of these values become one, and what it leaves.
  template <class T>
  struct Sum {
    using Value = Wide<T>;
    static constexpr Value neutral = 0;
    static Value load(T v) { return static_cast<Value>(v); }
    static Value combine(Value a, Value b) { return static_cast<Value>(a + b); }
    static T store(Value v) { return static_cast<T>(v); }
  };

  template <class T>
  struct Norm : Sum<T> {
    static double load(T v) { return static_cast<double>(v) * static_cast<double>(v); }
    static T store(double v) { return static_cast<T>(std::sqrt(v)); }
  };

  template <class T>
  struct Product : Sum<T> {
    using Value = Wide<T>;
    static constexpr Value neutral = 1;
    static Value combine(Value a, Value b) { return static_cast<Value>(a * b); }
  };

  // A std::vector<bool> would pack its elements.
  template <class T>
  using Comparable = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, detail::compute_t<T>>;

  // NaN is the largest, and in Min the smallest. Without branches: vectors have none.
  template <class T>
  struct Max {
    using Value = Comparable<T>;
    using Limits = std::numeric_limits<detail::compute_t<T>>;
    static constexpr Value neutral = Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
    static Value load(T v) { return static_cast<Value>(v); }
    static bool wins(Value a, Value b) { return !(a <= b) & (b == b); }
    static Value combine(Value a, Value b) { return wins(b, a) ? b : a; }
    static T store(Value v) { return static_cast<T>(v); }
  };

  template <class T>
  struct Min {
    using Value = Comparable<T>;
    using Limits = std::numeric_limits<detail::compute_t<T>>;
    static constexpr Value neutral = Limits::has_infinity ? Limits::infinity() : Limits::max();
    static Value load(T v) { return static_cast<Value>(v); }
    static bool wins(Value a, Value b) { return !(a >= b) & (b == b); }
    static Value combine(Value a, Value b) { return wins(b, a) ? b : a; }
    static T store(Value v) { return static_cast<T>(v); }
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
          for (Index i = 0; i < std::min(width, inner - left); ++i) to[i] = Op::store(values[at(i)]);
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
        for (Index i = 0; i < inner; ++i) y[o * inner + i] = Op::store(sums[i]);
      }
    });
  }

  template <class Op, class T>
  static typename Op::Value reduce_row(const T* x, Index n) {
    using Value = typename Op::Value;
    constexpr Index lanes = 32;
    Value result = Op::neutral;
    if (n < 2 * lanes) {
      for (Index i = 0; i < n; ++i) result = Op::combine(result, Op::load(x[i]));
      return result;
    }
    alignas(64) std::array<Value, lanes> parts;
    parts.fill(Op::neutral);
    vectorized([&] {
      simd_lanes<lanes>(
          n, [&](Index i, Index lane) { parts[at(lane)] = Op::combine(parts[at(lane)], Op::load(x[i])); });
      simd_for(lanes / 2,
               [&](Index i) { parts[at(i)] = Op::combine(parts[at(i)], parts[at(i + lanes / 2)]); });
    });
    for (Index i = 0; i < lanes / 2; ++i) result = Op::combine(result, parts[at(i)]);
    return result;
  }

  template <class Op, class T>
  static void reduce_columns(const T* x, typename Op::Value* to, Index count, Index row, Index columns) {
    std::fill_n(to, columns, Op::neutral);
    vectorized([=] {
      for (Index c = 0; c < count; ++c) {
        simd_for(columns,
                 [=, from = x + c * row](Index i) { to[i] = Op::combine(to[i], Op::load(from[i])); });
      }
    });
  }

  template <class Op, class T>
  static void gradient_to_first(const T* dy, const T* x, T* dx, const ReduceSizes& sizes) {
    const Index count = sizes.count, inner = sizes.inner;
    if (inner == 0) return;
    std::vector<std::int32_t> position(static_cast<std::size_t>(sizes.outer * inner));
    first_position<Op>(x, position.data(), sizes);
    parallel_for(sizes.outer, rows_per_task(count * inner), [&](Index first, Index last) {
      std::fill(dx + first * count * inner, dx + last * count * inner, T(0));
      for (Index o = first; o < last; ++o)
        for (Index i = o * inner; i < (o + 1) * inner; ++i)
          dx[(o * count + position[at(i)]) * inner + i - o * inner] = dy[i];
    });
  }

  // Where the element is that wins over all others, the first of equals.
  template <class Op, class T>
  static void first_position(const T* x, std::int32_t* y, const ReduceSizes& sizes) {
    const Index count = sizes.count, inner = sizes.inner;
    if (inner == 0) return;
    parallel_for(sizes.outer, rows_per_task(count * inner), [=](Index first, Index last) {
      for (Index o = first; o < last; ++o) {
        if (inner == 1) {
          y[o] = first_in_row<Op>(x + o * count, count);
        } else {
          for (Index i = 0; i < inner; i += strip) {
            first_in_columns<Op>(x + o * count * inner + i, y + o * inner + i, count, inner,
                                 std::min(strip, inner - i));
          }
        }
      }
    });
  }

  // Looks for the block that holds the winner, then for its place in there.
  template <class Op, class T>
  static std::int32_t first_in_row(const T* x, Index n) {
    using Value = typename Op::Value;
    Value winner = reduce_row<Op>(x, std::min(block, n));
    Index best = 0;
    for (Index first = block; first < n; first += block) {
      const Value here = reduce_row<Op>(x + first, std::min(block, n - first));
      if (!Op::wins(here, winner)) continue;
      winner = here;
      best = first;
    }
    while (best < n - 1 && Op::wins(winner, static_cast<Value>(x[best]))) ++best;
    return static_cast<std::int32_t>(best);
  }

  template <class Op, class T>
  static void first_in_columns(const T* x, std::int32_t* best, Index count, Index row, Index columns) {
    using Value = typename Op::Value;
    alignas(64) std::array<Value, strip> top;
    vectorized([&] {
      simd_for(columns, [&](Index i) {
        top[at(i)] = static_cast<Value>(x[i]);
        best[i] = 0;
      });
      for (Index c = 1; c < count; ++c) {
        simd_for(columns, [&, from = x + c * row](Index i) {
          const Value value = static_cast<Value>(from[i]), now = top[at(i)];
          const bool wins = Op::wins(value, now);
          top[at(i)] = wins ? value : now;
          best[i] = wins ? static_cast<std::int32_t>(c) : best[i];
        });
      }
    });
  }

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
};

}  // namespace EBB_NAMESPACE::cpu
