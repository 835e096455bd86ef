#include "ebb/train/evaluate.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"
#include "train/model.hpp"

using ebb::test::Batches;
using ebb::test::classifier;
using ebb::test::points;
using ebb::train::evaluate;

TEST_CASE("evaluate: the mean loss over samples, not batches, and the counts") {
  auto model = classifier();
  const Batches batches = points(1);
  const auto result = evaluate(model, batches);

  model.eval();
  double sum = 0;
  ebb::Index hits = 0;
  for (const auto& [x, labels] : batches) {
    const auto scores = model(x);
    const auto losses = ebb::cross_entropy(scores, labels, {.reduction = ebb::Reduction::none});
    const auto predicted = ebb::argmax(scores, 1);
    for (ebb::Index i = 0; i < labels.size(); ++i) {
      sum += static_cast<double>(losses(i));
      hits += predicted(i) == labels(i);
    }
  }
  CHECK(result.loss == doctest::Approx(sum / 71));
  CHECK(result.confusion.total() == 71);
  CHECK(result.confusion.accuracy() == static_cast<double>(hits) / 71);
}

TEST_CASE("evaluate runs in evaluation mode, leaves the mode and the gradients, and takes another loss") {
  auto model = classifier();
  const Batches batches = points(1);
  CHECK(evaluate(model, batches).loss == evaluate(model, batches).loss);  // no dropout
  CHECK(model.is_training());
  for (const auto& parameter : model.parameters()) CHECK(!parameter.has_grad());
  const auto of_ones = [](const auto&, const auto&) { return ebb::full<float>({}, 1.0f); };
  CHECK(evaluate(model, batches, of_ones).loss == 1);
  model.eval();
  (void)evaluate(model, batches);
  CHECK(!model.is_training());
}

TEST_CASE("evaluate: errors") {
  using ebb::test::error;
  auto model = classifier();
  CHECK(error([&] { (void)evaluate(model, Batches{}); }) == "[evaluate] the loader has no samples");
  ebb::nn::Sequential<float> flat;
  const Batches deep{{ebb::zeros<float>({1, 2, 2}), ebb::zeros<std::int32_t>({1})}};
  CHECK(error([&] { (void)evaluate(flat, deep); }) ==
        "[evaluate] the model gives (1, 2, 2), expected (N, C)");
}
