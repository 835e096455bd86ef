#include "ebb/optim/adamw.hpp"

#include <doctest/doctest.h>

#include "optim/adam_path.hpp"

TEST_CASE_TEMPLATE("adamw: the decay is decoupled", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X w = ebb::full<T, D>({3}, T(1.5)).requires_grad();
  ebb::optim::AdamW<T, D> adamw({w}, {.learning_rate = 0.1, .weight_decay = 0.3});
  ebb::test::check_path(w, adamw, ebb::test::expected_path(1.5, {.learning_rate = 0.1}, 0.3));
}

TEST_CASE("adamw: errors") {
  const auto w = ebb::ones<float>({1}).requires_grad();
  CHECK(ebb::test::error([&] { ebb::optim::AdamW<float>({w}, {.weight_decay = -1}); }) ==
        "[adamw] epsilon 1e-07 and weight decay -1 must be at least 0");
}
