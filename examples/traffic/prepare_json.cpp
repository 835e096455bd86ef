#include <array>
#include <string>

#include <nlohmann/json.hpp>

#include "traffic/dataset_format.hpp"
#include "traffic/prepare.hpp"

namespace traffic {
namespace {

using Json = nlohmann::ordered_json;

Json options_json(const PrepareOptions& options) {
  Json captures = Json::array();
  for (const auto& path : options.captures) captures.push_back(path.string());
  const SplitOptions& split = options.split;
  return {{"captures", captures},
          {"split", name(split.by)},
          {"folds", split.folds},
          {"mask", options.mask.names()},
          {"drop", options.drop},
          {"dedupe", options.dedupe},
          {"balance", split.undersample ? "undersample" : "none"},
          {"max_ratio", split.max_ratio},
          {"min_packets", split.min_packets},
          {"seed", split.seed}};
}

Json class_json(const ClassPlan& plan) {
  Json entry{
      {"name", plan.name}, {"captures", plan.captures}, {"flows", plan.flows}, {"packets", plan.packets}};
  if (!plan.why_left_out.empty()) {
    entry["reason"] = plan.why_left_out;
    return entry;
  }
  const auto size = [](const PartSizes& sizes, Part part) { return sizes[static_cast<std::size_t>(part)]; };
  for (const PartSizes& sizes : plan.folds) {
    entry["folds"].push_back(
        {{"train_before_balancing", size(sizes, Part::train) + size(sizes, Part::train_unused)},
         {"train", size(sizes, Part::train)},
         {"validation", size(sizes, Part::validation)},
         {"test", size(sizes, Part::test)}});
  }
  return entry;
}

Json capture_json(const CaptureReport& report) {
  const PacketCounts& counts = report.counts;
  Json skipped = Json::object();
  for (std::size_t i = 0; i < verdict_count; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (is_skip(verdict) && counts.of(verdict) > 0) skipped[std::string(name(verdict))] = counts.of(verdict);
  }
  Json entry{{"file", report.capture.path.string()},
             {"packets", counts.packets},
             {"ipv4_tcp", counts.ipv4_tcp},
             {"ipv4_udp", counts.ipv4_udp},
             {"dropped_tcp_no_payload", counts.of(Verdict::dropped_tcp_no_payload)},
             {"dropped_dns", counts.of(Verdict::dropped_dns)},
             {"dropped_background", counts.of(Verdict::dropped_background)},
             {"dns53", counts.dns53},
             {"skipped", skipped},
             {"kept", counts.of(Verdict::kept)},
             {"truncated", counts.truncated},
             {"flows", report.flows},
             {"duplicates_removed", report.duplicates_removed},
             {"damaged", report.damage.empty() ? 0 : 1},
             {"label", nullptr}};
  if (!report.damage.empty()) entry["damage"] = report.damage;
  if (report.capture.label.empty()) {
    entry["reason"] = report.capture.reason;
  } else {
    entry["label"] = report.capture.label;
  }
  return entry;
}

}  // namespace

Json to_json(const PrepareReport& report) {
  Json classes = Json::array();
  Json left_out = Json::array();
  for (const ClassPlan& plan : report.plan.classes) {
    (plan.label == no_label ? left_out : classes).push_back(class_json(plan));
  }
  Json shared = Json::array();
  for (const SharedWithTraining& fold : report.shared) {
    shared.push_back({{"validation", fold.validation}, {"test", fold.test}});
  }
  Json captures = Json::array();
  for (const CaptureReport& capture : report.captures) captures.push_back(capture_json(capture));
  return {{"version", dataset_version},
          {"task", name(report.options.task)},
          {"options", options_json(report.options)},
          {"data_hash", report.data_hash},
          {"packets", report.packets},
          {"packet_bytes", report.packet_bytes},
          {"classes", classes},
          {"left_out", left_out},
          {"duplicates", {{"packets", report.duplicates}, {"also_in_training", shared}}},
          {"warnings", report.warnings},
          {"captures", captures}};
}

}  // namespace traffic
