#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace deep_packet {

/// For people and other programs. Throws ebb::Error "file".
void write_json(const std::filesystem::path& path, const nlohmann::ordered_json& json);

/// A row of a comma-separated file with its line end, fields quoted where they need it (RFC 4180).
std::string csv_row(const std::vector<std::string>& fields);

/// Why a stream that has failed cannot be written, as the system says it: "No space left on device". It is
/// flushed again for that: streams themselves keep no reasons (descriptor_buffer.hpp does).
std::string write_failure(std::ostream& out);

/// 0.98765 -> "0.988" with three digits.
std::string fixed(double number, int digits);

}  // namespace deep_packet
