#include "ebb/data/split.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/data/balance.hpp"

namespace {

using ebb::Index;
using ebb::data::Split;

// 100 samples of label 0, 50 of label 7, 10 of label 3, mixed.
std::vector<std::int32_t> mixed_labels() {
  std::vector<std::int32_t> labels(100, 0);
  labels.insert(labels.end(), 50, 7);
  labels.insert(labels.end(), 10, 3);
  ebb::data::shuffle(labels, ebb::Philox{5, 0});
  return labels;
}

std::map<std::int32_t, Index> counts(const std::vector<Index>& samples,
                                     const std::vector<std::int32_t>& labels) {
  std::map<std::int32_t, Index> counts;
  for (const Index sample : samples) ++counts[labels[static_cast<std::size_t>(sample)]];
  return counts;
}

void check_is_partition(const Split& split, Index count) {
  std::vector<Index> all;
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    CHECK(std::is_sorted(part->begin(), part->end()));
    all.insert(all.end(), part->begin(), part->end());
  }
  std::sort(all.begin(), all.end());
  CHECK(all == ebb::data::all_samples(count));
}

}  // namespace

TEST_CASE("shuffle: every order is as likely as any other") {
  std::map<std::vector<int>, int> seen;
  ebb::Generator generator(1);
  for (int i = 0; i < 6000; ++i) {
    std::vector<int> elements{1, 2, 3};
    ebb::data::shuffle(elements, generator.next());
    ++seen[elements];
  }
  REQUIRE(seen.size() == 6);
  for (const auto& [order, count] : seen) CHECK(std::abs(count - 1000) < 145);  // five standard deviations
}

TEST_CASE("stratified_split: the same shares in every class") {
  const auto labels = mixed_labels();
  const Split split = ebb::data::stratified_split(labels, {.validation = 0.16, .test = 0.2, .seed = 1});
  check_is_partition(split, 160);
  using Counts = std::map<std::int32_t, Index>;
  CHECK(counts(split.validation, labels) == Counts{{0, 16}, {3, 2}, {7, 8}});
  CHECK(counts(split.test, labels) == Counts{{0, 20}, {3, 2}, {7, 10}});
  CHECK(counts(split.train, labels) == Counts{{0, 64}, {3, 6}, {7, 32}});

  CHECK(ebb::data::stratified_split(labels, {.seed = 1}).test == split.test);
  CHECK(ebb::data::stratified_split(labels, {.seed = 2}).test != split.test);
}

TEST_CASE("stratified_split: shares at the edges") {
  const std::vector<std::int32_t> labels{1, 1, 1};
  check_is_partition(ebb::data::stratified_split(labels, {.validation = 0.5, .test = 0.5}), 3);
  CHECK(ebb::data::stratified_split(labels, {.validation = 0, .test = 0}).train.size() == 3);
  check_is_partition(ebb::data::stratified_split({}, {}), 0);
  CHECK(ebb::test::error(
            [&] { (void)ebb::data::stratified_split(labels, {.validation = 0.6, .test = 0.5}); }) ==
        "[stratified_split] shares of 0.6 for validation and 0.5 for test: expected at least 0 each and at "
        "most 1 "
        "together");
}

TEST_CASE("grouped_split: groups stay together and the shares come out") {
  std::vector<std::int32_t> labels;
  std::vector<std::int64_t> groups;
  for (std::int64_t group = 0; group < 200; ++group) {
    for (std::int64_t i = 0; i < 1 + group * 7 % 5; ++i) {
      labels.push_back(static_cast<std::int32_t>(group % 3));
      groups.push_back(1'000'000'007 * group);
    }
  }
  const Split split = ebb::data::grouped_split(labels, groups, {.seed = 3});
  check_is_partition(split, static_cast<Index>(labels.size()));
  std::map<std::int64_t, std::set<int>> parts;
  int number = 0;
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    for (const Index sample : *part) parts[groups[static_cast<std::size_t>(sample)]].insert(number);
    ++number;
  }
  for (const auto& [group, in] : parts) CHECK(in.size() == 1);
  const auto all = counts(ebb::data::all_samples(static_cast<Index>(labels.size())), labels);
  for (const auto& [label, count] : counts(split.test, labels))
    CHECK(std::abs(static_cast<double>(count) - 0.2 * static_cast<double>(all.at(label))) <= 5);
  for (const auto& [label, count] : counts(split.validation, labels))
    CHECK(std::abs(static_cast<double>(count) - 0.16 * static_cast<double>(all.at(label))) <= 5);
  CHECK(ebb::data::grouped_split(labels, groups, {.seed = 3}).test == split.test);
  CHECK(ebb::data::grouped_split(labels, groups, {.seed = 4}).test != split.test);
}

TEST_CASE("grouped_split: errors") {
  const std::vector<std::int32_t> labels{1, 2};
  const std::vector<std::int64_t> groups{1};
  CHECK(ebb::test::error([&] { (void)ebb::data::grouped_split(labels, groups); }) ==
        "[grouped_split] 2 labels and 1 groups: expected one of each per sample");
}

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
