#include "traffic/split.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "traffic/hash.hpp"

namespace traffic {
namespace {

constexpr int kTestOneIn = 5;        // in a plain split
constexpr int kValidationOneIn = 5;  // of what is not tested on
constexpr double kTest = 1.0 / kTestOneIn;
constexpr double kValidation = 1.0 / kValidationOneIn;

std::vector<Part> deal_once(std::span<const Unit> units) {
  constexpr std::array<Part, 3> kParts{Part::train, Part::validation, Part::test};
  constexpr std::array<double, 3> kShares{(1 - kTest) * (1 - kValidation), (1 - kTest) * kValidation, kTest};
  std::vector<Part> parts;
  for (const std::uint8_t part : deal(units, kShares)) parts.push_back(kParts[part]);
  return parts;
}

}  // namespace

std::string_view name(SplitBy by) {
  constexpr std::array<std::string_view, 4> kNames{"packet", "flow", "capture", "none"};
  return kNames[static_cast<std::size_t>(by)];
}

std::string described(SplitBy by) {
  return by == SplitBy::none ? "not split" : "split by " + std::string(name(by));
}

std::vector<std::uint8_t> deal(std::span<const Unit> units, std::span<const double> shares) {
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(units[a].hash, a) < std::pair(units[b].hash, b);
  });
  double total = 0;
  for (const Unit& unit : units) total += static_cast<double>(unit.packets);

  std::vector<double> lacks(shares.size());
  for (std::size_t part = 0; part < shares.size(); ++part) lacks[part] = shares[part] * total;
  std::vector<bool> empty(shares.size(), true);
  std::size_t empty_parts = shares.size();
  std::vector<std::uint8_t> parts(units.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool only_empty = order.size() - i <= empty_parts;
    std::size_t best = shares.size();
    for (std::size_t part = 0; part < shares.size(); ++part) {
      if (only_empty && empty_parts > 0 && !empty[part]) continue;
      if (best == shares.size() || lacks[part] > lacks[best]) best = part;
    }
    parts[order[i]] = static_cast<std::uint8_t>(best);
    lacks[best] -= static_cast<double>(units[order[i]].packets);
    if (empty[best]) --empty_parts;
    empty[best] = false;
  }
  return parts;
}

std::vector<std::vector<Part>> deal_folds(std::span<const Unit> units, int folds) {
  if (folds == 1) return {deal_once(units)};
  const std::vector<double> equal(static_cast<std::size_t>(folds), 1.0 / folds);
  const std::vector<std::uint8_t> fold_of = deal(units, equal);
  constexpr std::array<double, 2> kRest{1 - kValidation, kValidation};

  std::vector<std::vector<Part>> result;
  for (int fold = 0; fold < folds; ++fold) {
    std::vector<Part> parts(units.size(), Part::test);
    std::vector<Unit> rest;
    std::vector<std::size_t> rest_at;
    for (std::size_t i = 0; i < units.size(); ++i) {
      if (fold_of[i] == fold) continue;
      // Another order than before, or the validation parts of all rounds would be nearly the same.
      rest.push_back({mix64(units[i].hash, fold), units[i].packets});
      rest_at.push_back(i);
    }
    const std::vector<std::uint8_t> dealt = deal(rest, kRest);
    for (std::size_t i = 0; i < rest.size(); ++i) {
      parts[rest_at[i]] = dealt[i] == 0 ? Part::train : Part::validation;
    }
    result.push_back(std::move(parts));
  }
  return result;
}

PacketDealer::PacketDealer(std::uint64_t seed, int folds)
    : seed_(seed),
      folds_(folds == 1 ? kTestOneIn : folds),
      slots_(static_cast<std::size_t>(folds_) * kValidationOneIn) {
  std::iota(slots_.begin(), slots_.end(), 0);
  at_ = slots_.size();
}

void PacketDealer::next() {
  if (++at_ < slots_.size()) return;
  at_ = 0;
  ++block_;
  for (std::size_t i = slots_.size() - 1; i > 0; --i) {
    std::swap(slots_[i], slots_[mix64(seed_, block_, i) % (i + 1)]);
  }
}

}  // namespace traffic
