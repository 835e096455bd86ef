#include "deep_packet/evaluation.hpp"

#include <ebb/data/loader.hpp>
#include <ebb/metrics/balanced.hpp>
#include <ebb/train/evaluate.hpp>

#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "deep_packet/files.hpp"
#include "deep_packet/packet_samples.hpp"
#include "traffic/figures/heat_map.hpp"
#include "traffic/text_table.hpp"

namespace deep_packet {
namespace {

using ebb::Index;
using ebb::metrics::Confusion;
using ebb::metrics::Scores;

constexpr int kDigits = 3;

std::vector<double Headline::*> members() {
  return {&Headline::accuracy, &Headline::macro_f1, &Headline::weighted_f1, &Headline::balanced_accuracy,
          &Headline::balanced_f1};
}

const std::vector<std::string> kHeadlineNames{"accuracy", "macro F1", "weighted F1", "balanced accuracy",
                                              "balanced F1"};

std::vector<std::string> row_of(const std::string& name, const Headline& values, int digits = kDigits) {
  std::vector<std::string> row{name};
  for (const auto member : members()) row.push_back(fixed(values.*member, digits));
  return row;
}

std::vector<std::string> row_of(const std::string& name, const Scores& natural, const Scores& balanced,
                                const std::string& count) {
  return {
      name,  fixed(natural.precision, kDigits),  fixed(natural.recall, kDigits), fixed(natural.f1, kDigits),
      count, fixed(balanced.precision, kDigits), fixed(balanced.f1, kDigits)};
}

void add(Confusion& sum, const Confusion& confusion) {
  for (Index actual = 0; actual < confusion.classes(); ++actual) {
    for (Index predicted = 0; predicted < confusion.classes(); ++predicted) {
      sum.add(predicted, actual, confusion(actual, predicted));
    }
  }
}

}  // namespace

Evaluation evaluate(ebb::nn::Module<float>& model, const traffic::PortBaseline& ports, const TestPart& test,
                    Index batch) {
  const auto samples = samples_of(test.data, traffic::Part::test, test.fold, test.classes);
  if (samples->size() == 0)
    throw ebb::Error("evaluate", "the test part of fold " + std::to_string(test.fold) + " is empty");
  const auto classes = static_cast<Index>(test.classes.size());
  Evaluation evaluation{.model = "cnn",
                        .classes = test.classes,
                        .split = test.data->split(),
                        .confusion = Confusion(classes),
                        .ports = Confusion(classes),
                        .data_hash = test.data->data_hash(),
                        .of_fold = test.of_fold};
  const ebb::data::Loader<float> loader(samples, {.batch_size = batch});
  evaluation.confusion = ebb::train::evaluate(model, loader).confusion;

  const auto prediction = ports.predict(*test.data, samples->packets());
  for (std::size_t i = 0; i < prediction.labels.size(); ++i) {
    evaluation.ports.add(prediction.labels[i], samples->label(i));
  }
  evaluation.unseen_keys =
      static_cast<Index>(std::llround(prediction.unseen_share * static_cast<double>(samples->size())));
  return evaluation;
}

Evaluation pool(const std::vector<Evaluation>& folds) {
  Evaluation all = folds.front();
  for (const Evaluation& fold : std::span(folds).subspan(1)) {
    add(all.confusion, fold.confusion);
    add(all.ports, fold.ports);
    all.unseen_keys += fold.unseen_keys;
  }
  return all;
}

Headline headline(const Confusion& confusion) {
  const Scores balanced = ebb::metrics::balanced(confusion).average;
  return {.accuracy = confusion.accuracy(),
          .macro_f1 = confusion.macro().f1,
          .weighted_f1 = confusion.weighted().f1,
          .balanced_accuracy = balanced.recall,
          .balanced_f1 = balanced.f1};
}

Headline mean(const std::vector<Headline>& headlines) {
  Headline mean;
  for (const auto member : members()) {
    for (const Headline& values : headlines)
      mean.*member += values.*member / static_cast<double>(headlines.size());
  }
  return mean;
}

Headline spread(const std::vector<Headline>& headlines) {
  const Headline center = mean(headlines);
  Headline spread;
  for (const auto member : members()) {
    double squares = 0;
    for (const Headline& values : headlines) squares += std::pow(values.*member - center.*member, 2);
    spread.*member =
        headlines.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(headlines.size() - 1));
  }
  return spread;
}

std::string readable_count(Index count) { return traffic::with_commas(static_cast<std::uint64_t>(count)); }

std::string plain_count(Index count) { return std::to_string(count); }

Table class_table(const Confusion& confusion, const std::vector<std::string>& classes,
                  std::string (*count)(Index)) {
  const ebb::metrics::BalancedScores balanced = ebb::metrics::balanced(confusion);
  Table table{{"class", "precision", "recall", "F1", "packets", "balanced precision", "balanced F1"}};
  const auto add = [&](const std::string& name, const Scores& natural, const Scores& of_balanced) {
    table.push_back(row_of(name, natural, of_balanced, count(natural.support)));
  };
  for (std::size_t c = 0; c < classes.size(); ++c) {
    add(classes[c], confusion.scores(static_cast<Index>(c)), balanced.classes[c]);
  }
  add("macro average", confusion.macro(), balanced.average);
  add("weighted average", confusion.weighted(), balanced.average);
  return table;
}

Table headline_table(const Evaluation& evaluation) {
  Table table{{"classifier"}};
  table[0].insert(table[0].end(), kHeadlineNames.begin(), kHeadlineNames.end());
  table.push_back(row_of(evaluation.model, headline(evaluation.confusion)));
  table.push_back(row_of("port lookup", headline(evaluation.ports)));
  return table;
}

Table precision_table(const Evaluation& in_float, const Evaluation& in_bf16) {
  constexpr int digits = 4;
  const Headline exact = headline(in_float.confusion), rounded = headline(in_bf16.confusion);
  Headline difference;
  for (const auto member : members()) difference.*member = rounded.*member - exact.*member;
  Table table{{"computed in"}};
  table[0].insert(table[0].end(), kHeadlineNames.begin(), kHeadlineNames.end());
  table.push_back(row_of("float", exact, digits));
  table.push_back(row_of("bf16", rounded, digits));
  table.push_back(row_of("difference", difference, digits));
  return table;
}

Table fold_table(const std::vector<Evaluation>& folds) {
  std::vector<Headline> of_model, of_ports;
  for (const Evaluation& fold : folds) {
    of_model.push_back(headline(fold.confusion));
    of_ports.push_back(headline(fold.ports));
  }
  Table table{{"fold"}};
  table[0].insert(table[0].end(), kHeadlineNames.begin(), kHeadlineNames.end());
  for (std::size_t i = 0; i < folds.size(); ++i) table.push_back(row_of(std::to_string(i), of_model[i]));
  table.push_back(row_of(folds[0].model + ", mean", mean(of_model)));
  table.push_back(row_of(folds[0].model + ", spread", spread(of_model)));
  table.push_back(row_of("port lookup, mean", mean(of_ports)));
  table.push_back(row_of("port lookup, spread", spread(of_ports)));
  return table;
}

Table confusion_table(const Confusion& confusion, const std::vector<std::string>& classes) {
  Table table{{"true class"}};
  table[0].insert(table[0].end(), classes.begin(), classes.end());
  for (std::size_t actual = 0; actual < classes.size(); ++actual) {
    std::vector<std::string>& row = table.emplace_back(1, classes[actual]);
    for (std::size_t predicted = 0; predicted < classes.size(); ++predicted) {
      row.push_back(plain_count(confusion(static_cast<Index>(actual), static_cast<Index>(predicted))));
    }
  }
  return table;
}

std::string confusion_svg(const Evaluation& evaluation) {
  traffic::HeatMap map{
      .title = evaluation.model + ", " + traffic::described(evaluation.split) + ": share of each class in %",
      .row_axis = "true class (packets)",
      .column_axis = "predicted class",
      .rows = evaluation.classes,
      .columns = evaluation.classes,
      .shares = {}};
  const Confusion& confusion = evaluation.confusion;
  for (Index actual = 0; actual < confusion.classes(); ++actual) {
    const Index support = confusion.scores(actual).support;
    map.row_notes.push_back("(" + readable_count(support) + ")");
    for (Index predicted = 0; predicted < confusion.classes(); ++predicted) {
      map.shares.push_back(support == 0 ? std::numeric_limits<double>::quiet_NaN()
                                        : static_cast<double>(confusion(actual, predicted)) /
                                              static_cast<double>(support));
    }
  }
  return draw(map);
}

}  // namespace deep_packet
