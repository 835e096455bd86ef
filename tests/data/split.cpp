#include "ebb/data/split.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "data/labels.hpp"

namespace {

using ebb::Index;
using ebb::data::Split;
using ebb::test::counts;
using ebb::test::mixed_labels;

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
