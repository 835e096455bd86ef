#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace traffic {

/// By what a file is recognised as the one that was written: its size and a hash of its content (hash.hpp;
/// against accidents, not against an adversary).
struct FileSeal {
  std::uint64_t bytes = 0;
  std::string checksum;  ///< 32 hexadecimal digits

  friend bool operator==(const FileSeal&, const FileSeal&) = default;
};

/// Both ways give the same; the second one reads the file piece by piece. Throws ebb::Error "file".
FileSeal seal_of(std::span<const std::uint8_t> content);
FileSeal seal_of(const std::filesystem::path& file);

/// JSON that knows whether it was changed: the member "checksum" at its end is a hash of all others, so that
/// white space is free but no value is.
///
///     write_sealed("run/model.json", {{"fold", 0}});
///     read_sealed("run/model.json").at("fold")
void write_sealed(const std::filesystem::path& file, nlohmann::ordered_json json);

/// Throws ebb::Error "file" where there is no such file, "json" with the file and what was expected where it
/// is no JSON object, lacks a checksum or has another one than its content.
nlohmann::ordered_json read_sealed(const std::filesystem::path& file);

}  // namespace traffic
