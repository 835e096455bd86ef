#pragma once

#include <filesystem>
#include <memory>

#include "deep_packet/evaluation.hpp"
#include "deep_packet/run.hpp"

namespace deep_packet {

/// Trains a network on one fold of a data set, evaluates it on the test part and fills a run's folder. Where
/// `architecture` does not say how many classes there are, the data set does. `data_folder` is for the
/// record.
Evaluation train_run(const std::filesystem::path& folder, const std::filesystem::path& data_folder,
                     std::shared_ptr<const traffic::PacketDataset> data, int fold, CnnOptions architecture,
                     const TrainingOptions& options);

}  // namespace deep_packet
