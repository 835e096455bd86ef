#include "traffic/split.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/balance.hpp"
#include "traffic/duplicates.hpp"
#include "traffic/hash.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

std::vector<Unit> units(const std::vector<std::uint64_t>& sizes) {
  std::vector<Unit> result;
  for (std::size_t i = 0; i < sizes.size(); ++i) result.push_back({mix64(i), sizes[i]});
  return result;
}

double share(const std::vector<Part>& parts, Part part) {
  return static_cast<double>(std::count(parts.begin(), parts.end(), part)) /
         static_cast<double>(parts.size());
}

}  // namespace

TEST_CASE("units go, in the order of their hash, to the part that lacks most") {
  const std::array<double, 2> shares{0.75, 0.25};
  // In order of hash: 60 (lacks 75, 25 -> first), 30 (15, 25 -> second), 10 (15, -5 -> first).
  const std::vector<Unit> three{{3, 10}, {1, 60}, {2, 30}};
  CHECK(deal(three, shares) == std::vector<std::uint8_t>{0, 0, 1});
}

TEST_CASE("every part gets a unit where there are enough") {
  const std::array<double, 3> shares{0.64, 0.16, 0.2};
  for (std::size_t count = 3; count < 20; ++count) {
    const std::vector<std::uint8_t> parts = deal(units(std::vector<std::uint64_t>(count, 1)), shares);
    CHECK(std::set<int>(parts.begin(), parts.end()).size() == 3);
  }
  CHECK(deal(units({5, 5}), shares).size() == 2);
  CHECK(deal({}, shares).empty());
}

TEST_CASE("a plain split of many units is 64, 16 and 20 percent") {
  std::vector<std::uint64_t> sizes;
  for (std::uint64_t i = 0; i < 1000; ++i) sizes.push_back(1 + mix64(i) % 50);
  const std::vector<Unit> many = units(sizes);
  const std::vector<std::vector<Part>> folds = deal_folds(many, 1);
  REQUIRE(folds.size() == 1);
  std::array<double, part_count> packets{};
  for (std::size_t i = 0; i < many.size(); ++i) {
    packets[static_cast<std::size_t>(folds[0][i])] += static_cast<double>(many[i].packets);
  }
  const double all = std::accumulate(packets.begin(), packets.end(), 0.0);
  CHECK(packets[static_cast<std::size_t>(Part::train)] / all == doctest::Approx(0.64).epsilon(0.01));
  CHECK(packets[static_cast<std::size_t>(Part::validation)] / all == doctest::Approx(0.16).epsilon(0.01));
  CHECK(packets[static_cast<std::size_t>(Part::test)] / all == doctest::Approx(0.20).epsilon(0.01));
}

TEST_CASE("in cross-validation every unit is tested on exactly once") {
  const std::vector<Unit> many = units(std::vector<std::uint64_t>(100, 3));
  for (const int count : {2, 3, 5, 10}) {
    const std::vector<std::vector<Part>> folds = deal_folds(many, count);
    REQUIRE(folds.size() == static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < many.size(); ++i) {
      CHECK(std::count_if(folds.begin(), folds.end(),
                          [i](const auto& parts) { return parts[i] == Part::test; }) == 1);
    }
    for (const std::vector<Part>& parts : folds) {
      CHECK(share(parts, Part::test) == doctest::Approx(1.0 / count).epsilon(0.05));
      CHECK(share(parts, Part::validation) == doctest::Approx((1 - 1.0 / count) / 5).epsilon(0.1));
      CHECK(share(parts, Part::left_out) == 0);
    }
  }
}

TEST_CASE("packets are dealt in exact shares, differently for every seed") {
  constexpr int kPackets = 1000;
  std::set<std::vector<Part>> seen;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    PacketDealer dealer(seed, 1);
    std::vector<Part> parts;
    for (int i = 0; i < kPackets; ++i) {
      dealer.next();
      parts.push_back(dealer.part(0));
    }
    CHECK(share(parts, Part::train) == 0.64);
    CHECK(share(parts, Part::validation) == 0.16);
    CHECK(share(parts, Part::test) == 0.2);
    CHECK(seen.insert(parts).second);
  }
  for (const int folds : {2, 4, 5}) {
    PacketDealer dealer(7, folds);
    for (int i = 0; i < kPackets; ++i) {
      dealer.next();
      int tests = 0;
      for (int fold = 0; fold < folds; ++fold) tests += dealer.part(fold) == Part::test;
      CHECK(tests == 1);
    }
  }
}

TEST_CASE("undersampling bounds the ratio to the smallest class") {
  CHECK(undersampled(std::vector<std::uint64_t>{5, 70, 50, 49}, 10) ==
        std::vector<std::uint64_t>{5, 50, 50, 49});
  CHECK(undersampled(std::vector<std::uint64_t>{3, 10}, 1.5) == std::vector<std::uint64_t>{3, 4});
  CHECK(undersampled(std::vector<std::uint64_t>{7}, 1) == std::vector<std::uint64_t>{7});
  CHECK(undersampled({}, 10).empty());
}

TEST_CASE("a selector picks exactly as many as it should, spread over all") {
  for (const std::uint64_t wanted : {0u, 1u, 300u, 999u, 1000u}) {
    Selector selector(42, 1000, wanted);
    std::uint64_t picked = 0;
    std::uint64_t picked_in_first_half = 0;
    for (int i = 0; i < 1000; ++i) {
      picked += selector.next();
      if (i == 499) picked_in_first_half = picked;
    }
    CHECK(picked == wanted);
    if (wanted == 300) CHECK(std::abs(static_cast<double>(picked_in_first_half) - 150) < 40);
  }
}

TEST_CASE("groups of equal hashes are found with any amount of memory") {
  const TemporaryFolder folder;
  std::vector<Hash128> hashes;
  std::map<std::uint64_t, std::vector<std::uint32_t>> expected;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const std::uint64_t value = mix64(i) % 3000;
    hashes.push_back({mix64(value), value});
    expected[value].push_back(i);
  }
  std::erase_if(expected, [](const auto& entry) { return entry.second.size() < 2; });
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(hashes.data());
  const auto path = folder.write("hashes", Bytes(bytes, bytes + hashes.size() * sizeof(Hash128)));
  for (const std::size_t capacity : {100u, 5000u, 1000000u}) {
    std::map<std::uint64_t, std::vector<std::uint32_t>> found;
    for_each_equal_group(
        path,
        [&](std::span<const std::uint32_t> group) {
          found[hashes[group[0]].low].assign(group.begin(), group.end());
        },
        capacity);
    CHECK(found == expected);
  }
}
