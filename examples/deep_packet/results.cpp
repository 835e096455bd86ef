#include "deep_packet/results.hpp"

#include <ebb/core/error.hpp>

#include <ostream>
#include <span>

#include <nlohmann/json.hpp>

#include "deep_packet/files.hpp"
#include "traffic/figures/svg.hpp"
#include "traffic/file.hpp"
#include "traffic/text.hpp"
#include "traffic/text_table.hpp"

namespace deep_packet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestCell = 48;

constexpr const char* kBalanced =
    "Balanced: on a test set in which all classes are equally large, every row of the confusion matrix being "
    "divided by its sum. Recall is the same on both; there, accuracy is the mean recall.";

std::string csv(const Table& table) {
  std::string text;
  for (const std::vector<std::string>& row : table) text += csv_row(row);
  return text;
}

// The tables of both classifiers one below the other, told apart by their first column.
Table metrics_table(const Evaluation& evaluation) {
  Table table;
  const auto add = [&](const std::string& classifier, const ebb::metrics::Confusion& confusion) {
    for (std::vector<std::string> row : class_table(confusion, evaluation.classes, plain_count)) {
      const bool heads = row[0] == "class" && row[1] == "precision";
      if (heads && !table.empty()) continue;
      row.insert(row.begin(), heads ? "classifier" : classifier);
      table.push_back(std::move(row));
    }
  };
  add(evaluation.model, evaluation.confusion);
  add("port lookup", evaluation.ports);
  return table;
}

std::string title_of(const std::vector<Evaluation>& folds) {
  const Evaluation& first = folds.front();
  std::string title = first.split == traffic::SplitBy::none ? "A set to test with"
                                                            : "Test part, " + traffic::described(first.split);
  if (folds.size() > 1) title += ", all " + std::to_string(folds.size()) + " folds";
  if (folds.size() > 1 && !first.of_fold) {
    title = "Another data set, each packet by " + std::to_string(folds.size()) + " networks";
  }
  return title + ": " + readable_count(pool(folds).confusion.total()) + " packets, " +
         std::to_string(first.classes.size()) + " classes";
}

std::string unseen_keys(const Evaluation& all) {
  const double share = static_cast<double>(all.unseen_keys) / static_cast<double>(all.ports.total());
  return "Port lookup: the class seen most often with the same ports and protocol in the balanced training "
         "part; " +
         fixed(100 * share, 1) + " % of the test packets have ports that were not seen there.";
}

// A row of cells of at most so many columns; one that is cut shows its whole text under the mouse.
std::string html_row(const std::vector<std::string>& row, const std::string& tag, std::size_t longest) {
  std::string html = "<tr>";
  for (const std::string& cell : row) {
    const std::string text = traffic::printable(cell), shown = traffic::shortened(text, longest);
    const std::string title = shown == text ? "" : " title=\"" + traffic::escape_markup(text) + "\"";
    html += "<" + tag + title + ">" + traffic::escape_markup(shown) + "</" + tag + ">";
  }
  return html + "</tr>\n";
}

// What `about` holds, a row per member.
Table facts_of(const nlohmann::ordered_json& about) {
  Table facts;
  for (const auto& [what, which] : about.items()) {
    const std::string shown = which.is_string()         ? which.get<std::string>()
                              : which.is_number_float() ? traffic::short_number(which.get<double>())
                                                        : which.dump();
    facts.push_back({what, shown});
  }
  return facts;
}

}  // namespace

void write_results(const fs::path& folder, const std::vector<Evaluation>& folds,
                   const nlohmann::ordered_json& about) {
  const Evaluation all = pool(folds);
  nlohmann::ordered_json metrics = metrics_json(folds);
  metrics["about"] = about;
  write_json(folder / "metrics.json", metrics);
  traffic::write_file(folder / "metrics.csv", csv(metrics_table(all)));
  traffic::write_file(folder / "confusion.csv", csv(confusion_table(all.confusion, all.classes)));
  traffic::write_file(folder / "confusion.svg", confusion_svg(all));
  ReportSection section = section_of(title_of(folds), folder, folds);
  section.facts = facts_of(about);
  traffic::write_file(folder / "report.html", report_html("deep_packet", {section}));
}

void print(std::ostream& out, const Table& table) {
  traffic::TextTable text(table.front());
  for (const std::vector<std::string>& row : std::span(table).subspan(1)) text.add(row);
  text.print(out);
}

void print_results(std::ostream& out, const std::vector<Evaluation>& folds) {
  const Evaluation all = pool(folds);
  out << '\n' << title_of(folds) << '\n';
  print(out, class_table(all.confusion, all.classes));
  out << '\n';
  print(out, folds.size() == 1 ? headline_table(all) : fold_table(folds));
  out << "  " << kBalanced << "\n  " << unseen_keys(all) << '\n';
}

ReportSection section_of(const std::string& heading, const fs::path& folder,
                         const std::vector<Evaluation>& folds) {
  const Evaluation all = pool(folds);
  ReportSection section{.heading = heading,
                        .paragraphs = {kBalanced, unseen_keys(all)},
                        .tables = {folds.size() == 1 ? headline_table(all) : fold_table(folds),
                                   class_table(all.confusion, all.classes)},
                        .figures = {confusion_svg(all)}};
  const fs::path curve = folder / "learning_curve.svg";
  if (fs::exists(curve)) section.figures.push_back(traffic::file_content(curve));
  return section;
}

std::string report_html(const std::string& title, const std::vector<ReportSection>& sections) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      traffic::escape_markup(title) +
      "</title>\n<style>\n"
      "body { font-family: Helvetica, Arial, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; "
      "color: #222; overflow-wrap: anywhere; }\n"
      ".table { overflow-x: auto; }\n"
      ".table td, .table th { overflow-wrap: normal; }\n"
      "table { border-collapse: collapse; margin: 1em 0; }\n"
      "th, td { padding: 0.2em 0.8em; text-align: right; border-bottom: 1px solid #ddd; }\n"
      "th:first-child, td:first-child { text-align: left; }\n"
      ".facts td { text-align: left; overflow-wrap: anywhere; }\n"
      ".table td:first-child { min-width: 8em; max-width: 20em; overflow-wrap: anywhere; }\n"
      ".figure { overflow-x: auto; margin: 1em 0; }\n"
      "svg { max-width: 100%; height: auto; display: block; }\n"
      // Shrunk to a phone's width they could not be read: there they scroll.
      "@media (max-width: 40em) { svg { max-width: none; } }\n"
      "</style>\n</head>\n<body>\n<h1>" +
      traffic::escape_markup(title) + "</h1>\n";
  for (const ReportSection& section : sections) {
    html += "<h2>" + traffic::escape_markup(section.heading) + "</h2>\n";
    for (const Table& table : section.tables) {
      html += "<div class=\"table\"><table>\n" + html_row(table.front(), "th", kLongestCell);
      for (const std::vector<std::string>& row : std::span(table).subspan(1))
        html += html_row(row, "td", kLongestCell);
      html += "</table></div>\n";
    }
    for (const std::string& text : section.paragraphs)
      html += "<p>" + traffic::escape_markup(text) + "</p>\n";
    for (const std::string& figure : section.figures)
      html += "<div class=\"figure\">\n" + figure + "</div>\n";
    if (section.facts.empty()) continue;
    html += "<div class=\"table facts\"><table>\n";
    for (const std::vector<std::string>& row : section.facts) html += html_row(row, "td", std::string::npos);
    html += "</table></div>\n";
  }
  return html + "</body>\n</html>\n";
}

}  // namespace deep_packet
