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
  int link_type = 0;                    ///< one of libpcap's DLT_ values
  std::int64_t time_ns = 0;             ///< nanoseconds since 1970
  std::uint64_t number = 0;             ///< position in the capture, from 1, as tshark counts
};

/// Where and why a capture could not be read to its end.
struct Damage {
  std::uint64_t offset = 0;  ///< bytes from the start; of the decompressed data where the file is a .gz
  std::string reason;
};

/// Streams the packets of a capture file in constant memory through libpcap: pcap of either byte order and
/// either time resolution, pcapng with any mixture of interfaces, each also compressed with gzip. The
/// content decides which, never the name.
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

/// Whether the file starts like a capture, decompressed where it is a .gz. False where it cannot be read.
bool is_capture(const std::filesystem::path& path);

}  // namespace traffic
