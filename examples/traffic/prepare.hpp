#pragma once

#include <ebb/core/error.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "traffic/labels.hpp"
#include "traffic/mask.hpp"
#include "traffic/packet.hpp"
#include "traffic/packet_counts.hpp"
#include "traffic/split_plan.hpp"

namespace traffic {

struct PrepareOptions {
  std::vector<std::filesystem::path> captures;  ///< files and folders
  Task task = Task::traffic;
  std::filesystem::path out;
  SplitOptions split;
  Mask mask;
  std::vector<std::string> drop;  ///< background protocols, see DropList
  bool dedupe = false;            ///< of packets with equal bytes, only the first one stays
  bool replace = false;           ///< whether a data set that is in `out` may go
};

struct CaptureReport {
  LabelledCapture capture;
  PacketCounts counts;
  std::uint64_t flows = 0;
  std::uint64_t duplicates_removed = 0;
  std::string damage;  ///< empty: none
};

/// Packets whose bytes also occur among those that are trained on.
struct SharedWithTraining {
  std::uint64_t validation = 0;
  std::uint64_t test = 0;
};

struct PrepareReport {
  PrepareOptions options;
  std::vector<CaptureReport> captures;
  SplitPlan plan;
  std::uint64_t packets = 0;  ///< stored
  std::uint64_t packet_bytes = 0;
  std::uint64_t duplicates = 0;            ///< stored packets with the bytes of an earlier one
  std::vector<SharedWithTraining> shared;  ///< by fold
  std::vector<std::string> warnings;
  /// 32 hexadecimal digits; the first half is the same for every split of the same packets.
  std::string data_hash;
  std::uint64_t capture_bytes = 0;  ///< of all files
  double seconds = 0;
};

/// Fewer classes than a data set needs: two, or one where there is no split. Nothing was written.
class TooFewClasses : public ebb::Error {
 public:
  explicit TooFewClasses(PrepareReport of_what);

  PrepareReport report;  ///< which classes there were, and why they were left out
};

/// Reads the captures and writes a data set (dataset_format.hpp) into the folder `out`, in memory that grows
/// with the number of flows and by one byte per packet and fold. The same options and captures give the same
/// bytes. Options, captures and folder are checked first, and the data set appears as a whole or not at all
/// (result_folder.hpp).
///
/// Captures without a label are read too, for their counts. Throws ebb::Error on wrong options and on what
/// cannot be read or written, TooFewClasses, and Interrupted; damaged captures are warnings.
PrepareReport prepare(const PrepareOptions& options);

/// What goes into prepare.json; times and rates do not.
nlohmann::ordered_json to_json(const PrepareReport& report);

/// The files of the data set, for fold k of n; n = 1 is a plain split.
std::string split_file_name(int fold, int folds);

}  // namespace traffic
