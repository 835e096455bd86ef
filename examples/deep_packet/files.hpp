#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace deep_packet {

/// For people and other programs. Throws ebb::Error "file".
void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& json);

/// A row of a comma-separated file with its line end, fields quoted where they need it (RFC 4180).
std::string csv_row(const std::vector<std::string>& fields);

/// 0.98765 -> "0.988" with three digits.
std::string fixed(double number, int digits);

}  // namespace deep_packet
