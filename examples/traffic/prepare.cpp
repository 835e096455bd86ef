#include "traffic/prepare.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "traffic/capture.hpp"
#include "traffic/dataset_format.hpp"
#include "traffic/duplicates.hpp"
#include "traffic/file.hpp"
#include "traffic/hash.hpp"
#include "traffic/interruption.hpp"
#include "traffic/packet_store.hpp"
#include "traffic/packet_vector.hpp"
#include "traffic/progress.hpp"
#include "traffic/result_folder.hpp"

namespace traffic {
namespace {

namespace fs = std::filesystem;

void check(const PrepareOptions& options) {
  const SplitOptions& split = options.split;
  if (split.folds < 1 || split.folds > most_folds) {
    throw ebb::Error("prepare", "folds: expected 1 to " + std::to_string(most_folds) + ", found " +
                                    std::to_string(split.folds));
  }
  if (split.by == SplitBy::capture && split.folds == 1) {
    throw ebb::Error("prepare", "a split by capture needs cross-validation: give it --folds");
  }
  if (split.by == SplitBy::none && split.folds > 1) {
    throw ebb::Error("prepare",
                     "folds: without a split there is only one, found " + std::to_string(split.folds));
  }
  if (!(split.max_ratio >= 1)) {
    throw ebb::Error("prepare", "max-ratio: expected at least 1, found " + std::to_string(split.max_ratio));
  }
}

class Preparation {
 public:
  /// Writes into `folder`.
  Preparation(const PrepareOptions& options, const fs::path& folder)
      : folder_(folder), drop_(options.drop), store_(folder) {
    report_.options = options;
  }

  PrepareReport run(CaptureList list) {
    report_.warnings = std::move(list.warnings);
    read_captures(list.captures);
    if (report_.options.dedupe) remove_duplicates();
    plan();
    write_index_and_splits();
    count_duplicates();
    return std::move(report_);
  }

 private:
  void read_captures(std::vector<LabelledCapture>& captures) {
    for (const LabelledCapture& capture : captures) report_.capture_bytes += capture.size;
    Progress progress("reading captures", report_.capture_bytes);
    std::uint64_t bytes_before = 0;
    std::uint64_t packets_before = 0;
    for (LabelledCapture& capture : captures) {
      CaptureReport& entry = report_.captures.emplace_back();
      entry.capture = std::move(capture);
      read_capture(entry, [&](std::uint64_t bytes) {
        progress.update(bytes_before + bytes, packets_before + entry.counts.packets);
      });
      bytes_before += entry.capture.size;
      packets_before += entry.counts.packets;
    }
    store_.finish();
    report_.packets = store_.packets();
    report_.packet_bytes = store_.packet_bytes();
  }

  template <class OnPacket>
  void read_capture(CaptureReport& entry, const OnPacket& on_packet) {
    const bool stored = !entry.capture.label.empty();
    const std::size_t flows_before = store_.flows().size();
    store_.begin_capture(static_cast<std::uint32_t>(report_.captures.size() - 1));
    Capture capture(entry.capture.path);
    PacketVector vector;
    for (RawPacket raw; capture.next(raw);) {
      if (Interruption::requested()) throw Interrupted("while reading " + entry.capture.path.string());
      const Packet packet = dissect(raw, drop_);
      entry.counts.add(raw, packet);
      if (stored && packet.verdict == Verdict::kept) {
        const std::size_t used = write_packet_vector(packet, vector);
        apply_mask(report_.options.mask, packet, {vector.data(), used});
        store_.add(raw, packet, {vector.data(), used});
      }
      on_packet(capture.file_position());
    }
    entry.flows = store_.flows().size() - flows_before;
    const std::string nothing_read = why_nothing_is_read(entry.counts);
    if (!nothing_read.empty())
      report_.warnings.push_back(shown_name(entry.capture.path) + ": " + nothing_read);
    if (!capture.damage()) return;
    entry.damage = "offset " + std::to_string(capture.damage()->offset) + ": " + capture.damage()->reason;
    report_.warnings.push_back(capture.warning());
  }

  void remove_duplicates() {
    removed_.resize(store_.packets());
    for_each_equal_group(store_.hashes_path(), [this](std::span<const std::uint32_t> equal) {
      for (const std::uint32_t position : equal.subspan(1)) removed_[position] = true;
    });
    RecordReader<IndexRecord> index(store_.index_path());
    IndexRecord record;
    for (std::size_t i = 0; index.next(record); ++i) {
      if (!removed_[i]) continue;
      --store_.flows()[record.flow].packets;
      ++report_.captures[record.capture].duplicates_removed;
    }
  }

  void plan() {
    std::vector<std::string> labels;
    for (const CaptureReport& entry : report_.captures) {
      if (!entry.capture.label.empty()) labels.push_back(entry.capture.label);
    }
    const std::vector<std::string> names = ordered_classes(report_.options.task, labels);
    std::vector<std::size_t> class_of_capture;
    for (const CaptureReport& entry : report_.captures) {
      const auto found = std::find(names.begin(), names.end(), entry.capture.label);
      class_of_capture.push_back(found == names.end() ? no_class
                                                      : static_cast<std::size_t>(found - names.begin()));
    }
    report_.plan = plan_split(store_.flows(), names, class_of_capture, report_.options.split);
  }

  void write_index_and_splits() {
    const int folds = report_.options.split.folds;
    IndexHeader index_header{.record_size = sizeof(IndexRecord),
                             .packets = store_.packets(),
                             .packet_bytes = store_.packet_bytes()};
    SplitHeader split_header{.packets = store_.packets()};
    OutputFile index(folder_ / "index.bin");
    index.write(index_header);
    std::vector<OutputFile> splits;
    for (int fold = 0; fold < folds; ++fold) {
      splits.emplace_back(folder_ / split_file_name(fold, folds)).write(split_header);
    }

    RecordReader<IndexRecord> records(store_.index_path());
    RecordReader<Hash128> hashes(store_.hashes_path());
    PartOfPacket decide(report_.plan);
    IndexRecord record;
    Hash128 hash;
    Hash128 all;
    for (std::size_t i = 0; records.next(record) && hashes.next(hash); ++i) {
      decide.next(record, !removed_.empty() && removed_[i]);
      record.label = decide.label();
      index.write(record);
      std::uint64_t parts = 0;
      for (std::size_t fold = 0; fold < splits.size(); ++fold) {
        const Part part = decide.parts()[fold];
        splits[fold].write(part);
        parts = parts * part_count + static_cast<std::uint64_t>(part);
      }
      all.high = mix64(all.high, hash.high, record.label, record.flow);
      all.low = mix64(all.low, hash.low, record.label, parts);
    }

    report_.data_hash = to_hex(all);
    index_header.data_hash = split_header.data_hash = all;
    index.rewrite_start(index_header);
    index.close();
    for (OutputFile& split : splits) {
      split.rewrite_start(split_header);
      split.close();
      ++split_header.fold;
    }
  }

  void count_duplicates() {
    const int folds = report_.options.split.folds;
    std::vector<std::string> splits;
    for (int fold = 0; fold < folds; ++fold)
      splits.push_back(file_content(folder_ / split_file_name(fold, folds)));
    report_.shared.resize(splits.size());
    for_each_equal_group(store_.hashes_path(), [&](std::span<const std::uint32_t> equal) {
      report_.duplicates += equal.size() - 1;
      for (std::size_t fold = 0; fold < splits.size(); ++fold) {
        PartSizes sizes{};
        for (const std::uint32_t i : equal) {
          ++sizes[static_cast<std::uint8_t>(splits[fold][sizeof(SplitHeader) + i])];
        }
        if (sizes[static_cast<std::size_t>(Part::train)] == 0) continue;
        report_.shared[fold].validation += sizes[static_cast<std::size_t>(Part::validation)];
        report_.shared[fold].test += sizes[static_cast<std::size_t>(Part::test)];
      }
    });
  }

  fs::path folder_;
  DropList drop_;
  PacketStore store_;
  PrepareReport report_;
  std::vector<bool> removed_;  // by packet; empty without dedupe
};

std::ptrdiff_t classes_of(const PrepareReport& report) {
  return std::count_if(report.plan.classes.begin(), report.plan.classes.end(),
                       [](const ClassPlan& plan) { return plan.why_left_out.empty(); });
}

std::ptrdiff_t least_classes(const PrepareOptions& options) {
  return options.split.by == SplitBy::none ? 1 : 2;
}

std::string text_of_too_few(const PrepareReport& report) {
  const std::ptrdiff_t classes = classes_of(report);
  return "expected at least " + std::to_string(least_classes(report.options)) +
         " classes with enough packets to split, found " + std::to_string(classes) +
         "; no data set was written";
}

}  // namespace

TooFewClasses::TooFewClasses(PrepareReport of_what)
    : ebb::Error("prepare", text_of_too_few(of_what)), report(std::move(of_what)) {}

PrepareReport prepare(const PrepareOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  check(options);
  CaptureList list = find_captures(options.captures, options.task);
  ResultFolder folder(options.out, ResultKind::data_set, options.replace);
  const Interruption interruption;
  PrepareReport report = Preparation(options, folder.path()).run(std::move(list));
  if (classes_of(report) < least_classes(options)) throw TooFewClasses(std::move(report));
  folder.commit(to_json(report), {"packets.bin"});
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

std::string split_file_name(int fold, int folds) {
  return folds == 1 ? "split.bin" : "fold" + std::to_string(fold) + ".bin";
}

}  // namespace traffic
