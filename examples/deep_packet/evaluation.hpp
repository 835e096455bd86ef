#pragma once

#include <ebb/metrics/confusion.hpp>
#include <ebb/nn/module.hpp>

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "traffic/dataset.hpp"
#include "traffic/port_baseline.hpp"

namespace deep_packet {

/// A report as rows of cells, the first row being the heads; for the terminal, for CSV and for HTML.
using Table = std::vector<std::vector<std::string>>;

/// How a model does on the test part of a data set, and the port lookup beside it.
struct Evaluation {
  std::string model;  ///< "cnn"
  std::vector<std::string> classes;
  traffic::SplitBy split = traffic::SplitBy::flow;
  ebb::metrics::Confusion confusion{1};
  ebb::metrics::Confusion ports{1};  ///< of the port lookup
  ebb::Index unseen_keys = 0;        ///< packets whose pair of ports the balanced training part does not have
  std::string data_hash;
  bool of_fold = true;  ///< false: of another data set, which all networks of a cross-validation see
};

/// What a model is tested on.
struct TestPart {
  std::shared_ptr<const traffic::PacketDataset> data;
  int fold = 0;
  std::vector<std::string> classes;  ///< of the model; the data set may have fewer
  bool of_fold = true;               ///< see Evaluation
};

/// Of the test part of a fold, beside a port lookup that learnt from what the model was trained on. `model`
/// is put into evaluation mode for it. Throws ebb::Error "evaluate" where the part is empty, "dataset" where
/// it has a class that the model has not.
Evaluation evaluate(ebb::nn::Module<float>& model, const traffic::PortBaseline& ports, const TestPart& test,
                    ebb::Index batch);

/// The test parts of all folds taken together: every packet is in one of them, or in each where it is of
/// another data set.
Evaluation pool(const std::vector<Evaluation>& folds);

/// The numbers that reports compare. "Balanced" is on a test set in which all classes are equally large
/// (ebb/metrics/balanced.hpp).
struct Headline {
  double accuracy = 0;
  double macro_f1 = 0;
  double weighted_f1 = 0;
  double balanced_accuracy = 0;
  double balanced_f1 = 0;
};
Headline headline(const ebb::metrics::Confusion& confusion);
Headline mean(const std::vector<Headline>& headlines);
/// The standard deviation with n - 1.
Headline spread(const std::vector<Headline>& headlines);

/// How a count is written: 1,234 for people, 1234 for programs.
std::string readable_count(ebb::Index count);
std::string plain_count(ebb::Index count);

/// Precision, recall and F1 of every class and their averages, on the natural and the balanced test set.
Table class_table(const ebb::metrics::Confusion& confusion, const std::vector<std::string>& classes,
                  std::string (*count)(ebb::Index) = readable_count);
/// The headline of the model beside that of the port lookup.
Table headline_table(const Evaluation& evaluation);
/// The headlines of the same model computed in float and in bfloat16, and what the second is above the first.
Table precision_table(const Evaluation& in_float, const Evaluation& in_bf16);
/// The headline numbers of each fold, their mean and spread.
Table fold_table(const std::vector<Evaluation>& folds);
/// Plain counts, a row per true class.
Table confusion_table(const ebb::metrics::Confusion& confusion, const std::vector<std::string>& classes);
/// The confusion matrix, every row divided by its sum, as a picture.
std::string confusion_svg(const Evaluation& evaluation);

/// One evaluation, or one per fold.
nlohmann::ordered_json metrics_json(const std::vector<Evaluation>& folds);

}  // namespace deep_packet
