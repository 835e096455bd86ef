#include "deep_packet/files.hpp"

#include <cerrno>
#include <cstdio>
#include <ostream>
#include <system_error>

#include <nlohmann/json.hpp>

#include "traffic/file.hpp"

namespace deep_packet {

void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& json) {
  // File names may be in any encoding.
  traffic::write_file(path,
                      json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

std::string csv_row(const std::vector<std::string>& fields) {
  std::string row;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) row += ',';
    if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
      row += fields[i];
      continue;
    }
    row += '"';
    for (const char c : fields[i]) row += c == '"' ? std::string("\"\"") : std::string(1, c);
    row += '"';
  }
  return row + '\n';
}

std::string write_failure(std::ostream& out) {
  out.clear();
  errno = 0;
  out.flush();
  const int reason = errno;
  out.setstate(std::ios::badbit);
  return reason == 0 ? "no reason given" : std::generic_category().message(reason);
}

std::string fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

}  // namespace deep_packet
