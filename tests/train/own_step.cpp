// Training of what is no classifier, and everything that fit does on the way.
#include <cstdint>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/data/loader.hpp"
#include "ebb/ops/l1_loss.hpp"
#include "ebb/ops/matmul.hpp"
#include "ebb/ops/mse_loss.hpp"
#include "ebb/ops/slice.hpp"
#include "ebb/optim/adam.hpp"
#include "ebb/optim/sgd.hpp"
#include "ebb/train/fit.hpp"
#include "train/model.hpp"

namespace {

using ebb::Index;
using ebb::Tensor;
using ebb::data::Loader;
using ebb::test::error;
using ebb::test::values;
using ebb::train::fit;
using ebb::train::Position;
using ebb::train::StepResult;
using Model = ebb::nn::Sequential<float>;

const ebb::train::ProgressOptions silent{.out = nullptr};

Model line() {
  ebb::manual_seed(1);
  return Model(ebb::nn::Dense<float>(3, 2));
}

struct Points {
  Tensor<float> x, y;
};

// y = A x, which a Dense layer can learn to the last digit.
Points linear(Index count = 40) {
  ebb::Generator generator(2);
  const auto x = ebb::randn<float>({count, 3}, generator);
  return {x, matmul(x, ebb::tensor<float>({1, -2, 0.5f, 3, 0, 1}, {3, 2}))};
}

const auto squares = [](const auto& y, const auto& target) { return mse_loss(y, target); };

std::vector<float> weights(const Model& model) { return values(model.parameters()[0]); }

}  // namespace

TEST_CASE("fit: regression is a loss") {
  const auto [x, y] = linear();
  const Loader training(x, y, {.batch_size = 8});
  Model model = line();
  ebb::optim::SGD<float> sgd(model.parameters(), {.learning_rate = 0.1});
  const auto history =
      fit(model, sgd, training, training, {.epochs = 150, .loss = squares, .progress = silent});
  CHECK(history.epochs.back().validation_loss < 1e-4);
  CHECK(history.epochs.back().metrics.empty());
  CHECK(error([&] { (void)fit(model, sgd, training, {.progress = silent}); }) ==
        "[fit] there is no step: batches that are not samples and their classes need a loss or a step");
}

TEST_CASE("fit: an autoencoder is a step on samples alone, with metrics of its own") {
  const Tensor<float> x = linear().x;
  Model model = line();
  model.add(ebb::nn::Dense<float>(2, 3));
  ebb::optim::Adam<float> adam(model.parameters(), {.learning_rate = 0.05});
  const auto step = [](Model& m, const Tensor<float>& batch) {
    const auto y = m(batch);
    return StepResult(mse_loss(y, batch), {{"mae", static_cast<double>(l1_loss(y, batch).item())}});
  };
  std::ostringstream out;
  const auto history = fit(model, adam, Loader(x, {.batch_size = 8}), Loader(x),
                           {.epochs = 30, .step = step, .progress = {.out = &out, .terminal = false}});
  CHECK(history.epochs.back().loss < 0.5 * history.epochs.front().loss);
  CHECK(out.str().find("  mae 0.") != std::string::npos);
  const auto measured = ebb::train::measure(model, Loader(x), step);
  CHECK(measured.loss == history.epochs.back().validation_loss);
  CHECK(ebb::train::metric(measured.metrics, "mae") ==
        doctest::Approx(static_cast<double>(l1_loss(model(x), x).item())));
  CHECK(error([&] { (void)ebb::train::metric(measured.metrics, "accuracy"); }) ==
        "[metric] there is none named \"accuracy\" among 1");
}

TEST_CASE("fit: several inputs") {
  const auto [x, y] = linear();
  Model model = line();
  ebb::optim::SGD<float> sgd(model.parameters(), {.learning_rate = 0.1});
  const auto step = [](Model& m, const auto& batch) {
    const auto& [first, second] = batch.x;
    return mse_loss(m(first + second), batch.y);
  };
  const Loader training(std::tuple(0.25f * x, 0.75f * x), y, {.batch_size = 8});
  CHECK(fit(model, sgd, training, {.epochs = 150, .step = step, .progress = silent}).epochs.back().loss <
        1e-3);
}

TEST_CASE("fit: the hooks, in their order") {
  const auto [x, y] = linear(5);
  Model model = line();
  ebb::optim::SGD<float> sgd(model.parameters());
  std::string told;
  const auto tell = [&](const char* what) {
    return [&told, what](const Position& at) {
      told += what + std::to_string(at.epoch) + std::to_string(at.batch) + std::to_string(at.step) + ' ';
    };
  };
  (void)fit(model, sgd, Loader(x, y, {.batch_size = 2}),
            {.epochs = 2,
             .loss = squares,
             .accumulate = 2,
             .on_epoch_begin = tell("E"),
             .on_epoch = [&](const ebb::train::Epoch& e) { told += "e" + std::to_string(e.number) + ' '; },
             .on_batch_begin = tell("B"),
             .on_batch = tell("b"),
             .on_step_begin = tell("S"),
             .on_step = tell("s"),
             .progress = silent});
  CHECK(told ==
        "E100 B110 b110 B120 S120 s121 b121 B131 S131 s132 b132 e1 "
        "E202 B212 b212 B222 S222 s223 b223 B233 S233 s234 b234 e2 ");
}

TEST_CASE("fit: accumulated gradients are those of a larger batch") {
  const auto [x, y] = linear(48);
  Model by_groups = line(), at_once = line();
  ebb::optim::SGD<float> a(by_groups.parameters()), b(at_once.parameters());
  (void)fit(by_groups, a, Loader(x, y, {.batch_size = 8}),
            {.epochs = 3, .loss = squares, .accumulate = 4, .progress = silent});
  (void)fit(at_once, b, Loader(x, y, {.batch_size = 32}), {.epochs = 1, .loss = squares, .progress = silent});
  // 32 and 16 samples a step in both.
  (void)fit(at_once, b, Loader(x, y, {.batch_size = 32}), {.epochs = 2, .loss = squares, .progress = silent});
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(weights(by_groups)[i] == doctest::Approx(weights(at_once)[i]).epsilon(1e-5));
}

TEST_CASE("fit: clipping, schedules and averages are what a loop of one's own does") {
  const auto [x, y] = linear(24);
  const Loader training(x, y, {.batch_size = 8});
  const auto by_steps = ebb::optim::warmup({.over = 2}, ebb::optim::cosine_decay({.from = 0.1, .epochs = 9}));
  Model model = line(), twin = line();
  ebb::optim::SGD<float> sgd(model.parameters()), by_hand(twin.parameters());
  const auto history = fit(model, sgd, training, training,
                           {.epochs = 3,
                            .loss = squares,
                            .clip_grad_norm = 0.5,
                            .step_schedule = by_steps,
                            .average_decay = 0.75,
                            .progress = silent});
  ebb::optim::WeightAverage<float> average(twin.parameters(), {.decay = 0.75});
  Index steps = 0;
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (const auto& [input, target] : training) {
      by_hand.zero_grad();
      squares(twin(input), target).backward();
      ebb::optim::clip_grad_norm(twin.parameters(), 0.5);
      by_hand.set_learning_rate(by_steps(steps++));
      by_hand.step();
      average.update();
    }
  }
  CHECK(weights(model) != weights(twin));
  average.swap();
  CHECK(weights(model) == weights(twin));
  const auto step = [](Model& m, const auto& batch) { return squares(m(batch.x), batch.y); };
  CHECK(history.epochs.back().validation_loss == ebb::train::measure(twin, training, step).loss);
  CHECK(history.epochs.back().learning_rate == by_steps(8));
}

TEST_CASE("fit: a schedule by epochs hears of the watched loss") {
  const auto [x, y] = linear(8);
  Model model = line();
  ebb::optim::SGD<float> sgd(model.parameters(), {.learning_rate = 5});
  std::vector<double> rates;
  (void)fit(model, sgd, Loader(x, y),
            {.epochs = 6,
             .loss = [](const auto& p, const auto& t) { return 0.0f * mse_loss(p, t); },
             .epoch_schedule = ebb::optim::reduce_on_plateau({.from = 1, .factor = 0.5, .patience = 2}),
             .on_epoch = [&](const auto& e) { rates.push_back(e.learning_rate); },
             .progress = silent});
  // The first loss is the best one; the next two are no better, and so on.
  CHECK(rates == std::vector<double>{1, 1, 1, 0.5, 0.5, 0.25});
}

TEST_CASE("fit: errors of its options") {
  const auto [x, y] = linear(8);
  Model model = line();
  ebb::optim::SGD<float> sgd(model.parameters());
  const Loader training(x, y);
  CHECK(error([&] { (void)fit(model, sgd, training, {.loss = squares, .accumulate = 0}); }) ==
        "[fit] accumulate 0 must be at least 1");
  const auto schedule = ebb::optim::step_decay({});
  CHECK(error([&] {
          (void)fit(model, sgd, training,
                    {.loss = squares, .step_schedule = schedule, .epoch_schedule = schedule});
        }) == "[fit] there is a schedule by steps and one by epochs: expected one of them");
  CHECK(error([&] {
          (void)fit(model, sgd, training, Loader(x.slice(0, 0), y.slice(0, 0)),
                    {.loss = squares, .progress = silent});
        }) == "[measure] the loader has no samples");
}
