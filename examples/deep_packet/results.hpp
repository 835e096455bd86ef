#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "deep_packet/evaluation.hpp"

namespace deep_packet {

/// Puts the evaluation of a run, or of all its folds, into a folder: metrics.json, metrics.csv,
/// confusion.csv, confusion.svg and report.html. `about` is what it came from: data set, date, seed, options.
void write_results(const std::filesystem::path& folder, const std::vector<Evaluation>& folds,
                   const nlohmann::ordered_json& about);

/// The same for people.
void print_results(std::ostream& out, const std::vector<Evaluation>& folds);

void print(std::ostream& out, const Table& table);

/// A part of a report: a heading, then all the rest that is not empty.
struct ReportSection {
  std::string heading;
  std::vector<std::string> paragraphs;
  std::vector<Table> tables;
  std::vector<std::string> figures;  ///< whole SVG drawings
  Table facts = {};                  ///< of two columns, without heads: what and which
};

/// A section about a run: tables, confusion matrix and, where the folder has one, the learning curve.
ReportSection section_of(const std::string& heading, const std::filesystem::path& folder,
                         const std::vector<Evaluation>& folds);

/// One page of HTML that needs no other file.
std::string report_html(const std::string& title, const std::vector<ReportSection>& sections);

}  // namespace deep_packet
