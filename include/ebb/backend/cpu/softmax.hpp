#pragma once

#include <algorithm>
#include <cmath>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct Softmax {
  template <class T>
  static void softmax(const T* x, T* y, const ReduceSizes& sizes) {
    for_each_line(sizes, [=](Index first, Index last, Index step) {
      const T largest = largest_of(x, first, last, step);
      double sum = 0;
      for (Index i = first; i < last; i += step) {
        y[i] = std::exp(x[i] - largest);
        sum += static_cast<double>(y[i]);
      }
      const T scale = static_cast<T>(1.0 / sum);
      for (Index i = first; i < last; i += step) y[i] *= scale;
    });
  }

  template <class T>
  static void softmax_gradient(const T* dy, const T* y, T* dx, const ReduceSizes& sizes) {
    for_each_line(sizes, [=](Index first, Index last, Index step) {
      double sum = 0;
      for (Index i = first; i < last; i += step) {
        sum += static_cast<double>(dy[i]) * static_cast<double>(y[i]);
      }
      const T mean = static_cast<T>(sum);
      for (Index i = first; i < last; i += step) dx[i] = (dy[i] - mean) * y[i];
    });
  }

  template <class T>
  static void log_softmax(const T* x, T* y, const ReduceSizes& sizes) {
    for_each_line(sizes, [=](Index first, Index last, Index step) {
      const T largest = largest_of(x, first, last, step);
      double sum = 0;
      for (Index i = first; i < last; i += step) sum += static_cast<double>(std::exp(x[i] - largest));
      const T log_sum = static_cast<T>(std::log(sum));
      for (Index i = first; i < last; i += step) y[i] = (x[i] - largest) - log_sum;
    });
  }

  template <class T>
  static void log_softmax_gradient(const T* dy, const T* y, T* dx, const ReduceSizes& sizes) {
    for_each_line(sizes, [=](Index first, Index last, Index step) {
      double sum = 0;
      for (Index i = first; i < last; i += step) sum += static_cast<double>(dy[i]);
      const T total = static_cast<T>(sum);
      for (Index i = first; i < last; i += step) dx[i] = dy[i] - std::exp(y[i]) * total;
    });
  }

 private:
  template <class T>
  static T largest_of(const T* x, Index first, Index last, Index step) {
    T largest = x[first];
    for (Index i = first + step; i < last; i += step) largest = std::max(largest, x[i]);
    return largest;
  }

  // f(first, last, step) for each line along the middle axis; neighbouring lines share lines of the cache.
  template <class F>
  static void for_each_line(const ReduceSizes& sizes, F f) {
    if (sizes.count == 0) return;
    const Index grain = std::max<Index>(1, (1 << 11) / sizes.count);
    parallel_for(sizes.outer * sizes.inner, grain, [&](Index from, Index to) {
      for (Index line = from; line < to; ++line) {
        const Index first = line / sizes.inner * sizes.count * sizes.inner + line % sizes.inner;
        f(first, first + sizes.count * sizes.inner, sizes.inner);
      }
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
