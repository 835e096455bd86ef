#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace traffic {

/// What a packet is used for. The numbers stand in the files of a data set.
enum class Part : std::uint8_t {
  train,
  train_unused,  ///< of the training part, left out by balancing
  validation,
  test,
  left_out,  ///< of a class that is left out, or a duplicate that was removed
};
inline constexpr std::size_t part_count = 5;

/// Rounds of cross-validation.
inline constexpr int most_folds = 100;

/// What stays together on one side of a split; none: there is no split, all packets are to test with.
enum class SplitBy : std::uint8_t { packet, flow, capture, none };
std::string_view name(SplitBy by);
/// "split by flow", "not split".
std::string described(SplitBy by);

/// Something that a split must not divide.
struct Unit {
  std::uint64_t hash = 0;  ///< units are dealt in this order
  std::uint64_t packets = 0;
};

/// Deals units to as many parts as there are shares and returns each unit's part. A unit goes to the part
/// that lacks most of the packets that its share promises it; but the last units go to parts that have none
/// yet, so every part gets one where there are enough.
std::vector<std::uint8_t> deal(std::span<const Unit> units, std::span<const double> shares);

/// The parts of one class's units, result[fold][unit]. One fold is a plain split into 64 % training, 16 %
/// validation and 20 % test. More are cross-validation: in round k the k-th fold is the test part and a fifth
/// of the rest the validation part.
std::vector<std::vector<Part>> deal_folds(std::span<const Unit> units, int folds);

/// Deals the packets of one class one after the other, with the shares of deal_folds: of so many consecutive
/// ones that every share is a whole number, each part gets exactly its share, and the seed decides which.
class PacketDealer {
 public:
  PacketDealer(std::uint64_t seed, int folds);

  /// Decides about the next packet.
  void next();
  [[nodiscard]] Part part(int fold) const {
    const int slot = slots_[at_];
    if (slot % folds_ == fold) return Part::test;
    return slot / folds_ == 0 ? Part::validation : Part::train;
  }

 private:
  std::uint64_t seed_;
  int folds_;
  std::uint64_t block_ = 0;
  std::size_t at_;
  std::vector<int> slots_;  // a permutation for the present block of packets
};

}  // namespace traffic
