#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "ebb/core/error.hpp"
#include "ebb/data/shuffle.hpp"

namespace EBB_NAMESPACE::data {

struct SplitOptions {
  double validation = 0.16;  ///< shares of the samples; what is left is for training
  double test = 0.20;
  std::uint64_t seed = 0;
};

/// Numbers of samples, ascending; each sample is in exactly one part.
struct Split {
  std::vector<Index> train, validation, test;
};

namespace detail {

/// The numbers of the samples of each label.
inline std::map<std::int32_t, std::vector<Index>> samples_by_label(std::span<const std::int32_t> labels) {
  std::map<std::int32_t, std::vector<Index>> classes;
  for (std::size_t i = 0; i < labels.size(); ++i) classes[labels[i]].push_back(static_cast<Index>(i));
  return classes;
}

inline void check_shares(std::string_view op, const SplitOptions& o) {
  ebb::detail::require(o.validation >= 0 && o.test >= 0 && o.validation + o.test <= 1, op, "shares of ",
                       o.validation, " for validation and ", o.test,
                       " for test: expected at least 0 each and at most 1 together");
}

inline void sort_parts(Split& split) {
  for (std::vector<Index>* part : {&split.train, &split.validation, &split.test})
    std::sort(part->begin(), part->end());
}

}  // namespace detail

/// Deals out the samples at random so that every class has the same shares everywhere, up to rounding.
/// Error [stratified_split] for a share below 0, or shares above 1 together.
///
///     const data::Split split = data::stratified_split(labels.span(), {.validation = 0.1, .test = 0.2});
[[nodiscard]] inline Split stratified_split(std::span<const std::int32_t> labels,
                                            const SplitOptions& options = {}) {
  detail::check_shares("stratified_split", options);
  Generator generator(options.seed);
  Split split;
  for (auto& [label, samples] : detail::samples_by_label(labels)) {
    shuffle(samples, generator.next());
    const double count = static_cast<double>(samples.size());
    const auto first = samples.begin();
    const auto validation = first + std::lround(options.validation * count);
    const auto test = std::min(validation + std::lround(options.test * count), samples.end());
    split.validation.insert(split.validation.end(), first, validation);
    split.test.insert(split.test.end(), validation, test);
    split.train.insert(split.train.end(), test, samples.end());
  }
  detail::sort_parts(split);
  return split;
}

/// The same with groups of samples that must stay together (packets of a flow, flows of a capture): in random
/// order, each group goes to the part that lacks most of its samples, class by class. How close that comes to
/// the shares depends on the sizes of the groups. groups[i] is any number that the samples of a group share.
/// Error [grouped_split] for shares as above, or where labels and groups differ in number.
[[nodiscard]] inline Split grouped_split(std::span<const std::int32_t> labels,
                                         std::span<const std::int64_t> groups,
                                         const SplitOptions& options = {}) {
  detail::check_shares("grouped_split", options);
  ebb::detail::require(labels.size() == groups.size(), "grouped_split", labels.size(), " labels and ",
                       groups.size(), " groups: expected one of each per sample");
  std::map<std::int64_t, std::vector<Index>> members;
  for (std::size_t i = 0; i < groups.size(); ++i) members[groups[i]].push_back(static_cast<Index>(i));
  std::vector<const std::vector<Index>*> order;
  for (const auto& [group, samples] : members) order.push_back(&samples);
  shuffle(order, Generator(options.seed).next());

  using Lack = std::array<double, 3>;  // samples of a class that train, validation and test still lack
  std::map<std::int32_t, Lack> lacks;
  for (const auto& [label, samples] : detail::samples_by_label(labels)) {
    const double count = static_cast<double>(samples.size());
    lacks[label] = {(1 - options.validation - options.test) * count, options.validation * count,
                    options.test * count};
  }
  Split split;
  const std::array<std::vector<Index>*, 3> parts{&split.train, &split.validation, &split.test};
  for (const std::vector<Index>* samples : order) {
    Lack lack{};
    for (const Index sample : *samples)
      for (std::size_t part = 0; part < 3; ++part)
        lack[part] += lacks[labels[static_cast<std::size_t>(sample)]][part];
    const auto part = static_cast<std::size_t>(std::max_element(lack.begin(), lack.end()) - lack.begin());
    parts[part]->insert(parts[part]->end(), samples->begin(), samples->end());
    for (const Index sample : *samples) lacks[labels[static_cast<std::size_t>(sample)]][part] -= 1;
  }
  detail::sort_parts(split);
  return split;
}

}  // namespace EBB_NAMESPACE::data
