#include "traffic/manifest.hpp"

#include "traffic/csv.hpp"

namespace traffic {

std::optional<Manifest> Manifest::in(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / file_name;
  if (!std::filesystem::is_regular_file(path)) return std::nullopt;
  const CsvFile csv(path);
  const int file = csv.column("file");
  const int type = csv.column("class");
  const int application = csv.column("application");
  if (file < 0 || type < 0) return std::nullopt;
  Manifest manifest;
  manifest.has_applications_ = application >= 0;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::filesystem::path capture = (folder / csv.field(row, file)).lexically_normal();
    manifest.entries_[capture] = {csv.field(row, type), csv.field(row, application)};
  }
  return manifest;
}

const Manifest::Entry* Manifest::find(const std::filesystem::path& capture) const {
  const auto found = entries_.find(capture.lexically_normal());
  return found == entries_.end() ? nullptr : &found->second;
}

std::size_t Manifest::missing() const {
  std::size_t count = 0;
  for (const auto& [path, entry] : entries_) count += !std::filesystem::exists(path);
  return count;
}

}  // namespace traffic
