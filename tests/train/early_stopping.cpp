#include "ebb/train/early_stopping.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

using ebb::State;
using ebb::Tensor;
using ebb::train::EarlyStopping;

namespace {

struct Run {
  ebb::Index epochs, best_epoch;
  float restored;
};

/// Feeds losses until training should end; the weight of epoch t is t.
Run run(const std::vector<double>& losses, const ebb::train::EarlyStoppingOptions& options) {
  Tensor<float> weight({1});
  State state;
  state.add("weight", weight);
  EarlyStopping stopping(options);
  ebb::Index epoch = 0;
  for (const double loss : losses) {
    weight.fill(static_cast<float>(++epoch));
    if (stopping.update(loss, state)) break;
  }
  stopping.restore(state);
  return {epoch, stopping.best_epoch(), weight.item()};
}

}  // namespace

TEST_CASE("EarlyStopping ends after `patience` epochs without improvement and restores the best weights") {
  const Run r = run({3, 2, 1, 1.5, 1.4, 1.3, 0.5}, {.patience = 3});
  CHECK(r.epochs == 6);
  CHECK(r.best_epoch == 3);
  CHECK(r.restored == 3);
}

TEST_CASE("EarlyStopping starts to count again after an improvement") {
  const Run r = run({3, 3.1, 2, 2.1, 1, 1.1, 1.2, 0}, {.patience = 2});
  CHECK(r.epochs == 7);
  CHECK(r.best_epoch == 5);
}

TEST_CASE("EarlyStopping: a fall of min_delta or less is none") {
  CHECK(run({1, 0.75, 0.5, 0.25}, {.patience = 3, .min_delta = 1}).best_epoch == 1);
  CHECK(run({1, 0.75, 0.5, 0.25}, {.patience = 3, .min_delta = 0.2}).best_epoch == 4);
  // Small falls add up against the best loss.
  CHECK(run({1, 0.875, 0.75, 0.625}, {.patience = 5, .min_delta = 0.25}).best_epoch == 4);
}

TEST_CASE("EarlyStopping: NaN is no improvement") {
  const Run r = run({1, NAN, NAN, 0.5}, {.patience = 2});
  CHECK(r.epochs == 3);
  CHECK(r.restored == 1);
}

TEST_CASE("EarlyStopping: errors") {
  using ebb::test::error;
  CHECK(error([] { EarlyStopping stopping({.patience = 0}); }) ==
        "[early_stopping] patience 0 must be at least 1, min_delta 0.0001 at least 0");
  CHECK(error([] { EarlyStopping().restore({}); }) ==
        "[early_stopping] none of 0 epochs had a loss to go back to");
}
