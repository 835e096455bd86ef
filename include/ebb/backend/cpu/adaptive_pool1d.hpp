#pragma once

#include <algorithm>
#include <cstdint>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct AdaptivePool1D {
  template <class T>
  static void adaptive_max_pool1d(const T* x, T* y, std::int32_t* index, const AdaptivePool1DSizes& sizes) {
    for_each_row(sizes, [=](Index row) {
      const T* const from = x + row * sizes.length;
      for (Index out = 0; out < sizes.out_length; ++out) {
        Index best = sizes.begin(out);
        for (Index i = best + 1; i < sizes.end(out); ++i)
          if (!(from[i] <= from[best]) && from[best] == from[best]) best = i;  // NaN is the largest
        y[row * sizes.out_length + out] = from[best];
        if (index) index[row * sizes.out_length + out] = static_cast<std::int32_t>(best);
      }
    });
  }

  template <class T>
  static void adaptive_max_pool1d_gradient(const T* dy, const std::int32_t* index, T* dx,
                                           const AdaptivePool1DSizes& sizes) {
    for_each_row(sizes, [=](Index row) {
      T* const to = dx + row * sizes.length;
      std::fill_n(to, sizes.length, T(0));
      for (Index out = row * sizes.out_length; out < (row + 1) * sizes.out_length; ++out)
        to[index[out]] += dy[out];
    });
  }

  template <class T>
  static void adaptive_avg_pool1d(const T* x, T* y, const AdaptivePool1DSizes& sizes) {
    for_each_row(sizes, [=](Index row) {
      const T* const from = x + row * sizes.length;
      for (Index out = 0; out < sizes.out_length; ++out) {
        const Index begin = sizes.begin(out), end = sizes.end(out);
        double sum = 0;
        for (Index i = begin; i < end; ++i) sum += static_cast<double>(from[i]);
        y[row * sizes.out_length + out] = static_cast<T>(sum / static_cast<double>(end - begin));
      }
    });
  }

  template <class T>
  static void adaptive_avg_pool1d_gradient(const T* dy, T* dx, const AdaptivePool1DSizes& sizes) {
    for_each_row(sizes, [=](Index row) {
      T* const to = dx + row * sizes.length;
      std::fill_n(to, sizes.length, T(0));
      for (Index out = 0; out < sizes.out_length; ++out) {
        const Index begin = sizes.begin(out), end = sizes.end(out);
        const T share = dy[row * sizes.out_length + out] / static_cast<T>(end - begin);
        for (Index i = begin; i < end; ++i) to[i] += share;
      }
    });
  }

 private:
  template <class F>
  static void for_each_row(const AdaptivePool1DSizes& sizes, F f) {
    const Index work = std::max<Index>(1, sizes.length + sizes.out_length);
    parallel_for(sizes.rows, std::max<Index>(1, (1 << 14) / work), [&](Index first, Index last) {
      for (Index row = first; row < last; ++row) f(row);
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
