#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "deep_packet/evaluation.hpp"
#include "deep_packet/run.hpp"

namespace deep_packet {

/// What is trained on what, and how.
struct TrainingPlan {
  std::filesystem::path data_folder;  ///< for the record
  std::shared_ptr<const traffic::PacketDataset> data;
  CnnOptions architecture;
  TrainingOptions options;
  bool replace = false;  ///< whether a run that is in the folder may go
};

/// Trains on one fold, evaluates on its test part and fills a run's folder. SIGINT ends the training after
/// the step at hand: the best weights so far stay in FOLDER/unfinished, and Interrupted is thrown.
Evaluation train_run(const std::filesystem::path& folder, const TrainingPlan& plan, int fold = 0);

/// The same on every fold of the data set.
std::vector<Evaluation> cross_validate(const std::filesystem::path& folder, const TrainingPlan& plan);

}  // namespace deep_packet
