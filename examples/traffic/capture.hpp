#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace traffic {

/// One packet as the capture holds it, link header included.
struct RawPacket {
  std::span<const std::uint8_t> bytes;  ///< captured bytes; valid until the next call of Capture::next
  std::uint32_t length = 0;             ///< length on the wire, never below bytes.size()
  int link_type = 0;                    ///< LINKTYPE_ value (tcpdump.org/linktypes.html)
  std::int64_t time_ns = 0;             ///< nanoseconds since 1970
  std::uint64_t number = 0;             ///< position in the capture, from 1, as tshark counts
};

/// Where and why a capture could not be read to its end.
struct Damage {
  std::uint64_t offset = 0;  ///< bytes from the start; of the decompressed data where the file is a .gz
  std::string reason;
};

/// Streams the packets of a capture in constant memory through libpcap: pcap of either byte order and either
/// time resolution, pcapng with any mixture of interfaces and byte orders, each also compressed with gzip.
/// The content decides which, never the name. The path may also be that of a pipe, or "-" for standard input:
/// it is opened once and read once, from its start to its end.
///
///     Capture capture("a.pcap.gz");
///     for (RawPacket packet; capture.next(packet);) use(packet);
///     if (capture.damage()) warn(capture.warning());
///
/// A file that is cut or damaged delivers every packet before the damage. Throws ebb::Error "file" where it
/// cannot be opened, "capture" where it is no capture at all.
class Capture {
 public:
  explicit Capture(const std::filesystem::path& path);
  ~Capture();
  Capture(Capture&&) noexcept;
  Capture& operator=(Capture&&) noexcept;

  /// The next packet, or false at the end or at the first damage.
  bool next(RawPacket& packet);

  [[nodiscard]] const std::optional<Damage>& damage() const;
  /// "FILE: damaged at offset N: REASON; the packets before it are used"; only where there is damage.
  [[nodiscard]] std::string warning() const;
  /// Bytes of the file that have been read so far, compressed ones where it is compressed: for progress.
  [[nodiscard]] std::uint64_t file_position() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether the file starts like a capture, decompressed where it is a .gz. False where it cannot be read, and
/// for what is not a regular file, which is never opened.
bool is_capture(const std::filesystem::path& path);

/// Why a regular file that may well hold packets is not read, to be said after its name: by its content it is
/// compressed, an archive or a capture of another program ("an xz-compressed file; decompress it first", "a
/// snoop capture; convert it to pcap first, for example with editcap"), or the system does not let it be read
/// ("cannot be read: Permission denied"). Nothing for captures that can be read, for files of any other
/// content, and for what is not a regular file, which is never opened.
std::optional<std::string> unreadable_capture(const std::filesystem::path& path);

/// Whether a capture's path means standard input: "-", or "/dev/stdin".
bool is_standard_input(const std::filesystem::path& path);

/// Whether what a capture's path names can be read only once, since it is standard input or a pipe: no check
/// may open it before it is read.
bool is_read_once(const std::filesystem::path& path);

/// Bytes of a capture's file; 0 where nobody knows before it is read (pipes).
std::uint64_t capture_size(const std::filesystem::path& path);

/// A capture's path as people read it: "standard input" for that.
std::string shown_name(const std::filesystem::path& path);

}  // namespace traffic
