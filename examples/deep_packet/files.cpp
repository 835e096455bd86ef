#include "deep_packet/files.hpp"

#include <ebb/core/error.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "traffic/file.hpp"

namespace deep_packet {

namespace fs = std::filesystem;

void write_file(const fs::path& path, std::string_view text) {
  const fs::path unfinished = path.string() + ".tmp";
  traffic::OutputFile file(unfinished);
  file.write(text.data(), text.size());
  file.close();
  fs::rename(unfinished, path);
}

void write_json(const fs::path& path, const nlohmann::ordered_json& json) {
  // File names may be in any encoding.
  write_file(path, json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path)) throw ebb::Error("file", path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

nlohmann::ordered_json read_json(const fs::path& path) {
  try {
    return nlohmann::ordered_json::parse(read_file(path));
  } catch (const nlohmann::json::parse_error& error) {
    throw ebb::Error("json", path.string() + ": offset " + std::to_string(error.byte) +
                                 ": expected JSON, found " + error.what());
  }
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

std::string fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

}  // namespace deep_packet
