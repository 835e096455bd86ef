#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// What runs along an axis and remembers: the lines of a tensor side by side, each in order, floats in
/// double.
struct Scan {
  template <class T>
  static void cumsum(const T* x, T* y, const ReduceSizes& sizes, bool from_the_end) {
    for_each_strip(sizes, [=](const Strip& strip) {
      if (strip.step == 1) {
        cumsum_row(x + strip.first, y + strip.first, strip.count, from_the_end);
        return;
      }
      std::array<Wide<T>, max_width> sums{};
      for (Index c = 0; c < strip.count; ++c) {
        const Index row = strip.first + (from_the_end ? strip.count - 1 - c : c) * strip.step;
        simd_for(strip.width, [&](Index i) {
          Wide<T>& sum = sums[at(i)];
          sum = static_cast<Wide<T>>(sum + static_cast<Wide<T>>(x[row + i]));
          y[row + i] = static_cast<T>(sum);
        });
      }
    });
  }

  /// The product of all other elements is that of the elements before times that of those behind.
  template <class T>
  static void reduce_prod_gradient(const T* dy, const T* x, T* dx, const ReduceSizes& sizes) {
    for_each_strip(sizes, [=](const Strip& strip) {
      std::vector<Wide<T>> before(static_cast<std::size_t>(strip.count * strip.width));
      std::array<Wide<T>, max_width> product;
      product.fill(1);
      const auto times = [&](Index i, T v) {
        product[at(i)] = static_cast<Wide<T>>(product[at(i)] * static_cast<Wide<T>>(v));
      };
      for (Index c = 0; c < strip.count; ++c) {
        for (Index i = 0; i < strip.width; ++i) {
          before[at(c * strip.width + i)] = product[at(i)];
          times(i, x[strip.first + c * strip.step + i]);
        }
      }
      const T* const scale = dy + strip.first_result;
      for (Index i = 0; i < strip.width; ++i) product[at(i)] = static_cast<Wide<T>>(scale[i]);
      for (Index c = strip.count; c-- > 0;) {
        for (Index i = 0; i < strip.width; ++i) {
          const Index place = strip.first + c * strip.step + i;
          dx[place] = static_cast<T>(product[at(i)] * before[at(c * strip.width + i)]);
          times(i, x[place]);
        }
      }
    });
  }

 private:
  template <class T>
  using Wide = std::conditional_t<std::is_integral_v<T>, T, double>;

  template <class T>
  static void cumsum_row(const T* x, T* y, Index count, bool from_the_end) {
    Wide<T> sum = 0;
    const Index step = from_the_end ? -1 : 1;
    for (Index c = from_the_end ? count - 1 : 0; c >= 0 && c < count; c += step) {
      sum = static_cast<Wide<T>>(sum + static_cast<Wide<T>>(x[c]));
      y[c] = static_cast<T>(sum);
    }
  }

  static constexpr Index max_width = 64;

  // Neighbouring lines: element c of line i is at first + c step + i; what they give together, at
  // first_result + i.
  struct Strip {
    Index first, count, step, width, first_result;
  };

  template <class F>
  static void for_each_strip(const ReduceSizes& sizes, F f) {
    if (sizes.inner == 0) return;
    const Index width = std::min(sizes.inner, max_width), strips = blocks_of(sizes.inner, width);
    const Index grain = std::max<Index>(1, (1 << 14) / std::max<Index>(1, sizes.count * width));
    parallel_for(sizes.outer * strips, grain, [&](Index from, Index to) {
      for (Index task = from; task < to; ++task) {
        const Index o = task / strips, left = task % strips * width;
        f(Strip{o * sizes.count * sizes.inner + left, sizes.count, sizes.inner,
                std::min(width, sizes.inner - left), o * sizes.inner + left});
      }
    });
  }

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
};

}  // namespace EBB_NAMESPACE::cpu
