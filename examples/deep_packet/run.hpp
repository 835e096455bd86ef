#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "deep_packet/model.hpp"
#include "traffic/dataset.hpp"
#include "traffic/port_baseline.hpp"

namespace deep_packet {

struct TrainingOptions {
  ebb::Index epochs = 300;  ///< at most
  ebb::Index batch = 128;
  double learning_rate = 1e-3;
  ebb::Index patience = 5;                           ///< epochs without improvement of the validation loss
  double min_delta = 1e-4;                           ///< what counts as an improvement
  std::optional<double> max_seconds = std::nullopt;  ///< no epoch is begun that would end later
  std::uint64_t seed = 0;
};

/// What makes a trained model usable: the content of the marker model.json of a run's folder.
struct Run {
  std::string model = "cnn";
  CnnOptions architecture;
  TrainingOptions training;
  traffic::Task task = traffic::Task::traffic;
  std::vector<std::string> classes;
  std::vector<std::string> mask;  ///< what was set to zero in the packets, and which protocols were dropped:
  std::vector<std::string> drop;  ///< the same must be done to packets that it is to classify
  traffic::SplitBy split = traffic::SplitBy::flow;
  int fold = 0;
  int folds = 1;
  std::string data_hash;
  bool finished = true;  ///< false where the training was interrupted; then there is no evaluation
  nlohmann::ordered_json marker = {};  ///< as it was read: what the other files have to be
};

/// A run's folder (traffic/result_folder.hpp):
///
/// | file | content |
/// |---|---|
/// | weights.safetensors | the weights |
/// | port_lookup.json | the port lookup that learnt from the same packets |
/// | log.csv, learning_curve.svg | what every epoch came to |
/// | metrics.json, metrics.csv, confusion.csv, confusion.svg, report.html | the evaluation |
/// | run.json | where it came from |
/// | model.json | the Run; the marker |
/// | evaluations/ | what `evaluate` made of it |
/// | unfinished/ | while it is trained, and where that was interrupted: the same files, as far as they go |
///
/// A cross-validation has such a folder for every fold, fold0, fold1, ..., and beside them the evaluation of
/// all folds taken together.
nlohmann::ordered_json to_json(const Run& run);

/// The marker's content for the folder of a cross-validation.
nlohmann::ordered_json cross_validation_json(int folds);

/// Throws ebb::Error "run" with the file and the reason.
Run read_run(const std::filesystem::path& folder);

/// The model of a run in evaluation mode. Throws ebb::Error where the weights are not those of the run.
ebb::nn::Sequential<float> load_model(const std::filesystem::path& folder, const Run& run);

/// The port lookup of a run. Throws ebb::Error where it is not that of the run.
traffic::PortBaseline load_port_baseline(const std::filesystem::path& folder, const Run& run);

/// The folder itself, or those of its folds. Throws ebb::Error "folder" where it holds no finished run.
std::vector<std::filesystem::path> run_folders(const std::filesystem::path& folder);

/// The folder of a fold inside that of a cross-validation.
std::filesystem::path fold_folder(const std::filesystem::path& folder, int fold);

/// The fold of a data set that a run is to be tested on: that of its own where it was trained on this data
/// set. Throws ebb::Error "run" where the data set has classes that the run has not, or was made with another
/// task, mask or choice of protocols.
int test_fold(const std::filesystem::path& folder, const Run& run, const std::filesystem::path& data_folder,
              const traffic::PacketDataset& data);

}  // namespace deep_packet
