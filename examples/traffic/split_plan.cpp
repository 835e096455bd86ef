#include "traffic/split_plan.hpp"

#include <algorithm>
#include <utility>

#include "traffic/hash.hpp"

namespace traffic {
namespace {

// One seed, but independent decisions.
enum class Purpose : std::uint8_t { units = 1, packets, balance };

std::uint64_t seed_for(const SplitOptions& options, Purpose purpose) {
  return mix64(options.seed, static_cast<std::uint64_t>(purpose));
}

PartSizes& operator+=(PartSizes& sizes, std::pair<Part, std::uint64_t> more) {
  sizes[static_cast<std::size_t>(more.first)] += more.second;
  return sizes;
}

std::uint64_t& size_of(PartSizes& sizes, Part part) { return sizes[static_cast<std::size_t>(part)]; }

bool complete(PartSizes& sizes) {
  return size_of(sizes, Part::train) > 0 && size_of(sizes, Part::validation) > 0 && size_of(sizes, Part::test) > 0;
}

class Planner {
 public:
  Planner(const std::vector<PacketStore::Flow>& flows, SplitPlan& plan) : flows_(flows), plan_(plan) {}

  void run() {
    count();
    const std::size_t folds = static_cast<std::size_t>(plan_.options.folds);
    if (plan_.options.by != SplitBy::packet) {
      const bool by_flow = plan_.options.by == SplitBy::flow;
      const std::size_t units = by_flow ? flows_.size() : plan_.class_of_capture.size();
      plan_.unit_parts.assign(folds, std::vector<Part>(units, Part::left_out));
    }
    std::uint16_t label = 0;
    for (std::size_t i = 0; i < plan_.classes.size(); ++i) {
      ClassPlan& current = plan_.classes[i];
      current.folds.resize(folds);
      if (current.packets == 0) {
        current.why_left_out = "no packets";
      } else if (current.packets < plan_.options.min_packets) {
        current.why_left_out = "fewer than " + std::to_string(plan_.options.min_packets) + " packets";
      } else {
        deal_class(i);
      }
      if (current.why_left_out.empty()) current.label = label++;
    }
    if (plan_.options.undersample) undersample();
  }

 private:
  void count() {
    std::vector<std::uint64_t> packets_of_capture(plan_.class_of_capture.size());
    for (const PacketStore::Flow& flow : flows_) {
      const std::size_t of_class = plan_.class_of_capture[flow.capture];
      packets_of_capture[flow.capture] += flow.packets;
      if (of_class == no_class || flow.packets == 0) continue;
      plan_.classes[of_class].packets += flow.packets;
      ++plan_.classes[of_class].flows;
    }
    for (std::size_t i = 0; i < packets_of_capture.size(); ++i) {
      if (packets_of_capture[i] > 0 && plan_.class_of_capture[i] != no_class) {
        ++plan_.classes[plan_.class_of_capture[i]].captures;
      }
      capture_packets_ = packets_of_capture;
    }
  }

  void deal_class(std::size_t index) {
    ClassPlan& current = plan_.classes[index];
    if (plan_.options.by == SplitBy::packet) {
      deal_packets(index);
    } else {
      deal_units(index);
    }
    if (std::all_of(current.folds.begin(), current.folds.end(), [](PartSizes& sizes) { return complete(sizes); })) {
      return;
    }
    const std::uint64_t units = plan_.options.by == SplitBy::packet ? current.packets
                                : plan_.options.by == SplitBy::flow ? current.flows
                                                                    : current.captures;
    current.why_left_out = "too few " + std::string(name(plan_.options.by)) + "s (" + std::to_string(units) +
                           ") for the split";
    for (PartSizes& sizes : current.folds) sizes.fill(0);
  }

  void deal_packets(std::size_t index) {
    ClassPlan& current = plan_.classes[index];
    PacketDealer dealer(mix64(seed_for(plan_.options, Purpose::packets), index), plan_.options.folds);
    for (std::uint64_t packet = 0; packet < current.packets; ++packet) {
      dealer.next();
      for (int fold = 0; fold < plan_.options.folds; ++fold) {
        ++size_of(current.folds[static_cast<std::size_t>(fold)], dealer.part(fold));
      }
    }
  }
};

}  // namespace
}  // namespace traffic
