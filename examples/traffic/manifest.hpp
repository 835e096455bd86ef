#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace traffic {

/// The columns file, class and perhaps application of a `manifest.csv`; `file` is relative to its folder.
class Manifest {
 public:
  struct Entry {
    std::string traffic;      ///< column class
    std::string application;  ///< column application
  };

  static constexpr const char* file_name = "manifest.csv";

  /// The one in this folder; nothing where there is none, or one without the columns file and class.
  static std::optional<Manifest> in(const std::filesystem::path& folder);

  /// The entry of a capture, or nullptr.
  [[nodiscard]] const Entry* find(const std::filesystem::path& capture) const;
  [[nodiscard]] bool has_applications() const { return has_applications_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// How many of the files that it lists do not exist.
  [[nodiscard]] std::size_t missing() const;

 private:
  std::map<std::filesystem::path, Entry> entries_;
  bool has_applications_ = false;
};

}  // namespace traffic
