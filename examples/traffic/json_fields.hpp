#pragma once

#include <ebb/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "traffic/text.hpp"

namespace traffic {

/// Members of JSON objects that were read from a file, checked: the library converts any number to any type
/// in silence. All throw ebb::Error "json" with the member, what was expected and what was found.
namespace json {

using Object = nlohmann::ordered_json;

/// The member itself.
const Object& member(const Object& object, const std::string& key);

/// A whole number from `least` to `most`, or a list of them.
std::int64_t whole_number(const Object& object, const std::string& key, std::int64_t least,
                          std::int64_t most);
std::vector<std::int64_t> whole_numbers(const Object& list, const std::string& what, std::int64_t least,
                                        std::int64_t most);
std::uint64_t natural_number(const Object& object, const std::string& key);

/// A finite number from `least` to `most`.
double real_number(const Object& object, const std::string& key, double least, double most);

bool truth(const Object& object, const std::string& key);
std::string text(const Object& object, const std::string& key);
std::vector<std::string> texts(const Object& object, const std::string& key);

/// One of a few values that have a name(value), as "capture" is one of SplitBy's.
template <class Enum, std::size_t N>
Enum one_of(const Object& object, const std::string& key, const Enum (&values)[N]) {
  const std::string found = text(object, key);
  std::string expected;
  for (const Enum value : values) {
    if (found == name(value)) return value;
    expected += (expected.empty() ? "" : " or ") + std::string(name(value));
  }
  throw ebb::Error("json", key + ": expected " + expected + ", found '" + abbreviated(found) + "'");
}

}  // namespace json
}  // namespace traffic
