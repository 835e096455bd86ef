#include "ebb/optim/schedule.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/core/copy_state.hpp"

using ebb::optim::Schedule;
using ebb::test::error;

TEST_CASE("schedule: step decay") {
  const ebb::optim::StepDecayOptions o{.from = 1, .every = 3, .factor = 0.5};
  CHECK(ebb::optim::step_decay(0, o) == 1);
  CHECK(ebb::optim::step_decay(2, o) == 1);
  CHECK(ebb::optim::step_decay(3, o) == 0.5);
  CHECK(ebb::optim::step_decay(8, o) == 0.25);
  CHECK(ebb::test::error([] { (void)ebb::optim::step_decay(0, {.every = 0}); }).starts_with("[step_decay]"));
}

TEST_CASE("schedule: cosine decay") {
  const ebb::optim::CosineDecayOptions o{.from = 1, .to = 0.2, .epochs = 10};
  CHECK(ebb::optim::cosine_decay(0, o) == doctest::Approx(1));
  CHECK(ebb::optim::cosine_decay(5, o) == doctest::Approx(0.6));
  CHECK(ebb::optim::cosine_decay(10, o) == doctest::Approx(0.2));
  CHECK(ebb::optim::cosine_decay(11, o) == doctest::Approx(0.2));
  CHECK(ebb::test::error([] { (void)ebb::optim::cosine_decay(-1, {}); }).starts_with("[cosine_decay]"));
}

TEST_CASE("schedule: the objects are the functions") {
  const ebb::optim::StepDecayOptions step{.from = 1, .every = 3, .factor = 0.5};
  const ebb::optim::CosineDecayOptions cosine{.from = 1, .to = 0.2, .epochs = 10};
  const Schedule by_steps = ebb::optim::step_decay(step), wave = ebb::optim::cosine_decay(cosine);
  for (ebb::Index t = 0; t < 12; ++t) {
    CHECK(by_steps(t) == ebb::optim::step_decay(t, step));
    CHECK(wave(t) == ebb::optim::cosine_decay(t, cosine));
  }
  const Schedule own([](ebb::Index t) { return 1.0 / (1.0 + static_cast<double>(t)); });
  CHECK(own(3) == 0.25);
  CHECK(own.state().size() == 0);
  CHECK(error([] { (void)ebb::optim::step_decay({.every = 0}); }).starts_with("[step_decay]"));
}

// torch.optim.lr_scheduler.OneCycleLR(SGD, max_lr=0.1, total_steps=10), and with max_lr=1,
// total_steps=5, pct_start=0.5, div_factor=10, final_div_factor=100; PyTorch 2.15.
TEST_CASE("schedule: one cycle is PyTorch's") {
  const Schedule cycle = ebb::optim::one_cycle({.peak = 0.1, .steps = 10});
  const std::vector<double> expected{0.004,
                                     0.052,
                                     0.1,
                                     0.0950484632013,
                                     0.081174565395,
                                     0.0611262021936,
                                     0.0388741978064,
                                     0.018825834605,
                                     0.00495193679865,
                                     4e-07};
  for (std::size_t t = 0; t < expected.size(); ++t)
    CHECK(cycle(static_cast<ebb::Index>(t)) == doctest::Approx(expected[t]));
  const Schedule other =
      ebb::optim::one_cycle({.peak = 1, .steps = 5, .rise = 0.5, .start_divisor = 10, .end_divisor = 100});
  const std::vector<double> others{0.1, 0.775, 0.90460398869, 0.34614601131, 0.001};
  for (std::size_t t = 0; t < others.size(); ++t)
    CHECK(other(static_cast<ebb::Index>(t)) == doctest::Approx(others[t]));
  CHECK(other(7) == other(4));
  CHECK(error([] { (void)ebb::optim::one_cycle({.steps = 1}); }).starts_with("[one_cycle]"));
}

TEST_CASE("schedule: warm-up, then another one from its beginning") {
  const Schedule schedule =
      ebb::optim::warmup({.over = 3}, ebb::optim::step_decay({.from = 1, .every = 2, .factor = 0.5}));
  const std::vector<double> expected{0.25, 0.5, 0.75, 1, 1, 0.5, 0.5, 0.25};
  for (std::size_t t = 0; t < expected.size(); ++t)
    CHECK(schedule(static_cast<ebb::Index>(t)) == doctest::Approx(expected[t]));
  CHECK(ebb::optim::warmup({.over = 0}, schedule)(0) == schedule(0));
  CHECK(error([&] { (void)ebb::optim::warmup({.over = -1}, schedule); }) ==
        "[warmup] over -1 must be at least 0");
}

TEST_CASE("schedule: reduced on a plateau, also behind a warm-up, and its memory is a state") {
  const ebb::optim::ReduceOnPlateauOptions o{
      .from = 1, .factor = 0.5, .patience = 2, .min_delta = 0.1, .to = 0.3};
  const Schedule plateau = ebb::optim::reduce_on_plateau(o);
  const Schedule schedule = ebb::optim::warmup({.over = 0}, plateau), twin = ebb::optim::reduce_on_plateau(o);
  std::vector<double> rates;
  for (const double loss : {5.0, 4.0, 3.95, 3.95, 3.0, 3.0, 2.95, std::nan(""), 3.0, 3.0}) {
    schedule.observe(loss);
    rates.push_back(schedule(0));
  }
  CHECK(rates == std::vector<double>{1, 1, 1, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3});
  copy_state(schedule.state(), twin.state());
  CHECK(twin(0) == 0.3);
  CHECK(error([] { (void)ebb::optim::reduce_on_plateau({.factor = 1}); }).starts_with("[reduce_on_plateau]"));
}
