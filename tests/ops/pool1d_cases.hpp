#pragma once

#include <vector>

#include "compare.hpp"
#include "ebb/ops/pool1d.hpp"

namespace ebb::test {

struct Pool1DCase {
  Shape shape;
  Pool1DOptions options;
};

inline std::vector<Pool1DCase> pool1d_cases() {
  return {{{2, 3, 12}, {}},
          {{2, 3, 13}, {}},                                        // a value is left over
          {{1, 1, 1}, {.kernel = 1}},                              // the smallest there is
          {{2, 2, 14}, {.kernel = 3, .stride = 1}},                // windows overlap
          {{2, 3, 15}, {.kernel = 3, .stride = 2, .padding = 1}},  //
          {{1, 4, 9}, {.kernel = 5, .stride = 1, .padding = 2}},   // as long as the input
          {{2, 2, 17}, {.kernel = 2, .stride = 5}},                // values between windows
          {{3, 2, 7}, {.kernel = 7}},                              // one window
          {{2, 2, 3}, {.kernel = 6, .stride = 2, .padding = 3}},   // a window longer than the input
          {{0, 3, 8}, {}},                                         // an empty batch
          {{2, 0, 8}, {}}};
}

struct Expected {
  Shape shape;
  std::vector<double> values;
};

/// Pooling by its definition: `reduce` of the values of each window that are not padding.
template <class T, class D, class F>
Expected pool1d(const Tensor<T, D>& x, const Pool1DOptions& options, F reduce) {
  const std::vector<double> from = doubles(x);
  const Index length = x.shape(2), stride = options.stride ? options.stride : options.kernel;
  Expected y{{x.shape(0), x.shape(1), 0}, {}};
  for (Index row = 0; row < x.shape(0) * x.shape(1); ++row) {
    for (Index start = -options.padding; start + options.kernel <= length + options.padding;
         start += stride) {
      std::vector<double> window;
      for (Index i = start; i < start + options.kernel; ++i) {
        if (i >= 0 && i < length) window.push_back(from[static_cast<std::size_t>(row * length + i)]);
      }
      y.values.push_back(reduce(window));
    }
  }
  for (Index start = -options.padding; start + options.kernel <= length + options.padding; start += stride) {
    ++y.shape[2];
  }
  return y;
}

}  // namespace ebb::test
