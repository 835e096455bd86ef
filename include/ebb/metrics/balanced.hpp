#pragma once

#include <vector>

#include "ebb/metrics/confusion.hpp"

namespace EBB_NAMESPACE::metrics {

struct BalancedScores {
  std::vector<Scores> classes;  ///< support: how many samples the class really has
  Scores average;               ///< over the classes that have samples; its recall is the accuracy
};

/// The scores on a test set in which all classes are equally large: every row of the confusion matrix is
/// divided by its sum, which is what drawing the same number of each class gives on average, without drawing.
/// Recall stays as it is; precision no longer depends on how many samples of each class happen to be there.
///
///     metrics::balanced(confusion).average.f1
[[nodiscard]] inline BalancedScores balanced(const Confusion& confusion) {
  const Index classes = confusion.classes();
  std::vector<Index> support;
  for (Index c = 0; c < classes; ++c) support.push_back(confusion.scores(c).support);
  const auto share = [&](Index actual, Index predicted) {
    const Index whole = support[static_cast<std::size_t>(actual)];
    return whole == 0 ? 0.0 : static_cast<double>(confusion(actual, predicted)) / static_cast<double>(whole);
  };

  BalancedScores result;
  Index present = 0;
  for (Index c = 0; c < classes; ++c) {
    double predicted = 0;
    for (Index other = 0; other < classes; ++other) predicted += share(other, c);
    const double hits = share(c, c);
    const bool has_samples = support[static_cast<std::size_t>(c)] > 0;
    const Scores scores{.precision = predicted == 0 ? 0 : hits / predicted,
                        .recall = hits,
                        .f1 = hits == 0 ? 0 : 2 * hits / (predicted + 1),
                        .support = support[static_cast<std::size_t>(c)]};
    result.classes.push_back(scores);
    result.average.support += scores.support;
    if (!has_samples) continue;
    ++present;
    result.average.precision += scores.precision;
    result.average.recall += scores.recall;
    result.average.f1 += scores.f1;
  }
  if (present == 0) return result;
  result.average.precision /= static_cast<double>(present);
  result.average.recall /= static_cast<double>(present);
  result.average.f1 /= static_cast<double>(present);
  return result;
}

}  // namespace EBB_NAMESPACE::metrics
