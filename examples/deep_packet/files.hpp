#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace deep_packet {

/// Writes a file that is there as a whole or not at all. Throws ebb::Error "file".
void write_file(const std::filesystem::path& path, std::string_view text);
void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& json);

/// A whole file. Throws ebb::Error "file".
std::string read_file(const std::filesystem::path& path);

/// Throws ebb::Error "json" with the file and the byte at which it stops being JSON.
nlohmann::ordered_json read_json(const std::filesystem::path& path);

/// A row of a comma-separated file with its line end, fields quoted where they need it (RFC 4180).
std::string csv_row(const std::vector<std::string>& fields);

/// 0.98765 -> "0.988" with three digits.
std::string fixed(double number, int digits);

}  // namespace deep_packet
