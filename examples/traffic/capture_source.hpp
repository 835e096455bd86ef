#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "traffic/byte_source.hpp"

namespace traffic {

/// The bytes of a capture file on their way into libpcap, with pcapng made uniform.
///
/// libpcap gives up on a pcapng file whose interfaces differ in link type or snapshot length (and 1.10 on any
/// two of raw IP), or whose sections differ in byte order. So every interface is described to it as Ethernet
/// of unlimited snapshot length, every block has the byte order of the first section, and what is true of a
/// packet waits here until libpcap has delivered the packet. Sizes do not change, so offsets are those of the
/// file.
class CaptureSource {
 public:
  /// What libpcap does not tell about a pcapng packet.
  struct PacketPlace {
    std::uint64_t offset;                 ///< of the packet's block
    int link_type;                        ///< LINKTYPE_ value of the packet's interface
    std::optional<std::uint32_t> length;  ///< on the wire, where libpcap is told another one
  };

  /// Throws ebb::Error "file" where it cannot be opened, "capture" where it does not start like a capture.
  explicit CaptureSource(const std::filesystem::path& path);

  /// A stream over these bytes, for pcap_fopen_offline, which takes it over; it must not outlive this.
  std::FILE* open_stream();

  [[nodiscard]] const ByteSource& file() const { return file_; }
  [[nodiscard]] bool pcapng() const { return pcapng_; }
  /// LINKTYPE_ value of a pcap file, which libpcap renumbers.
  [[nodiscard]] int pcap_link_type() const { return pcap_link_type_; }
  /// Bytes before each packet of a pcap file.
  [[nodiscard]] std::size_t pcap_record_header() const { return pcap_record_header_; }
  /// The pcapng packets that libpcap has not delivered yet, oldest first.
  std::deque<PacketPlace>& pending() { return pending_; }
  /// Where the block starts at which reading ended, where it did not end between two blocks.
  [[nodiscard]] std::uint64_t last_block() const { return last_block_; }

 private:
  struct Interface {
    int link_type;
    std::uint32_t snapshot_length;  // 0: unlimited
  };

  std::size_t read(char* to, std::size_t size);
  void look_at_pcap_header(std::span<const std::uint8_t> start);
  void next_block();
  void adapt_block();
  void add_interface();
  void add_packet(std::size_t interface);
  void add_simple_packet();
  [[nodiscard]] std::uint32_t number16(std::size_t at) const;
  [[nodiscard]] std::uint32_t number32(std::size_t at) const;

  ByteSource file_;
  bool pcapng_ = false;
  int pcap_link_type_ = 0;
  std::size_t pcap_record_header_ = 0;
  bool as_it_is_ = false;               // from here on, nothing is looked at
  bool big_endian_ = false;             // the first section, and so all that is handed on
  bool section_is_big_endian_ = false;  // the present one, in the file
  std::vector<std::uint8_t> block_;     // what is handed on next
  std::size_t handed_on_ = 0;
  std::uint64_t last_block_ = 0;
  std::vector<Interface> interfaces_;  // of the present section
  std::deque<PacketPlace> pending_;
};

}  // namespace traffic
