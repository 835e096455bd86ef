#pragma once

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>
#include <vector>

#include "ebb/metrics/confusion.hpp"

namespace EBB_NAMESPACE::metrics {

struct ReportOptions {
  int digits = 2;  ///< behind the decimal point
};

/// Precision, recall, F1 and support per class, then accuracy and the macro and weighted averages, as a table
/// for people: the layout of scikit-learn's classification_report.
///
///     std::cout << metrics::report(confusion, {"Chat", "Email", "VoIP"});
///
/// Error [report] where the number of names is not that of the classes.
[[nodiscard]] inline std::string report(const Confusion& confusion, const std::vector<std::string>& names,
                                        const ReportOptions& options = {}) {
  detail::require(static_cast<Index>(names.size()) == confusion.classes(), "report", names.size(),
                  " names for ", confusion.classes(), " classes");
  const std::string weighted = "weighted avg";
  std::size_t width = weighted.size();
  for (const std::string& name : names) width = std::max(width, name.size());

  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << std::fixed << std::setprecision(options.digits);
  const auto title = [&](const std::string& text) {
    out << std::setw(static_cast<int>(width)) << text << ' ';
  };
  const auto cell = [&](const auto& value) { out << ' ' << std::setw(9) << value; };
  const auto line = [&](const std::string& name, const Scores& scores) {
    title(name);
    cell(scores.precision);
    cell(scores.recall);
    cell(scores.f1);
    cell(scores.support);
    out << '\n';
  };

  title("");
  for (const char* const column : {"precision", "recall", "f1-score", "support"}) cell(column);
  out << "\n\n";
  for (Index c = 0; c < confusion.classes(); ++c) {
    line(names[static_cast<std::size_t>(c)], confusion.scores(c));
  }
  out << '\n';
  title("accuracy");
  cell("");
  cell("");
  cell(confusion.accuracy());
  cell(confusion.total());
  out << '\n';
  line("macro avg", confusion.macro());
  line(weighted, confusion.weighted());
  return out.str();
}

}  // namespace EBB_NAMESPACE::metrics
