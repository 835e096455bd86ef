#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "traffic/synthetic/packer.hpp"
#include "traffic/synthetic/random.hpp"

namespace traffic::synthetic {

/// Microseconds since 1970.
using Time = std::uint64_t;

constexpr Time milliseconds(std::uint64_t count) { return count * 1000; }
constexpr Time seconds(std::uint64_t count) { return count * 1'000'000; }

/// The captures are taken at the client.
enum class Side : std::uint8_t { client, server };

constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }
constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

enum class System : std::uint8_t { linux_, windows, mac };

/// How a host numbers its IP packets.
enum class IpIds : std::uint8_t { zero, per_host, per_flow };

/// A machine as its packets show it at the point of capture.
struct Host {
  std::uint32_t address = 0;
  std::uint8_t ttl = 64;
  IpIds ids = IpIds::per_flow;
  System system = System::linux_;
  std::uint16_t mss = 1460;
  std::uint16_t syn_window = 29200;
  std::uint32_t window = 29200;  // bytes offered when the conversation starts; grows from there
  std::uint8_t window_scale = 7;
  bool timestamps = true;
};

struct Packet {
  Time time = 0;
  Side from = Side::client;
  IpIds ids = IpIds::zero;
  Bytes ip;  // identification and header checksum are filled in by finish()
};

/// The packets that one machine saw, collected conversation by conversation.
class Capture {
 public:
  explicit Capture(Random random) : random_(random) {}

  /// `segment` holds a whole TCP segment or UDP datagram; its checksum field is filled in here.
  void add_tcp(Time time, Side from, const Host& source, const Host& destination, Bytes segment);
  void add_udp(Time time, Side from, const Host& source, const Host& destination, Bytes datagram);

  /// The packets in order of time, numbered by their senders and with header checksums.
  std::vector<Packet> finish();

 private:
  void add(Time time, Side from, const Host& source, const Host& destination, std::uint8_t protocol,
           Bytes segment, std::size_t checksum_at);

  Random random_;
  std::vector<Packet> packets_;
};

/// Writes `packets` as Ethernet frames; frames that came from the network have the padding to 60 bytes.
void write_capture(const std::filesystem::path& path, const std::vector<Packet>& packets, Random random);

/// The Internet checksum (RFC 1071) of `bytes`, started from `sum`.
std::uint16_t internet_checksum(const Bytes& bytes, std::uint32_t sum = 0);

}  // namespace traffic::synthetic
