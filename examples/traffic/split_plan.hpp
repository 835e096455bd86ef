#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "traffic/balance.hpp"
#include "traffic/packet_store.hpp"
#include "traffic/split.hpp"

namespace traffic {

struct SplitOptions {
  SplitBy by = SplitBy::flow;
  int folds = 1;                  ///< 1: a plain split, more: cross-validation
  bool undersample = true;        ///< of the training part
  double max_ratio = 10;          ///< of the largest class of the training part to the smallest
  std::uint64_t min_packets = 0;  ///< a class with fewer is left out
  std::uint64_t seed = 0;
};

using PartSizes = std::array<std::uint64_t, part_count>;  // by Part

struct ClassPlan {
  std::string name;
  std::uint16_t label = no_label;  ///< position among the classes that stay
  std::string why_left_out;        ///< empty: it stays
  std::uint64_t captures = 0;      ///< with packets
  std::uint64_t flows = 0;
  std::uint64_t packets = 0;
  std::vector<PartSizes> folds;  ///< packets per part after balancing
};

/// Which class a capture belongs to that has none.
inline constexpr std::size_t no_class = static_cast<std::size_t>(-1);

/// What becomes of every packet, decided from flows and sizes alone.
struct SplitPlan {
  SplitOptions options;
  std::vector<ClassPlan> classes;
  std::vector<std::size_t> class_of_capture;  ///< or no_class
  std::vector<std::vector<Part>> unit_parts;  ///< [fold][flow or capture]; empty for a split by packet
};

/// `flows` holds the packets that remain of each flow.
SplitPlan plan_split(const std::vector<PacketStore::Flow>& flows, const std::vector<std::string>& class_names,
                     const std::vector<std::size_t>& class_of_capture, const SplitOptions& options);

/// The parts of every packet, which have to come in their order.
class PartOfPacket {
 public:
  explicit PartOfPacket(const SplitPlan& plan);

  /// Moves on to the next packet; `removed` where it is a duplicate.
  void next(const IndexRecord& record, bool removed);
  /// Its part in each fold.
  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] std::uint16_t label() const { return label_; }

 private:
  const SplitPlan& plan_;
  std::vector<PacketDealer> dealers_;             // [class]
  std::vector<std::vector<Selector>> selectors_;  // [class][fold]
  std::vector<Part> parts_;
  std::uint16_t label_ = no_label;
};

}  // namespace traffic
