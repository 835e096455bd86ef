#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct Pool1D {
  template <class T>
  static void max_pool1d(const T* x, T* y, std::int32_t* index, const Pool1DSizes& sizes) {
    for_each_window(sizes, [=](Index row, Index out, Index first, Index last) {
      const T* const values = x + row * sizes.length;
      Index best = first;
      T top = values[first];
      for (Index i = first + 1; i < last; ++i) {
        const T value = values[i];
        const bool wins = !(value <= top) & (top == top);  // NaN is the largest, as in argmax
        best = wins ? i : best;
        top = wins ? value : top;
      }
      y[out] = top;
      if (index) index[out] = static_cast<std::int32_t>(best);
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
    const double share = 1.0 / static_cast<double>(sizes.kernel);
    for_each_window(sizes, [=](Index row, Index out, Index first, Index last) {
      double sum = 0;
      for (Index i = row * sizes.length + first; i < row * sizes.length + last; ++i) {
        sum += static_cast<double>(x[i]);
      }
      y[out] = static_cast<T>(sum * share);
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

  template <class F>
  static void for_each_row(const Pool1DSizes& sizes, F f) {
    parallel_for(sizes.rows, std::max<Index>(1, (1 << 14) / std::max<Index>(sizes.length, 1)),
                 [&](Index first, Index last) {
                   for (Index row = first; row < last; ++row) f(row);
                 });
  }

  // f(row, position in y, first, last) for the window [first, last) of that row.
  template <class F>
  static void for_each_window(const Pool1DSizes& sizes, F f) {
    const Index out_length = sizes.out_length();
    for_each_row(sizes, [&](Index row) {
      for (Index out = 0; out < out_length; ++out) {
        const auto [first, last] = window(sizes, out);
        f(row, row * out_length + out, first, last);
      }
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
