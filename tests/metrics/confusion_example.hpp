#pragma once

#include "ebb/metrics/confusion.hpp"

namespace ebb::test {

/// Four classes, of which the third is never predicted. What scikit-learn 1.9 makes of it stands in the
/// tests.
inline metrics::Confusion confusion_example() {
  constexpr Index counts[4][4] = {{5, 2, 0, 1}, {1, 7, 0, 2}, {3, 0, 0, 0}, {0, 1, 0, 8}};
  metrics::Confusion confusion(4);
  for (Index actual = 0; actual < 4; ++actual) {
    for (Index predicted = 0; predicted < 4; ++predicted) {
      confusion.add(predicted, actual, counts[actual][predicted]);
    }
  }
  return confusion;
}

}  // namespace ebb::test
