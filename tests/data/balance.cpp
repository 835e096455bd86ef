#include "ebb/data/balance.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "data/labels.hpp"

using ebb::Index;
using ebb::test::counts;
using ebb::test::mixed_labels;

TEST_CASE("undersample: no class is larger than the ratio allows") {
  const auto labels = mixed_labels();
  const auto samples = ebb::data::all_samples(160);
  const auto chosen = ebb::data::undersample(samples, labels, {.max_ratio = 6, .seed = 1});
  CHECK(std::is_sorted(chosen.begin(), chosen.end()));
  CHECK(counts(chosen, labels) == std::map<std::int32_t, Index>{{0, 60}, {3, 10}, {7, 50}});
  CHECK(std::set<Index>(chosen.begin(), chosen.end()).size() == chosen.size());
  CHECK(ebb::data::undersample(samples, labels, {.max_ratio = 6, .seed = 1}) == chosen);
  CHECK(ebb::data::undersample(samples, labels, {.max_ratio = 6, .seed = 2}) != chosen);
  CHECK(ebb::data::undersample(samples, labels, {.max_ratio = 10}) == samples);
  CHECK(ebb::data::undersample({}, labels).empty());
}

TEST_CASE("undersample: errors") {
  const std::vector<std::int32_t> labels{1};
  CHECK(ebb::test::error([&] { (void)ebb::data::undersample({0}, labels, {.max_ratio = 0.5}); }) ==
        "[undersample] the ratio 0.5 must be at least 1");
  CHECK(ebb::test::error([&] { (void)ebb::data::undersample({1}, labels); }) ==
        "[undersample] there is no sample 1 among 1");
}
