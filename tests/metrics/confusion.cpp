#include "ebb/metrics/confusion.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "metrics/confusion_example.hpp"

using doctest::Approx;
using ebb::metrics::Confusion;
using ebb::metrics::Scores;

namespace {

void check(const Scores& scores, double precision, double recall, double f1, ebb::Index support) {
  CHECK(scores.precision == Approx(precision).epsilon(1e-14));
  CHECK(scores.recall == Approx(recall).epsilon(1e-14));
  CHECK(scores.f1 == Approx(f1).epsilon(1e-14));
  CHECK(scores.support == support);
}

}  // namespace

TEST_CASE("Confusion: precision, recall and F1 are scikit-learn's") {
  const Confusion confusion = ebb::test::confusion_example();
  check(confusion.scores(0), 0.5555555555555556, 0.625, 0.5882352941176471, 8);
  check(confusion.scores(1), 0.7, 0.7, 0.7, 10);
  check(confusion.scores(2), 0, 0, 0, 3);
  check(confusion.scores(3), 0.7272727272727273, 0.8888888888888888, 0.8, 9);
  check(confusion.macro(), 0.4957070707070707, 0.5534722222222221, 0.5220588235294117, 30);
  check(confusion.weighted(), 0.5996632996632997, 0.6666666666666666, 0.6301960784313726, 30);
  CHECK(confusion.accuracy() == Approx(0.6666666666666666));
  CHECK(confusion.total() == 30);
}

TEST_CASE_TEMPLATE("Confusion counts tensors and single samples, a row per actual class", D,
                   EBB_TEST_DEVICES) {
  Confusion confusion(3);
  confusion.add(ebb::tensor<std::int32_t, D>({0, 1, 1, 2}), ebb::tensor<std::int32_t, D>({0, 1, 2, 2}));
  confusion.add(1, 2);
  CHECK(confusion(0, 0) == 1);
  CHECK(confusion(2, 1) == 2);
  CHECK(confusion(1, 2) == 0);
  CHECK(confusion.total() == 5);
}

TEST_CASE("Confusion of nothing divides nothing by zero") {
  const Confusion confusion(2);
  check(confusion.scores(1), 0, 0, 0, 0);
  check(confusion.macro(), 0, 0, 0, 0);
  check(confusion.weighted(), 0, 0, 0, 0);
  CHECK(confusion.accuracy() == 0);
}

TEST_CASE("Confusion: errors leave it as it was") {
  using ebb::test::error;
  Confusion confusion(3);
  const auto classes = ebb::tensor<std::int32_t>({0, 1});
  CHECK(error([&] {
          confusion.add(ebb::tensor<std::int32_t>({0, 3}), classes);
        }) == "[confusion] the predicted class 3 is not in [0, 3)");
  CHECK(error([&] {
          confusion.add(classes, ebb::tensor<std::int32_t>({0, -1}));
        }) == "[confusion] the actual class -1 is not in [0, 3)");
  CHECK(error([&] { confusion.add(classes, ebb::tensor<std::int32_t>({0})); }) ==
        "[confusion] predicted classes (2,) and actual ones (1,) must have the same shape");
  CHECK(error([&] { (void)confusion(3, 0); }) == "[confusion] the actual class 3 is not in [0, 3)");
  CHECK(error([] {
          Confusion wraps(ebb::Index{1} << 32);
        }).starts_with("[confusion] the number of classes 4294967296"));
  CHECK(error([] { Confusion none(0); }) == "[confusion] the number of classes 0 must be from 1 to 32768");
  CHECK(confusion.total() == 0);
}
