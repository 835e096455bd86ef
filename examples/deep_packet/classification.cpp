#include "deep_packet/classification.hpp"

#include <ebb/core/error.hpp>
#include <ebb/nn/inference.hpp>
#include <ebb/ops/slice.hpp>
#include <ebb/ops/softmax.hpp>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>
#include <vector>

#include "deep_packet/files.hpp"
#include "deep_packet/packet_samples.hpp"
#include "deep_packet/run.hpp"
#include "traffic/capture.hpp"
#include "traffic/mask.hpp"
#include "traffic/output.hpp"

namespace deep_packet {
namespace {

constexpr ebb::Index kLength = static_cast<ebb::Index>(traffic::packet_vector_length);

// Rows of a batch at first; it grows with the packets there are, for a large batch may be more than fits into
// memory.
constexpr ebb::Index kFirstRows = 128;

/// Gathers samples until a batch is full and writes a line for each.
class Classifier {
 public:
  Classifier(const std::filesystem::path& folder, const Run& run, std::ostream& out, ebb::Index batch)
      : model_(ebb::nn::optimize_for_inference(load_model(folder, run))),
        classes_(run.classes),
        out_(out),
        batch_(batch),
        x_({std::min(batch, kFirstRows), 1, kLength}) {
    out_ << csv_row({"packet", "class", "probability"});
    flush_output();
  }

  void add(std::uint64_t number, std::span<const std::uint8_t> bytes) {
    const auto count = static_cast<ebb::Index>(numbers_.size());
    if (count == x_.shape(0)) grow();
    write_sample(bytes, x_.mutable_data() + count * kLength);
    numbers_.push_back(number);
    if (count + 1 == batch_) flush();
  }

  void flush() {
    if (numbers_.empty()) return;
    const auto count = static_cast<ebb::Index>(numbers_.size());
    const ebb::Tensor<float> probabilities = ebb::softmax(model_(x_.slice(0, count)), 1);
    std::string lines;
    for (ebb::Index i = 0; i < count; ++i) {
      const auto row =
          probabilities.span().subspan(static_cast<std::size_t>(i) * classes_.size(), classes_.size());
      const auto best = std::max_element(row.begin(), row.end());
      lines += csv_row({std::to_string(numbers_[static_cast<std::size_t>(i)]),
                        classes_[static_cast<std::size_t>(best - row.begin())],
                        fixed(static_cast<double>(*best), 4)});
    }
    out_ << lines;
    flush_output();
    numbers_.clear();
  }

 private:
  void grow() {
    const ebb::Index rows = x_.shape(0);
    ebb::Tensor<float> larger({std::min(batch_, 2 * rows), 1, kLength});
    std::copy_n(x_.data(), rows * kLength, larger.mutable_data());
    x_ = std::move(larger);
  }

  // Now rather than at the end: a full disk is known before hours of work.
  void flush_output() {
    out_.flush();
    if (!out_) throw ebb::Error("classify", traffic::why_output_fails(out_, "the result"));
  }

  ebb::nn::InferenceModel<float> model_;
  std::vector<std::string> classes_;
  std::ostream& out_;
  ebb::Index batch_;
  ebb::Tensor<float> x_;                // as many rows as were needed so far, batch_ at most
  std::vector<std::uint64_t> numbers_;  // of the packets in x_
};

}  // namespace

ClassificationReport classify(const std::filesystem::path& run_folder, const std::filesystem::path& file,
                              std::ostream& out, ebb::Index batch) {
  const auto start = std::chrono::steady_clock::now();
  const Run run = read_run(run_folder);
  const traffic::Mask mask = traffic::parse_mask(run.mask);
  const traffic::DropList drop(run.drop);
  traffic::Capture capture(file);
  Classifier classifier(run_folder, run, out, batch);
  ClassificationReport report;
  if (!run.finished)
    report.warnings.push_back(run_folder.string() + " was interrupted before it was trained to its end");
  traffic::PacketVector vector;
  for (traffic::RawPacket raw; capture.next(raw);) {
    const traffic::Packet packet = traffic::dissect(raw, drop);
    report.counts.add(raw, packet);
    if (packet.verdict != traffic::Verdict::kept) continue;
    const std::span<std::uint8_t> used(vector.data(), traffic::write_packet_vector(packet, vector));
    traffic::apply_mask(mask, packet, used);
    classifier.add(raw.number, used);
  }
  classifier.flush();
  if (capture.damage()) report.warnings.push_back(capture.warning());
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace deep_packet
