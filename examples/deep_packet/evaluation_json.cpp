#include <ebb/metrics/balanced.hpp>

#include <nlohmann/json.hpp>

#include "deep_packet/evaluation.hpp"

namespace deep_packet {
namespace {

using Json = nlohmann::ordered_json;
using ebb::metrics::Confusion;
using ebb::metrics::Scores;

Json to_json(const Scores& scores) {
  return {{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1}};
}

Json to_json(const Headline& headline) {
  return {{"accuracy", headline.accuracy},
          {"macro_f1", headline.macro_f1},
          {"weighted_f1", headline.weighted_f1},
          {"balanced_accuracy", headline.balanced_accuracy},
          {"balanced_f1", headline.balanced_f1}};
}

Json classifier_json(const Confusion& confusion, const std::vector<std::string>& classes) {
  const ebb::metrics::BalancedScores balanced = ebb::metrics::balanced(confusion);
  Json json{{"accuracy", confusion.accuracy()},          {"macro", to_json(confusion.macro())},
            {"weighted", to_json(confusion.weighted())}, {"balanced_accuracy", balanced.average.recall},
            {"balanced", to_json(balanced.average)},     {"classes", Json::array()}};
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const Scores natural = confusion.scores(static_cast<ebb::Index>(c));
    Json entry{{"name", classes[c]}};
    entry.update(to_json(natural));
    entry["packets"] = natural.support;
    entry["balanced"] = to_json(balanced.classes[c]);
    json["classes"].push_back(entry);
  }
  return json;
}

}  // namespace

Json metrics_json(const std::vector<Evaluation>& folds) {
  const Evaluation all = pool(folds);
  Json ports = classifier_json(all.ports, all.classes);
  ports["unseen_keys"] = static_cast<double>(all.unseen_keys) / static_cast<double>(all.ports.total());
  Json json{{"model", all.model},
            {"split", traffic::name(all.split)},
            {"data_hash", all.data_hash},
            {"test_packets", all.confusion.total()},
            {"balanced_test_set", "every row of the confusion matrix divided by its sum"},
            {all.model, classifier_json(all.confusion, all.classes)},
            {"port_lookup", ports}};
  if (folds.size() == 1) return json;
  std::vector<Headline> of_model, of_ports;
  for (const Evaluation& fold : folds) {
    of_model.push_back(headline(fold.confusion));
    of_ports.push_back(headline(fold.ports));
    json["folds"].push_back(
        {{all.model, to_json(of_model.back())}, {"port_lookup", to_json(of_ports.back())}});
  }
  json["mean"] = {{all.model, to_json(mean(of_model))}, {"port_lookup", to_json(mean(of_ports))}};
  json["spread"] = {{all.model, to_json(spread(of_model))}, {"port_lookup", to_json(spread(of_ports))}};
  return json;
}

}  // namespace deep_packet
