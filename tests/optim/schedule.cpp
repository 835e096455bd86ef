#include "ebb/optim/schedule.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

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
