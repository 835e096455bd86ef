#pragma once

#include <cstddef>
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
          {{2, 3, 13}, {}},                                         // a value is left over
          {{1, 1, 1}, {.kernel = 1}},                               // the smallest there is
          {{2, 2, 14}, {.kernel = 3, .stride = 1}},                 // windows overlap
          {{2, 3, 15}, {.kernel = 3, .stride = 2, .padding = 1}},   //
          {{1, 4, 9}, {.kernel = 5, .stride = 1, .padding = 2}},    // as long as the input
          {{2, 2, 17}, {.kernel = 2, .stride = 5}},                 // values between windows
          {{3, 2, 7}, {.kernel = 7}},                               // one window
          {{2, 2, 3}, {.kernel = 6, .stride = 2, .padding = 3}},    // a window longer than the input
          {{1, 2, 700}, {.kernel = 3, .stride = 1}},                // more windows than are computed at once
          {{1, 2, 700}, {.kernel = 3, .stride = 2, .padding = 1}},  //
          {{1, 2, 1000}, {.kernel = 5, .stride = 3}},               //
          {{0, 3, 8}, {}},                                          // an empty batch
          {{2, 0, 8}, {}}};
}

/// Of each window, in the order of the results, where its values are that are not padding.
struct Windows {
  Windows(const Shape& x, const Pool1DOptions& options) : shape{x[0], x[1], 0} {
    const Index length = x[2], stride = options.stride ? options.stride : options.kernel;
    const auto for_each_start = [&](auto f) {
      for (Index start = -options.padding; start + options.kernel <= length + options.padding;
           start += stride)
        f(start);
    };
    for_each_start([&](Index) { ++shape[2]; });
    for (Index row = 0; row < x[0] * x[1]; ++row) {
      for_each_start([&](Index start) {
        auto& window = places.emplace_back();
        for (Index i = start; i < start + options.kernel; ++i)
          if (i >= 0 && i < length) window.push_back(static_cast<std::size_t>(row * length + i));
      });
    }
  }

  Shape shape;  ///< of the results
  std::vector<std::vector<std::size_t>> places;
};

}  // namespace ebb::test
