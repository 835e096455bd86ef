#include "deep_packet/random_trials.hpp"

TEST_CASE("10,000 command lines") { deep_packet::test::random_options(10'000, 2); }

TEST_CASE("10,000 damaged files") { deep_packet::test::random_damage(10'000, 2); }
