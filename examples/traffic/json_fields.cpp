#include "traffic/json_fields.hpp"

#include <cmath>

namespace traffic::json {
namespace {

[[noreturn]] void fail(const std::string& key, const std::string& expected, const Object& found) {
  throw ebb::Error("json", key + ": expected " + expected + ", found " + abbreviated(found.dump()));
}

std::string plain(double number) { return Object(number).dump(); }

std::int64_t checked(const Object& found, const std::string& key, std::int64_t least, std::int64_t most) {
  const bool fits =
      found.is_number_integer() && !(found.is_number_unsigned() && found.get<std::uint64_t>() > INT64_MAX);
  const std::int64_t number = fits ? found.get<std::int64_t>() : 0;
  if (!fits || number < least || number > most) {
    fail(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most), found);
  }
  return number;
}

}  // namespace

const Object& member(const Object& object, const std::string& key) {
  const auto found = object.find(key);
  if (!object.is_object() || found == object.end())
    throw ebb::Error("json", key + ": expected, but not there");
  return *found;
}

std::int64_t whole_number(const Object& object, const std::string& key, std::int64_t least,
                          std::int64_t most) {
  return checked(member(object, key), key, least, most);
}

std::vector<std::int64_t> whole_numbers(const Object& list, const std::string& what, std::int64_t least,
                                        std::int64_t most) {
  if (!list.is_array()) fail(what, "a list of whole numbers", list);
  std::vector<std::int64_t> numbers;
  for (const Object& number : list) numbers.push_back(checked(number, what, least, most));
  return numbers;
}

std::uint64_t natural_number(const Object& object, const std::string& key) {
  const Object& found = member(object, key);
  if (!found.is_number_unsigned()) fail(key, "a whole number from 0 to 18446744073709551615", found);
  return found.get<std::uint64_t>();
}

double real_number(const Object& object, const std::string& key, double least, double most) {
  const Object& found = member(object, key);
  const double number = found.is_number() ? found.get<double>() : std::nan("");
  if (!(number >= least && number <= most)) {
    fail(key, "a number from " + plain(least) + " to " + plain(most), found);
  }
  return number;
}

bool truth(const Object& object, const std::string& key) {
  const Object& found = member(object, key);
  if (!found.is_boolean()) fail(key, "true or false", found);
  return found.get<bool>();
}

std::string text(const Object& object, const std::string& key) {
  const Object& found = member(object, key);
  if (!found.is_string()) fail(key, "a text", found);
  return found.get<std::string>();
}

std::vector<std::string> texts(const Object& object, const std::string& key) {
  const Object& found = member(object, key);
  std::vector<std::string> result;
  if (!found.is_array()) fail(key, "a list of texts", found);
  for (const Object& entry : found) {
    if (!entry.is_string()) fail(key, "a list of texts", found);
    result.push_back(entry.get<std::string>());
  }
  return result;
}

}  // namespace traffic::json
