#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/backend/sizes.hpp"
#include "ebb/core/exp.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

struct Softmax {
  template <class T>
  static void softmax(const T* x, T* y, const ReduceSizes& sizes) {
    for_each_group(sizes, [=](const Group& group) {
      const Slots<T> top = largest(group, x);
      const Slots<double> sums = sum(group, [=, &top](Index i, Index slot) {
        y[i] = detail::exp_in_lanes(x[i] - top[at(slot)]);
        return static_cast<double>(y[i]);
      });
      const auto scale = group.per_line<T>([&](Index line) { return static_cast<T>(1 / sums[at(line)]); });
      group.for_each([=, &scale](Index i, Index slot) { y[i] *= scale[at(slot)]; });
    });
  }

  template <class T>
  static void softmax_gradient(const T* dy, const T* y, T* dx, const ReduceSizes& sizes) {
    for_each_group(sizes, [=](const Group& group) {
      const Slots<double> means =
          sum(group, [=](Index i, Index) { return static_cast<double>(dy[i]) * static_cast<double>(y[i]); });
      group.for_each(
          [=, &means](Index i, Index slot) { dx[i] = (dy[i] - static_cast<T>(means[at(slot)])) * y[i]; });
    });
  }

  template <class T>
  static void log_softmax(const T* x, T* y, const ReduceSizes& sizes) {
    for_each_group(sizes, [=](const Group& group) {
      const Slots<T> top = largest(group, x);
      const Slots<double> sums = sum(group, [=, &top](Index i, Index slot) {
        return static_cast<double>(detail::exp_in_lanes(x[i] - top[at(slot)]));
      });
      const auto log_sum =
          group.per_line<T>([&](Index line) { return static_cast<T>(std::log(sums[at(line)])); });
      group.for_each(
          [=, &top, &log_sum](Index i, Index slot) { y[i] = (x[i] - top[at(slot)]) - log_sum[at(slot)]; });
    });
  }

  template <class T>
  static void log_softmax_gradient(const T* dy, const T* y, T* dx, const ReduceSizes& sizes) {
    for_each_group(sizes, [=](const Group& group) {
      const Slots<double> totals = sum(group, [=](Index i, Index) { return static_cast<double>(dy[i]); });
      group.for_each([=, &totals](Index i, Index slot) {
        dx[i] = dy[i] - detail::exp_in_lanes(y[i]) * static_cast<T>(totals[at(slot)]);
      });
    });
  }

 private:
  static constexpr Index max_slots = 256, lanes = 16;

  template <class V>
  using Slots = std::array<V, max_slots>;

  // Lines along the middle axis that are computed together: neighbours, one slot each, where there are any;
  // else a single line, its elements in turn in one of `lanes` slots.
  struct Group {
    Index first, count, step, width;

    [[nodiscard]] Index slots() const { return step == 1 ? lanes : width; }

    // f(i, slot) for all elements.
    template <class F>
    [[gnu::always_inline]] inline void for_each(F f) const {
      if (step == 1) {
        simd_lanes<lanes>(count, [&](Index i, Index lane) { f(first + i, lane); });
        return;
      }
      for (Index c = 0; c < count; ++c)
        simd_for(width, [&, row = first + c * step](Index i) { f(row + i, i); });
    }

    // f(line) in the slots of each line.
    template <class V, class F>
    Slots<V> per_line(F f) const {
      Slots<V> values;
      if (step == 1) {
        std::fill_n(values.begin(), lanes, f(0));
      } else {
        for (Index line = 0; line < width; ++line) values[at(line)] = f(line);
      }
      return values;
    }

    // What the slots of a line give together, in each of them.
    template <class V, class F>
    void join(Slots<V>& values, F combine) const {
      if (step != 1) return;
      for (Index lane = 1; lane < lanes; ++lane) values[0] = combine(values[0], values[at(lane)]);
      std::fill_n(values.begin(), lanes, values[0]);
    }
  };

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }

  // Per line, in each of its slots: the sum of term(i, slot).
  template <class F>
  static Slots<double> sum(const Group& group, F term) {
    Slots<double> sums;
    std::fill_n(sums.begin(), group.slots(), 0.0);
    group.for_each([&](Index i, Index slot) { sums[at(slot)] += term(i, slot); });
    group.join(sums, [](double a, double b) { return a + b; });
    return sums;
  }

  template <class T>
  static Slots<T> largest(const Group& group, const T* x) {
    Slots<T> top;
    std::fill_n(top.begin(), group.slots(), -std::numeric_limits<T>::infinity());
    group.for_each([&](Index i, Index slot) { top[at(slot)] = x[i] > top[at(slot)] ? x[i] : top[at(slot)]; });
    group.join(top, [](T a, T b) { return b > a ? b : a; });
    return top;
  }

  template <class F>
  static void for_each_group(const ReduceSizes& sizes, F f) {
    if (sizes.count == 0 || sizes.inner == 0) return;
    const Index width = std::min(sizes.inner, max_slots), groups = blocks_of(sizes.inner, width);
    const Index grain = std::max<Index>(1, (1 << 13) / (sizes.count * width));
    parallel_for(sizes.outer * groups, grain, [&](Index from, Index to) {
      vectorized([&] {
        for (Index i = from; i < to; ++i) {
          const Index left = i % groups * width;
          f(Group{i / groups * sizes.count * sizes.inner + left, sizes.count, sizes.inner,
                  std::min(width, sizes.inner - left)});
        }
      });
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
