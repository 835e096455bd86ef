#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/core/axes.hpp"
#include "elementwise.hpp"

/// What the tests of sum, mean and max share.

namespace ebb::test {

/// Shapes and axes, among them neighbouring and separate axes, axes of extent 1, long rows and wide columns.
struct Reduction {
  Shape x;
  std::vector<Index> axes;  // of x, ascending
};

inline std::vector<Reduction> small_reductions() {
  return {{{}, {}},
          {{4}, {0}},
          {{4}, {}},
          {{2, 3}, {0}},
          {{2, 3}, {1}},
          {{2, 3}, {0, 1}},
          {{2, 3, 4}, {1}},
          {{2, 3, 4}, {0, 2}},
          {{2, 3, 4}, {1, 2}},
          {{3, 1, 4}, {0, 2}},
          {{1, 3, 1}, {0, 2}},
          {{2, 2, 3, 2}, {0, 2}}};
}

inline Axes axes_of(const Reduction& r) {
  switch (r.axes.size()) {
    case 0:
      return Axes{};
    case 1:
      return r.axes[0];
    default:  // backwards and one of them counted from the end, because the order must not matter
      return {r.axes[1], r.axes[0] - r.x.rank()};
  }
}

/// Every element of x by the position of the result that it belongs to.
template <class T>
std::vector<std::vector<double>> groups(const Reduction& r, const std::vector<T>& x) {
  Index count = r.x.size();
  for (const Index axis : r.axes) count /= r.x[axis];
  std::vector<std::vector<double>> out(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < x.size(); ++i) {
    Index rest = static_cast<Index>(i), position = 0, stride = 1;
    for (Index axis = r.x.rank(); axis-- > 0;) {
      const Index at = rest % r.x[axis];
      rest /= r.x[axis];
      if (std::find(r.axes.begin(), r.axes.end(), axis) != r.axes.end()) continue;
      position += at * stride;
      stride *= r.x[axis];
    }
    out[static_cast<std::size_t>(position)].push_back(static_cast<double>(x[i]));
  }
  return out;
}

/// The operation against its formula on each group of numbers, which are between low and high; its errors.
template <class X>
void check_reduction(const std::string& name,
                     const std::function<X(const X&, const Axes&, const ReduceOptions&)>& op,
                     const std::function<double(const std::vector<double>&)>& twin, double low, double high) {
  std::vector<Reduction> cases = small_reductions();
  cases.push_back({{40001}, {0}});
  cases.push_back({{2, 20000, 3}, {1}});
  cases.push_back({{3, 4, 1000}, {1}});
  cases.push_back({{300, 130}, {0}});
  cases.push_back({{5, 2, 4001}, {0, 2}});
  for (const Reduction& r : cases) {
    CAPTURE(r.x);
    const X x = uniform<X>(r.x, low, high);
    const X y = op(x, axes_of(r), {}), kept = op(x, axes_of(r), {.keep_axes = true});
    const auto out = values(y);
    const auto expected = groups(r, values(x));
    REQUIRE(out.size() == expected.size());
    for (std::size_t i = 0; i < out.size(); ++i) check_close(out[i], twin(expected[i]), 64);
    CHECK(values(kept) == out);
    CHECK(y.rank() == r.x.rank() - static_cast<Index>(r.axes.size()));
    REQUIRE(kept.rank() == r.x.rank());
    for (Index axis = 0; axis < r.x.rank(); ++axis) {
      const bool reduced = std::find(r.axes.begin(), r.axes.end(), axis) != r.axes.end();
      CHECK(kept.shape()[axis] == (reduced ? 1 : r.x[axis]));
    }
  }
  const X x({2, 3});
  CHECK(error([&] { op(x, 2, {}); }) == "[" + name + "] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { op(x, {1, -1}, {}); }) == "[" + name + "] axis -1 of (2, 3) is named twice");
}

template <class D, class Op>
void check_reduction_gradient(Op op) {
  for (const Reduction& r : small_reductions()) {
    CAPTURE(r.x);
    const auto x = uniform<Tensor<double, D>>(r.x, -1, 1);
    for (const bool keep : {false, true}) {
      const GradCheck check =
          gradcheck([&](const Tensor<double, D>& v) { return op(v, axes_of(r), {.keep_axes = keep}); }, x);
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

}  // namespace ebb::test
