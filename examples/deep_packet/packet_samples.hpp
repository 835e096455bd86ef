#pragma once

#include <ebb/data/dataset.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "traffic/dataset.hpp"
#include "traffic/packet_vector.hpp"

namespace deep_packet {

/// Writes the used bytes of a packet vector as numbers from 0 to 1, and zeros behind them, 1500 in all.
void write_sample(std::span<const std::uint8_t> bytes, float* x);

/// Packets of a data set as samples (1, 1500) for the library's loaders. The packets stay bytes on the disk
/// until a batch is built.
class PacketSamples final : public ebb::data::Dataset<ebb::data::Labelled<float>> {
 public:
  /// `labels` are what the classes of the data set are called here, in their order.
  PacketSamples(std::shared_ptr<const traffic::PacketDataset> data, std::vector<std::uint32_t> packets,
                std::vector<std::int32_t> labels);

  [[nodiscard]] ebb::Index size() const override { return static_cast<ebb::Index>(packets_.size()); }
  [[nodiscard]] batch_type read(std::span<const ebb::Index> samples) const override;

  /// The positions of the samples in the data set.
  [[nodiscard]] const std::vector<std::uint32_t>& packets() const { return packets_; }
  [[nodiscard]] std::int32_t label(std::size_t sample) const {
    return labels_[data_->record(packets_[sample]).label];
  }

 private:
  std::shared_ptr<const traffic::PacketDataset> data_;
  std::vector<std::uint32_t> packets_;
  std::vector<std::int32_t> labels_;
};

/// The packets of one part of a fold, labelled by the positions of their classes in `classes`. Throws
/// ebb::Error "dataset" where one of the data set's is not among them.
std::shared_ptr<const PacketSamples> samples_of(std::shared_ptr<const traffic::PacketDataset> data,
                                                traffic::Part part, int fold,
                                                const std::vector<std::string>& classes);

}  // namespace deep_packet
