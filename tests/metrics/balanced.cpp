#include "ebb/metrics/balanced.hpp"

#include <doctest/doctest.h>

#include "metrics/confusion_example.hpp"

using ebb::Index;
using ebb::metrics::balanced;
using ebb::metrics::BalancedScores;
using ebb::metrics::Confusion;

TEST_CASE("balanced scores are those of the matrix repeated until all classes are equally large") {
  const Confusion natural = ebb::test::confusion_example();  // 8, 10, 3 and 9 samples
  Confusion repeated(4);
  for (Index actual = 0; actual < 4; ++actual) {
    const Index times = 360 / natural.scores(actual).support;
    for (Index predicted = 0; predicted < 4; ++predicted) {
      repeated.add(predicted, actual, times * natural(actual, predicted));
    }
  }
  const BalancedScores scores = balanced(natural);
  REQUIRE(scores.classes.size() == 4);
  for (Index c = 0; c < 4; ++c) {
    const auto& of_class = scores.classes[static_cast<std::size_t>(c)];
    CHECK(of_class.precision == doctest::Approx(repeated.scores(c).precision));
    CHECK(of_class.recall == doctest::Approx(natural.scores(c).recall));
    CHECK(of_class.f1 == doctest::Approx(repeated.scores(c).f1));
    CHECK(of_class.support == natural.scores(c).support);
  }
  CHECK(scores.average.precision == doctest::Approx(repeated.weighted().precision));
  CHECK(scores.average.recall == doctest::Approx(repeated.accuracy()));
  CHECK(scores.average.f1 == doctest::Approx(repeated.weighted().f1));
  CHECK(scores.average.support == 30);
}

TEST_CASE("balanced scores: a class without samples does not count, and no samples give zeros") {
  Confusion confusion(3);
  confusion.add(0, 0, 3);
  confusion.add(2, 1, 1);
  const BalancedScores scores = balanced(confusion);
  CHECK(scores.average.recall == 0.5);
  CHECK(scores.classes[2].precision == 0);
  CHECK(balanced(Confusion(2)).average.f1 == 0);
}
