#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>
#include <zlib.h>

#include "traffic/capture.hpp"

namespace traffic::test {

using Bytes = std::vector<std::uint8_t>;

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// An integer of `size` bytes, in either order.
inline Bytes integer(std::uint64_t value, int size, bool big_endian = true) {
  Bytes bytes;
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (big_endian ? size - 1 - i : i);
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return bytes;
}

/// `count` bytes that differ: first, first + 1, ...
inline Bytes counting(std::size_t count, std::uint8_t first = 1) {
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
  return bytes;
}

struct Ip {
  std::uint8_t protocol = 6;
  std::uint32_t source = 0x0a000001;
  std::uint32_t destination = 0x0a000002;
  std::uint16_t fragment = 0;  ///< flags and offset
  int total_length = -1;       ///< -1: the true one
  Bytes options{};
};

inline Bytes ipv4(const Ip& ip, const Bytes& payload) {
  const std::size_t header = 20 + ip.options.size();
  const std::size_t total =
      ip.total_length >= 0 ? static_cast<std::size_t>(ip.total_length) : header + payload.size();
  return Bytes{static_cast<std::uint8_t>(0x40 | header / 4), 0} + integer(total, 2) + integer(0x1234, 2) +
         integer(ip.fragment, 2) + Bytes{64, ip.protocol} + integer(0xabcd, 2) + integer(ip.source, 4) +
         integer(ip.destination, 4) + ip.options + payload;
}

constexpr std::uint8_t fin = 1, syn = 2, rst = 4, psh = 8, ack = 16;

struct Ports {
  std::uint16_t source = 40000;
  std::uint16_t destination = 443;
};

inline Bytes tcp(Ports ports, std::uint8_t flags, const Bytes& payload, const Bytes& options = {}) {
  const auto offset = static_cast<std::uint8_t>((20 + options.size()) / 4 << 4);
  return integer(ports.source, 2) + integer(ports.destination, 2) + integer(0x11223344, 4) +
         integer(0x55667788, 4) + Bytes{offset, flags} + integer(0x99aa, 2) + integer(0xbbcc, 2) +
         integer(0, 2) + options + payload;
}

inline Bytes udp(Ports ports, const Bytes& payload) {
  return integer(ports.source, 2) + integer(ports.destination, 2) + integer(8 + payload.size(), 2) +
         integer(0xddee, 2) + payload;
}

inline Bytes tcp_packet(Ports ports = {}, const Bytes& payload = counting(10)) {
  return ipv4({}, tcp(ports, psh | ack, payload));
}

inline Bytes udp_packet(Ports ports = {}, const Bytes& payload = counting(10)) {
  return ipv4({.protocol = 17}, udp(ports, payload));
}

inline Bytes ethernet(const Bytes& content, std::uint16_t type = 0x0800) {
  return counting(12) + integer(type, 2) + content;
}

/// A TLS ClientHello with one extension before and one after the server name.
inline Bytes client_hello(const std::string& name) {
  const Bytes host(name.begin(), name.end());
  const Bytes server_name = integer(host.size() + 3, 2) + Bytes{0} + integer(host.size(), 2) + host;
  const Bytes extensions = integer(23, 2) + integer(2, 2) + counting(2) + integer(0, 2) +
                           integer(server_name.size(), 2) + server_name + integer(16, 2) + integer(3, 2) +
                           counting(3);
  const Bytes hello = integer(0x0303, 2) + counting(32) + Bytes{4} + counting(4) + integer(4, 2) +
                      counting(4) + Bytes{1, 0} + integer(extensions.size(), 2) + extensions;
  return Bytes{22, 3, 1} + integer(hello.size() + 4, 2) + Bytes{1} + integer(hello.size(), 3) + hello;
}

struct PcapFormat {
  int link_type = 1;
  bool big_endian = false;
  bool nanoseconds = false;
};

/// A pcap file; packet i has the time i seconds and i units.
inline Bytes pcap(const std::vector<Bytes>& packets, const PcapFormat& format = {}) {
  const auto number = [&](std::uint64_t value, int size) { return integer(value, size, format.big_endian); };
  Bytes file = number(format.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 4) + number(2, 2) + number(4, 2) +
               number(0, 4) + number(0, 4) + number(262144, 4) +
               number(static_cast<std::uint64_t>(format.link_type), 4);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const std::size_t size = packets[i].size();
    file = file + number(i, 4) + number(i, 4) + number(size, 4) + number(size, 4) + packets[i];
  }
  return file;
}

inline Bytes pcapng_block(std::uint32_t type, Bytes body, bool big_endian = false) {
  while (body.size() % 4 != 0) body.push_back(0);
  const Bytes length = integer(12 + body.size(), 4, big_endian);
  return integer(type, 4, big_endian) + length + body + length;
}

inline Bytes pcapng_section(bool big_endian = false) {
  return pcapng_block(0x0a0d0d0a,
                      integer(0x1a2b3c4d, 4, big_endian) + integer(1, 2, big_endian) +
                          integer(0, 2, big_endian) + Bytes(8, 0xff),
                      big_endian);
}

inline Bytes pcapng_interface(std::uint16_t link_type, std::uint32_t snapshot_length = 0,
                              bool big_endian = false) {
  return pcapng_block(
      1, integer(link_type, 2, big_endian) + integer(0, 2) + integer(snapshot_length, 4, big_endian),
      big_endian);
}

inline Bytes pcapng_packet(std::uint32_t interface, const Bytes& packet, bool big_endian = false) {
  const Bytes length = integer(packet.size(), 4, big_endian);
  return pcapng_block(6, integer(interface, 4, big_endian) + integer(0, 8) + length + length + packet,
                      big_endian);
}

inline Bytes gzip(const Bytes& bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  Bytes out(deflateBound(&stream, bytes.size()));
  stream.next_in = const_cast<std::uint8_t*>(bytes.data());
  stream.avail_in = static_cast<unsigned>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<unsigned>(out.size());
  deflate(&stream, Z_FINISH);
  out.erase(out.end() - stream.avail_out, out.end());
  deflateEnd(&stream);
  return out;
}

/// A folder that is gone when the test is over.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "traffic-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Writes a file, with the folders it needs, and returns its path.
  std::filesystem::path write(const std::filesystem::path& name, const Bytes& bytes) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::filesystem::remove(file);  // file systems are slow with files that are emptied and written again
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file;
  }
  std::filesystem::path write(const std::filesystem::path& name, const std::string& text) const {
    return write(name, Bytes(text.begin(), text.end()));
  }

 private:
  std::filesystem::path path_;
};

inline Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What a capture delivers.
struct Delivered {
  std::vector<Bytes> packets;
  std::vector<int> link_types;
  std::vector<std::int64_t> times;
  std::optional<Damage> damage;
};

inline Delivered deliver(const std::filesystem::path& path) {
  Capture capture(path);
  Delivered delivered;
  for (RawPacket raw; capture.next(raw);) {
    delivered.packets.emplace_back(raw.bytes.begin(), raw.bytes.end());
    delivered.link_types.push_back(raw.link_type);
    delivered.times.push_back(raw.time_ns);
  }
  delivered.damage = capture.damage();
  return delivered;
}

/// A packet as a capture of that link type would hold it; `bytes` must outlive it.
inline RawPacket raw_packet(const Bytes& bytes, int link_type = 1, std::size_t length = 0) {
  return {.bytes = bytes,
          .length = static_cast<std::uint32_t>(length == 0 ? bytes.size() : length),
          .link_type = link_type,
          .time_ns = 0,
          .number = 1};
}

}  // namespace traffic::test
