#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "deep_packet/model.hpp"
#include "traffic/dataset.hpp"

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

/// What makes a trained model usable: everything in the file model.json of a run's folder.
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
};

/// A run's folder:
///
/// | file | content |
/// |---|---|
/// | weights.safetensors | the weights |
/// | log.csv, learning_curve.svg | what every epoch came to |
/// | metrics.json, metrics.csv, confusion.csv, confusion.svg, report.html | the evaluation |
/// | run.json | where it came from |
/// | model.json | the Run; written last, so it marks a finished run |
///
/// A cross-validation has such a folder for every fold, fold0, fold1, ..., and beside them the evaluation of
/// all folds taken together.
void write_run(const std::filesystem::path& folder, const Run& run);

/// Throws ebb::Error "run" with the file and the reason.
Run read_run(const std::filesystem::path& folder);

/// The model of a run in evaluation mode. Throws as read_run and io::load_safetensors do.
ebb::nn::Sequential<float> load_model(const std::filesystem::path& folder, const Run& run);

/// The folder itself, or those of its folds. Throws ebb::Error "run" where it holds no
/// finished run or not all of the folds.
std::vector<std::filesystem::path> run_folders(const std::filesystem::path& folder);

/// Makes the folder, and takes away the marks of runs that it holds already.
void begin_run(const std::filesystem::path& folder);

/// Throws ebb::Error "run" unless the classes, masks and dropped protocols of a data set are those of the
/// run.
void require_fit(const std::filesystem::path& folder, const Run& run,
                 const std::filesystem::path& data_folder, const traffic::PacketDataset& data);

}  // namespace deep_packet
