#include "ebb/train/fit.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/data/loader.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/optim/adam.hpp"
#include "ebb/optim/sgd.hpp"
#include "train/model.hpp"

using ebb::Tensor;
using ebb::test::Batches;
using ebb::test::classifier;
using ebb::test::points;
using ebb::train::Epoch;
using ebb::train::evaluate;
using ebb::train::fit;
using ebb::train::History;

namespace {

const ebb::train::ProgressOptions silent{.out = nullptr};

}  // namespace

TEST_CASE("fit learns, and its history is what happened") {
  auto model = classifier();
  ebb::optim::Adam<float> adam(model.parameters(), {.learning_rate = 0.05});
  const Batches validation = points(2);
  const double before = evaluate(model, validation).confusion.accuracy();
  std::vector<ebb::Index> seen;
  std::ostringstream out;
  const History history = fit(model, adam, points(1), validation,
                              {.epochs = 30,
                               .on_epoch = [&](const Epoch& epoch) { seen.push_back(epoch.number); },
                               .progress = {.out = &out, .terminal = false}});
  REQUIRE(!history.epochs.empty());
  CHECK(before < 0.8);
  CHECK(ebb::train::metric(history.epochs.back().validation_metrics, "accuracy") > 0.95);
  CHECK(history.epochs.back().loss < 0.5 * history.epochs.front().loss);
  CHECK(seen.size() == history.epochs.size());
  CHECK(seen.back() == static_cast<ebb::Index>(seen.size()));
  CHECK(out.str().rfind("epoch 1/30  loss ", 0) == 0);
  CHECK(!model.is_training());
  for (const Epoch& epoch : history.epochs) CHECK(epoch.seconds > 0);

  // The weights are those of the best epoch.
  const auto best = static_cast<std::size_t>(history.best_epoch - 1);
  CHECK(evaluate(model, validation).loss == history.epochs[best].validation_loss);
}

TEST_CASE("fit stops early and goes back to the best epoch") {
  auto model = classifier();
  // Steps this large never settle.
  ebb::optim::SGD<float> sgd(model.parameters(), {.learning_rate = 50});
  const Batches validation = points(2);
  const History history = fit(
      model, sgd, points(1), validation,
      {.epochs = 300, .early_stopping = ebb::train::EarlyStoppingOptions{.patience = 3}, .progress = silent});
  CHECK(history.stopped_early);
  CHECK(static_cast<ebb::Index>(history.epochs.size()) == history.best_epoch + 3);
  const auto best = static_cast<std::size_t>(history.best_epoch - 1);
  CHECK(evaluate(model, validation).loss == history.epochs[best].validation_loss);
  for (const Epoch& epoch : history.epochs) {
    CHECK(epoch.validation_loss >= history.epochs[best].validation_loss - 1e-4);
  }
}

TEST_CASE("fit without early stopping takes every epoch and keeps the last weights") {
  auto model = classifier();
  ebb::optim::SGD<float> sgd(model.parameters(), {.learning_rate = 50});
  const Batches validation = points(2);
  const History history =
      fit(model, sgd, points(1), validation, {.epochs = 12, .early_stopping = {}, .progress = silent});
  CHECK(history.epochs.size() == 12);
  CHECK(!history.stopped_early);
  CHECK(history.best_epoch == 12);
  CHECK(evaluate(model, validation).loss == history.epochs.back().validation_loss);
}

TEST_CASE("fit begins no epoch for which there is no time") {
  auto model = classifier();
  ebb::optim::Adam<float> adam(model.parameters());
  const History short_of_time =
      fit(model, adam, points(1), {.epochs = 9, .max_seconds = 0, .progress = silent});
  CHECK(short_of_time.epochs.size() == 1);
  CHECK(short_of_time.out_of_time);
  const History enough = fit(model, adam, points(1), {.epochs = 2, .max_seconds = 1000, .progress = silent});
  CHECK(enough.epochs.size() == 2);
  CHECK(!enough.out_of_time);
}

TEST_CASE("fit that is told to stop ends after the batch, with the best weights so far") {
  const Batches training = points(1), validation = points(2);
  const auto batches = static_cast<int>(training.size());
  int asked = 0, limit = 0;
  const auto stop = [&] { return ++asked == limit; };
  const auto interrupted = [&](auto& model, double rate, int after, auto early_stopping) {
    asked = 0;
    limit = after;
    ebb::optim::SGD<float> sgd(model.parameters(), {.learning_rate = rate});
    return fit(model, sgd, training, validation,
               {.epochs = 50, .early_stopping = early_stopping, .stop = stop, .progress = silent});
  };
  using Stopping = std::optional<ebb::train::EarlyStoppingOptions>;
  const Stopping patient = ebb::train::EarlyStoppingOptions{.patience = 50};

  SUBCASE("in a later epoch: those of the best one") {
    auto model = classifier();
    const History history = interrupted(model, 50, 6 * batches + 1, patient);
    CHECK(asked == 6 * batches + 1);
    CHECK(history.interrupted);
    CHECK(!history.stopped_early);
    CHECK(!history.out_of_time);
    REQUIRE(history.epochs.size() == 6);
    REQUIRE(history.best_epoch >= 1);
    CHECK(evaluate(model, validation).loss ==
          history.epochs[static_cast<std::size_t>(history.best_epoch - 1)].validation_loss);
  }
  SUBCASE("in the first epoch: those after its last batch, also where that was the epoch's last") {
    for (const int after : {1, batches}) {
      auto model = classifier();
      const History history = interrupted(model, 0.5, after, patient);
      CHECK(history.interrupted);
      CHECK(history.epochs.empty());
      CHECK(history.best_epoch == 0);
      CHECK(!model.is_training());
      auto twin = classifier();
      ebb::optim::SGD<float> sgd(twin.parameters(), {.learning_rate = 0.5});
      for (int i = 0; i < after; ++i) {
        const auto& [x, y] = training[static_cast<std::size_t>(i)];
        const auto loss = ebb::cross_entropy(twin(x), y);
        sgd.zero_grad();
        loss.backward();
        sgd.step();
      }
      CHECK(ebb::test::values(model.parameters()[0]) == ebb::test::values(twin.parameters()[0]));
    }
  }
  SUBCASE("without early stopping: those of the unfinished epoch") {
    auto model = classifier();
    const History history = interrupted(model, 0.5, batches + 1, Stopping{});
    CHECK(history.interrupted);
    CHECK(history.epochs.size() == 1);
    CHECK(history.best_epoch == 0);
    CHECK(evaluate(model, validation).loss != history.epochs[0].validation_loss);
  }
  SUBCASE("never told: all epochs") {
    auto model = classifier();
    const History history = interrupted(model, 0.5, 50 * batches + 1, Stopping{});
    CHECK(!history.interrupted);
    CHECK(history.epochs.size() == 50);
  }
}

TEST_CASE("fit is a loop that anyone could write, and works on a Loader without validation data") {
  const Batches batches = points(1);
  const ebb::data::Loader<float> loader(batches[0].first, batches[0].second, {.batch_size = 10});
  auto model = classifier();
  ebb::optim::Adam<float> adam(model.parameters());
  const History history = fit(model, adam, loader, {.epochs = 2, .progress = silent});
  CHECK(std::isnan(history.epochs[0].validation_loss));

  auto twin = classifier();
  ebb::optim::Adam<float> by_hand(twin.parameters());
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (const auto& [x, y] : loader) {
      const auto loss = ebb::cross_entropy(twin(x), y);
      by_hand.zero_grad();
      loss.backward();
      by_hand.step();
    }
  }
  const auto trained = model.parameters(), expected = twin.parameters();
  for (std::size_t i = 0; i < trained.size(); ++i) {
    CHECK(ebb::test::values(trained[i]) == ebb::test::values(expected[i]));
  }
}

TEST_CASE("fit takes another loss, and a loss that is not finite is an error") {
  auto model = classifier();
  ebb::optim::Adam<float> adam(model.parameters());
  int calls = 0;
  const auto half = [&calls](const Tensor<float>& scores, const Tensor<std::int32_t>& labels) {
    ++calls;
    return 0.5f * ebb::cross_entropy(scores, labels);
  };
  (void)fit(model, adam, points(1), {.epochs = 1, .loss = half, .progress = silent});
  CHECK(calls == 3);

  const auto broken = [](const Tensor<float>& scores, const Tensor<std::int32_t>& labels) {
    return std::numeric_limits<float>::infinity() * ebb::cross_entropy(scores, labels);
  };
  CHECK(ebb::test::error([&] { (void)fit(model, adam, points(1), {.loss = broken, .progress = silent}); }) ==
        "[fit] the loss is inf in batch 1 of epoch 1");
}

TEST_CASE("fit: errors") {
  auto model = classifier();
  ebb::optim::Adam<float> adam(model.parameters());
  CHECK(ebb::test::error([&] { (void)fit(model, adam, Batches{}); }) == "[fit] the training data are empty");
  CHECK(ebb::test::error([&] { (void)fit(model, adam, points(1), {.epochs = 0}); }) ==
        "[fit] the number of epochs 0 must be at least 1");
}
