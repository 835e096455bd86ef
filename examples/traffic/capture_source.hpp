#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace traffic {

/// The bytes of a capture file on their way into libpcap: decompressed, and with pcapng made uniform.
///
/// libpcap gives up on a pcapng file whose interfaces differ in link type or snapshot length. So every
/// interface is described to it as the first one is, without a snapshot length, and the true link type of
/// each packet waits here until libpcap has delivered the packet. Sizes do not change, so offsets are those
/// of the file.
class CaptureSource {
 public:
  /// What libpcap cannot tell of a pcapng packet.
  struct PacketPlace {
    std::uint64_t offset;  ///< of the packet's block
    int link_type;         ///< LINKTYPE_ value of the packet's interface
  };

  /// Throws ebb::Error "capture" where the file cannot be opened or does not start like a capture.
  explicit CaptureSource(const std::filesystem::path& path);
  ~CaptureSource();
  CaptureSource(const CaptureSource&) = delete;
  CaptureSource& operator=(const CaptureSource&) = delete;

  /// A stream over these bytes, for pcap_fopen_offline, which takes it over; it must not outlive this.
  std::FILE* open_stream();

  [[nodiscard]] bool pcapng() const { return pcapng_; }
  /// The pcapng packets that libpcap has not delivered yet, oldest first.
  std::deque<PacketPlace>& pending() { return pending_; }
  /// Decompressed bytes read, and bytes of the file read.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] std::uint64_t file_position() const;
  /// What went wrong below libpcap (reading, decompressing), or nothing.
  [[nodiscard]] std::string error() const;

 private:

  std::ptrdiff_t read(char* to, std::size_t size);
  std::size_t read_file(std::uint8_t* to, std::size_t size);
  void next_block();
  void adapt_block(std::uint64_t at);
  [[nodiscard]] std::uint32_t number(std::size_t at, int bytes) const;

  std::string path_;
  gzFile file_ = nullptr;
  std::uint64_t offset_ = 0;
  bool pcapng_ = false;
  bool plain_ = false;  // the rest goes to libpcap as it is
  bool big_endian_ = false;
  std::vector<std::uint8_t> block_;  // what is waiting to be handed on
  std::size_t handed_on_ = 0;
  std::vector<std::uint16_t> interfaces_;  // link types in the present section
  std::optional<std::array<std::uint8_t, 2>> first_link_type_;  // in the file's byte order
  std::deque<PacketPlace> pending_;
};

}  // namespace traffic
