#pragma once

#include <algorithm>
#include <cmath>

#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Where each output looks is the same for all rows and computed once.
struct Upsample1D {
  template <class T>
  static void upsample1d(const T* x, T* y, const Upsample1DSizes& s) {
    const Sources<T> sources(s);
    for_each_row(s, [&](Index row) {
      const T* const from = x + row * s.length;
      T* const to = y + row * s.out_length;
      const Index* const left = sources.left.data();
      const T* const share = sources.share.data();
      if (!s.linear) {
        for (Index out = 0; out < s.out_length; ++out) to[out] = from[left[out]];
        return;
      }
      for (Index out = 0; out < s.out_length; ++out) {
        const Index right = std::min(left[out] + 1, s.length - 1);
        to[out] = (T(1) - share[out]) * from[left[out]] + share[out] * from[right];
      }
    });
  }

  template <class T>
  static void upsample1d_gradient(const T* dy, T* dx, const Upsample1DSizes& s) {
    const Sources<T> sources(s);
    for_each_row(s, [&](Index row) {
      const T* const from = dy + row * s.out_length;
      T* const to = dx + row * s.length;
      const Index* const left = sources.left.data();
      const T* const share = sources.share.data();
      std::fill_n(to, s.length, T(0));
      if (!s.linear) {
        for (Index out = 0; out < s.out_length; ++out) to[left[out]] += from[out];
        return;
      }
      for (Index out = 0; out < s.out_length; ++out) {
        to[left[out]] += (T(1) - share[out]) * from[out];
        to[std::min(left[out] + 1, s.length - 1)] += share[out] * from[out];
      }
    });
  }

 private:
  // The sample left of each output, and how much its right neighbour counts.
  template <class T>
  struct Sources {
    explicit Sources(const Upsample1DSizes& s) : left(s.out_length), share(s.linear ? s.out_length : 0) {
      const auto length = static_cast<double>(s.length), outputs = static_cast<double>(s.out_length);
      for (Index out = 0; out < s.out_length; ++out) {
        if (!s.linear) {
          left.data()[out] = out * s.length / s.out_length;
          continue;
        }
        const auto i = static_cast<double>(out);
        const double place = s.align_corners ? (s.out_length > 1 ? i * (length - 1) / (outputs - 1) : 0.0)
                                             : std::max((i + 0.5) * length / outputs - 0.5, 0.0);
        left.data()[out] = std::min(static_cast<Index>(place), s.length - 1);
        share.data()[out] = static_cast<T>(place - static_cast<double>(left.data()[out]));
      }
    }
    Scratch<Index> left;
    Scratch<T> share;
  };

  template <class F>
  static void for_each_row(const Upsample1DSizes& s, F f) {
    const Index work = std::max<Index>(1, s.length + s.out_length);
    parallel_for(s.rows, std::max<Index>(1, (1 << 14) / work), [&](Index first, Index last) {
      for (Index row = first; row < last; ++row) f(row);
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
