#pragma once

#include <ebb/core/error.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "traffic/synthetic/random.hpp"

namespace traffic::synthetic {

/// A classic pcap file: little-endian, microseconds, Ethernet.
class CaptureWriter {
 public:
  explicit CaptureWriter(const std::filesystem::path& path) : path_(path), out_(path, std::ios::binary) {
    constexpr std::uint32_t kMagic = 0xa1b2c3d4;
    constexpr std::uint32_t kVersion = 2 | 4 << 16;
    constexpr std::uint32_t kSnapshotLength = 65535;
    constexpr std::uint32_t kEthernet = 1;
    for (const std::uint32_t field : {kMagic, kVersion, 0U, 0U, kSnapshotLength, kEthernet}) word(field);
    check();
  }

  void write(std::uint64_t microseconds, const Bytes& frame) {
    const auto length = static_cast<std::uint32_t>(frame.size());
    word(static_cast<std::uint32_t>(microseconds / 1'000'000));
    word(static_cast<std::uint32_t>(microseconds % 1'000'000));
    word(length);
    word(length);
    out_.write(reinterpret_cast<const char*>(frame.data()), static_cast<std::streamsize>(frame.size()));
    check();
  }

  /// Throws where the last bytes did not reach the file.
  void close() {
    out_.close();
    check();
  }

 private:
  void word(std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) out_.put(static_cast<char>(value >> shift & 0xff));
  }

  void check() const {
    if (!out_) throw ebb::Error("synth", path_.string() + ": cannot be written");
  }

  std::filesystem::path path_;
  std::ofstream out_;
};

}  // namespace traffic::synthetic
