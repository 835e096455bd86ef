#include "traffic/split_plan.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>

#include "traffic/hash.hpp"

namespace traffic {
namespace {

// One seed, but independent decisions.
enum class Purpose : std::uint8_t { units = 1, packets, balance };

std::uint64_t seed_for(const SplitPlan& plan, Purpose purpose, std::size_t index, std::size_t fold = 0) {
  return mix64(plan.options.seed, static_cast<std::uint64_t>(purpose), index, fold);
}

std::uint64_t& size_of(PartSizes& sizes, Part part) { return sizes[static_cast<std::size_t>(part)]; }

bool is_complete(PartSizes& sizes) {
  return size_of(sizes, Part::train) > 0 && size_of(sizes, Part::validation) > 0 &&
         size_of(sizes, Part::test) > 0;
}

struct ClassUnits {
  std::vector<std::size_t> where;  // flows or captures
  std::vector<Unit> units;
};

// The flows or captures that have packets, by class; counts the classes on the way.
std::vector<ClassUnits> collect_units(const std::vector<PacketStore::Flow>& flows, SplitPlan& plan) {
  std::vector<ClassUnits> by_class(plan.classes.size());
  std::vector<std::uint64_t> packets_of_capture(plan.class_of_capture.size());
  const auto add = [&](std::size_t of_class, std::size_t unit, std::uint64_t packets) {
    by_class[of_class].where.push_back(unit);
    by_class[of_class].units.push_back({seed_for(plan, Purpose::units, unit), packets});
  };
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const std::size_t of_class = plan.class_of_capture[flows[i].capture];
    if (of_class == no_class || flows[i].packets == 0) continue;
    packets_of_capture[flows[i].capture] += flows[i].packets;
    plan.classes[of_class].packets += flows[i].packets;
    ++plan.classes[of_class].flows;
    if (plan.options.by == SplitBy::flow) add(of_class, i, flows[i].packets);
  }
  for (std::size_t i = 0; i < packets_of_capture.size(); ++i) {
    if (packets_of_capture[i] == 0) continue;
    ++plan.classes[plan.class_of_capture[i]].captures;
    if (plan.options.by == SplitBy::capture) add(plan.class_of_capture[i], i, packets_of_capture[i]);
  }
  return by_class;
}

void deal_units(SplitPlan& plan, ClassPlan& current, const ClassUnits& units) {
  const std::vector<std::vector<Part>> parts = deal_folds(units.units, plan.options.folds);
  for (std::size_t fold = 0; fold < parts.size(); ++fold) {
    for (std::size_t i = 0; i < units.where.size(); ++i) {
      plan.unit_parts[fold][units.where[i]] = parts[fold][i];
      size_of(current.folds[fold], parts[fold][i]) += units.units[i].packets;
    }
  }
}

void deal_packets(const SplitPlan& plan, ClassPlan& current, std::size_t index) {
  PacketDealer dealer(seed_for(plan, Purpose::packets, index), plan.options.folds);
  for (std::uint64_t packet = 0; packet < current.packets; ++packet) {
    dealer.next();
    for (int fold = 0; fold < plan.options.folds; ++fold) {
      ++size_of(current.folds[static_cast<std::size_t>(fold)], dealer.part(fold));
    }
  }
}

std::string why_incomplete(const SplitPlan& plan, const ClassPlan& current) {
  const SplitBy by = plan.options.by;
  const std::uint64_t units = by == SplitBy::packet ? current.packets
                              : by == SplitBy::flow ? current.flows
                                                    : current.captures;
  return "only " + std::to_string(units) + " " + std::string(name(by)) + (units == 1 ? "" : "s") +
         " to split";
}

// Gives every unit of a class its part in each fold.
void deal(SplitPlan& plan, std::size_t index, const ClassUnits& units) {
  ClassPlan& current = plan.classes[index];
  switch (plan.options.by) {
    case SplitBy::none:
      size_of(current.folds.front(), Part::test) = current.packets;
      return;
    case SplitBy::packet:
      deal_packets(plan, current, index);
      break;
    case SplitBy::flow:
    case SplitBy::capture:
      deal_units(plan, current, units);
      break;
  }
  if (!std::all_of(current.folds.begin(), current.folds.end(), is_complete)) {
    current.why_left_out = why_incomplete(plan, current);
  }
}

void undersample_training(SplitPlan& plan) {
  for (std::size_t fold = 0; fold < static_cast<std::size_t>(plan.options.folds); ++fold) {
    std::vector<PartSizes*> sizes;
    std::vector<std::uint64_t> train;
    for (ClassPlan& current : plan.classes) {
      if (current.label == no_label) continue;
      sizes.push_back(&current.folds[fold]);
      train.push_back(size_of(current.folds[fold], Part::train));
    }
    const std::vector<std::uint64_t> kept = undersampled(train, plan.options.max_ratio);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      size_of(*sizes[i], Part::train) = kept[i];
      size_of(*sizes[i], Part::train_unused) = train[i] - kept[i];
    }
  }
}

}  // namespace

SplitPlan plan_split(const std::vector<PacketStore::Flow>& flows, const std::vector<std::string>& class_names,
                     const std::vector<std::size_t>& class_of_capture, const SplitOptions& options) {
  SplitPlan plan{.options = options, .classes = {}, .class_of_capture = class_of_capture, .unit_parts = {}};
  for (const std::string& class_name : class_names) plan.classes.emplace_back().name = class_name;
  const std::vector<ClassUnits> units = collect_units(flows, plan);
  const auto folds = static_cast<std::size_t>(options.folds);
  if (options.by == SplitBy::flow || options.by == SplitBy::capture) {
    const std::size_t count = options.by == SplitBy::flow ? flows.size() : class_of_capture.size();
    plan.unit_parts.assign(folds, std::vector<Part>(count, Part::left_out));
  }

  std::uint16_t label = 0;
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    ClassPlan& current = plan.classes[i];
    current.folds.resize(folds);
    if (current.packets == 0) {
      current.why_left_out = "no packets";
    } else if (current.packets < options.min_packets) {
      current.why_left_out = "fewer than " + std::to_string(options.min_packets) + " packets";
    } else {
      deal(plan, i, units[i]);
    }
    if (!current.why_left_out.empty()) continue;
    if (label == most_classes) {
      throw ebb::Error("prepare", "more than " + std::to_string(most_classes) + " classes");
    }
    current.label = label++;
  }
  if (options.undersample && options.by != SplitBy::none) undersample_training(plan);
  return plan;
}

PartOfPacket::PartOfPacket(const SplitPlan& plan)
    : plan_(plan), parts_(static_cast<std::size_t>(plan.options.folds), Part::left_out) {
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    dealers_.emplace_back(seed_for(plan, Purpose::packets, i), plan.options.folds);
    std::vector<Selector>& selectors = selectors_.emplace_back();
    for (std::size_t fold = 0; fold < parts_.size(); ++fold) {
      PartSizes sizes = plan.classes[i].folds[fold];
      const std::uint64_t kept = size_of(sizes, Part::train);
      selectors.emplace_back(seed_for(plan, Purpose::balance, i, fold),
                             kept + size_of(sizes, Part::train_unused), kept);
    }
  }
}

void PartOfPacket::next(const IndexRecord& record, bool removed) {
  const std::size_t of_class = plan_.class_of_capture[record.capture];
  label_ = of_class == no_class ? no_label : plan_.classes[of_class].label;
  if (label_ == no_label || removed) {
    std::fill(parts_.begin(), parts_.end(), Part::left_out);
    return;
  }
  const SplitBy by = plan_.options.by;
  if (by == SplitBy::none) {
    std::fill(parts_.begin(), parts_.end(), Part::test);
    return;
  }
  if (by == SplitBy::packet) dealers_[of_class].next();
  const std::size_t unit = by == SplitBy::flow ? record.flow : record.capture;
  for (std::size_t fold = 0; fold < parts_.size(); ++fold) {
    Part& part = parts_[fold];
    part = by == SplitBy::packet ? dealers_[of_class].part(static_cast<int>(fold))
                                 : plan_.unit_parts[fold][unit];
    if (part == Part::train && !selectors_[of_class][fold].next()) part = Part::train_unused;
  }
}

}  // namespace traffic
