#include "deep_packet/packet_samples.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace deep_packet {
namespace {

// A look into this table is cheaper than a conversion and a division.
constexpr std::array<float, 256> kShareOf255 = [] {
  std::array<float, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i) / 255.0f;
  return table;
}();

}  // namespace

void write_sample(std::span<const std::uint8_t> bytes, float* x) {
  float* const end = x + traffic::packet_vector_length;
  for (const std::uint8_t byte : bytes) *x++ = kShareOf255[byte];
  std::fill(x, end, 0.0f);
}

PacketSamples::PacketSamples(std::shared_ptr<const traffic::PacketDataset> data,
                             std::vector<std::uint32_t> packets, std::vector<std::int32_t> labels)
    : data_(std::move(data)), packets_(std::move(packets)), labels_(std::move(labels)) {}

PacketSamples::batch_type PacketSamples::read(std::span<const ebb::Index> samples) const {
  const auto count = static_cast<ebb::Index>(samples.size());
  constexpr auto kLength = static_cast<ebb::Index>(traffic::packet_vector_length);
  batch_type batch{ebb::Tensor<float>::uninitialized({count, 1, kLength}),
                   ebb::Tensor<std::int32_t>::uninitialized({count})};
  float* x = batch.x.mutable_data();
  std::int32_t* labels = batch.y.mutable_data();
  traffic::PacketVector vector;
  for (const ebb::Index sample : samples) {
    const auto at = static_cast<std::size_t>(sample);
    write_sample(data_->read(packets_[at], vector), x);
    x += traffic::packet_vector_length;
    *labels++ = label(at);
  }
  return batch;
}

std::shared_ptr<const PacketSamples> samples_of(std::shared_ptr<const traffic::PacketDataset> data,
                                                traffic::Part part, int fold,
                                                const std::vector<std::string>& classes) {
  std::vector<std::int32_t> labels;
  for (const std::string& of_data : data->classes()) {
    const auto found = std::find(classes.begin(), classes.end(), of_data);
    if (found == classes.end())
      throw ebb::Error("dataset", "the class '" + of_data + "' is not one of the model's");
    labels.push_back(static_cast<std::int32_t>(found - classes.begin()));
  }
  std::vector<std::uint32_t> packets = data->indices(part, fold);
  return std::make_shared<const PacketSamples>(std::move(data), std::move(packets), std::move(labels));
}

}  // namespace deep_packet
