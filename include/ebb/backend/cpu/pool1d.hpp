#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Windows that lie inside their row are computed side by side, one position of the window after the other;
/// the few that reach into the padding one by one.
struct Pool1D {
  template <class T>
  static void max_pool1d(const T* x, T* y, std::int32_t* index, const Pool1DSizes& sizes) {
    const auto [inner_first, inner_last] = windows_inside(sizes);
    const Index first = inner_first, last = sizes.kernel > 1 ? inner_last : inner_first;
    const Index out_length = sizes.out_length();
    for_each_row(sizes, [=](Index row) {
      const T* const values = x + row * sizes.length;
      T* const top = y + row * out_length;
      std::int32_t* const best = index ? index + row * out_length : nullptr;
      const auto one = [=](Index out) {
        largest(values, top + out, best ? best + out : nullptr, out, sizes);
      };
      for (Index out = 0; out < first; ++out) one(out);
      with_stride(sizes.stride, [=](auto stride) {
        constexpr Index block = 256;
        std::array<std::int32_t, block> unwanted;
        for (Index out = first; out < last; out += block) {
          largest_side_by_side(values + out * stride - sizes.padding, out * stride - sizes.padding, top + out,
                               best ? best + out : unwanted.data(), std::min(block, last - out), stride,
                               sizes.kernel);
        }
      });
      for (Index out = last; out < out_length; ++out) one(out);
    });
  }

  template <class T>
  static void max_pool1d_gradient(const T* dy, const std::int32_t* index, T* dx, const Pool1DSizes& sizes) {
    const Index out_length = sizes.out_length();
    for_each_row(sizes, [=](Index row) {
      T* const to = dx + row * sizes.length;
      std::fill(to, to + sizes.length, T(0));
      for (Index out = row * out_length; out < (row + 1) * out_length; ++out) to[index[out]] += dy[out];
    });
  }

  template <class T>
  static void avg_pool1d(const T* x, T* y, const Pool1DSizes& sizes) {
    const auto [inner_first, inner_last] = windows_inside(sizes);
    const Index first = inner_first, last = inner_last, out_length = sizes.out_length();
    const double share = 1.0 / static_cast<double>(sizes.kernel);
    for_each_row(sizes, [=](Index row) {
      const T* const values = x + row * sizes.length;
      T* const mean = y + row * out_length;
      const auto one = [=](Index out) {
        const auto [from, to] = window(sizes, out);
        double sum = 0;
        for (Index i = from; i < to; ++i) sum += static_cast<double>(values[i]);
        mean[out] = static_cast<T>(sum * share);
      };
      for (Index out = 0; out < first; ++out) one(out);
      with_stride(sizes.stride, [=](auto stride) {
        constexpr Index block = 64;
        std::array<double, block> sums;
        for (Index out = first; out < last; out += block) {
          const Index count = std::min(block, last - out);
          sums.fill(0);
          for (Index tap = 0; tap < sizes.kernel; ++tap) {
            simd_for(count, [&, from = values + out * stride - sizes.padding + tap](Index i) {
              sums[static_cast<std::size_t>(i)] += static_cast<double>(from[i * stride]);
            });
          }
          simd_for(count, [&](Index i) {
            mean[out + i] = static_cast<T>(sums[static_cast<std::size_t>(i)] * share);
          });
        }
      });
      for (Index out = last; out < out_length; ++out) one(out);
    });
  }

  template <class T>
  static void avg_pool1d_gradient(const T* dy, T* dx, const Pool1DSizes& sizes) {
    const T share = static_cast<T>(1.0 / static_cast<double>(sizes.kernel));
    const Index out_length = sizes.out_length();
    for_each_row(sizes, [=](Index row) {
      T* const to = dx + row * sizes.length;
      std::fill(to, to + sizes.length, T(0));
      for (Index out = 0; out < out_length; ++out) {
        const T value = dy[row * out_length + out] * share;
        const auto [first, last] = window(sizes, out);
        for (Index i = first; i < last; ++i) to[i] += value;
      }
    });
  }

 private:
  // The part [first, last) of a row that window `out` sees, padding left out: never empty.
  static std::pair<Index, Index> window(const Pool1DSizes& sizes, Index out) {
    const Index start = out * sizes.stride - sizes.padding;
    return {std::max<Index>(start, 0), std::min(start + sizes.kernel, sizes.length)};
  }

  // The windows [first, last) that see no padding.
  static std::pair<Index, Index> windows_inside(const Pool1DSizes& sizes) {
    const Index out_length = sizes.out_length();
    const Index first = std::min(blocks_of(sizes.padding, sizes.stride), out_length);
    const Index room = sizes.length - sizes.kernel + sizes.padding;
    return {first, std::clamp(room < 0 ? Index{0} : room / sizes.stride + 1, first, out_length)};
  }

  // f(stride), known to the compiler where it is 1 or 2: vectors load nothing else well.
  template <class F>
  [[gnu::always_inline]] static inline void with_stride(Index stride, F f) {
    if (stride == 1) return f(std::integral_constant<Index, 1>{});
    if (stride == 2) return f(std::integral_constant<Index, 2>{});
    f(stride);
  }

  // NaN is the largest, as in argmax; of equals the first.
  template <class T>
  static bool wins(T value, T top) {
    return !(value <= top) & (top == top);
  }

  template <class T>
  static void largest(const T* values, T* top, std::int32_t* best, Index out, const Pool1DSizes& sizes) {
    const auto [first, last] = window(sizes, out);
    Index at = first;
    for (Index i = first + 1; i < last; ++i) at = wins(values[i], values[at]) ? i : at;
    *top = values[at];
    if (best) *best = static_cast<std::int32_t>(at);
  }

  // Of `count` windows that begin at from[0], from[stride], ..., which is position `start` of the row. Two
  // positions of each at a time: with a stride of 2, vectors load them without a gap. The last two may meet a
  // position again; it does not win against itself.
  template <class T, class Stride>
  [[gnu::always_inline]] static inline void largest_side_by_side(const T* from, Index start, T* top,
                                                                 std::int32_t* best, Index count,
                                                                 Stride stride, Index kernel) {
    const auto step = static_cast<std::int32_t>(stride);
    for (Index tap = 0; tap < kernel; tap += 2) {
      const Index here = std::min(tap, kernel - 2);
      const auto position = static_cast<std::int32_t>(start + here);
      const auto compare = [=, from = from + here](Index i, auto store) {
        const T a = from[i * stride], b = from[i * stride + 1];
        const bool second = wins(b, a);
        store(second ? b : a, position + static_cast<std::int32_t>(i) * step + second);
      };
      if (tap == 0) {
        simd_for(count, [=](Index i) {
          compare(i, [=](T value, std::int32_t at) {
            top[i] = value;
            best[i] = at;
          });
        });
      } else {
        simd_for(count, [=](Index i) {
          compare(i, [=](T value, std::int32_t at) {
            const bool later = wins(value, top[i]);
            top[i] = later ? value : top[i];
            best[i] = later ? at : best[i];
          });
        });
      }
    }
  }

  template <class F>
  static void for_each_row(const Pool1DSizes& sizes, F f) {
    parallel_for(sizes.rows, std::max<Index>(1, (1 << 14) / std::max<Index>(sizes.length, 1)),
                 [&](Index first, Index last) {
                   for (Index row = first; row < last; ++row) f(row);
                 });
  }
};

}  // namespace EBB_NAMESPACE::cpu
