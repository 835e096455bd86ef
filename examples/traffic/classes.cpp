#include "traffic/classes.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <set>

#include "traffic/ascii.hpp"
#include "traffic/iscx.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

// What two spellings of one class have in common; of a name of nothing but punctuation, all of it.
std::string without_case_and_punctuation(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_letter_or_digit(c) || !is_ascii(c)) result += to_lower(c);
  }
  return result.empty() ? std::string(text) : result;
}

const std::vector<std::string>& iscx_classes(Task task) {
  return task == Task::application ? iscx_applications() : iscx_traffic_types();
}

}  // namespace

std::string_view name(Task task) { return task == Task::application ? "app" : "traffic"; }

std::string class_name(Task task, std::string_view written) {
  const std::string plain = without_case_and_punctuation(written);
  for (const std::string& known : iscx_classes(task)) {
    if (without_case_and_punctuation(known) == plain) return known;
  }
  return std::string(without_blanks_around(written));
}

bool is_iscx_class(Task task, std::string_view written) {
  const std::vector<std::string>& known = iscx_classes(task);
  return std::find(known.begin(), known.end(), class_name(task, written)) != known.end();
}

bool is_other(std::string_view written) { return without_case_and_punctuation(written) == "other"; }

std::vector<std::string> ordered_classes(Task task, const std::vector<std::string>& names) {
  std::set<std::string> rest(names.begin(), names.end());
  std::vector<std::string> ordered;
  for (const std::string& known : iscx_classes(task)) {
    if (rest.erase(known) > 0) ordered.push_back(known);
  }
  ordered.insert(ordered.end(), rest.begin(), rest.end());
  return ordered;
}

void ClassSpellings::add(const std::string& class_name, const std::string& origin) {
  if (printable(class_name) != class_name) {
    throw ebb::Error("class", origin + ": expected the name of a class, on one line and in UTF-8, found '" +
                                  excerpt(class_name) + "'");
  }
  const Met& met =
      met_.try_emplace(without_case_and_punctuation(class_name), Met{class_name, origin}).first->second;
  if (met.spelling == class_name) return;
  throw ebb::Error("class", "expected one spelling of each class, found '" + abbreviated(met.spelling) +
                                "' (" + met.origin + ") and '" + abbreviated(class_name) + "' (" + origin +
                                ")");
}

}  // namespace traffic
