#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace traffic {

enum class FileFormat : std::uint8_t {
  pcap,
  pcapng,
  not_read,  ///< compressed, an archive, or a capture of another program
  unknown
};

/// What a file is by its first bytes.
struct RecognizedFormat {
  FileFormat format = FileFormat::unknown;
  std::string what;  ///< as in "found ...": "an xz-compressed file; decompress it first", "an empty file"
};

/// So many bytes tell all formats apart.
inline constexpr std::size_t bytes_to_recognize = 512;

/// Fewer bytes than bytes_to_recognize only where the file is no longer.
RecognizedFormat recognize_format(std::span<const std::uint8_t> start);

}  // namespace traffic
