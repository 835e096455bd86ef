#include <ebb/core/error.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "builders.hpp"
#include "shared_data.hpp"
#include "traffic/capture.hpp"
#include "traffic/link_layer.hpp"
#include "traffic/mask.hpp"
#include "traffic/packet_counts.hpp"
#include "traffic/packet_vector.hpp"

// Ten thousand damaged captures are read to their ends: no crash and no exception but ebb::Error. Sanitizers
// see what a crash would not show.

using namespace traffic;
using namespace traffic::test;
namespace fs = std::filesystem;

namespace {

struct Frame {
  int link_type;
  Bytes bytes;
};

// A packet of every link type, most with something optional in its headers.
std::vector<Frame> frames() {
  const Bytes timestamps = Bytes{1, 1, 8, 10} + counting(8);
  const Bytes ip = ipv4({.options = counting(8)}, tcp({}, psh | ack, client_hello("a.de"), timestamps));
  const Bytes snap = Bytes{0xaa, 0xaa, 3, 0, 0, 0} + integer(0x0800, 2);
  const Bytes wifi = Bytes{0x88, 0x03} + Bytes(28, 0) + Bytes{0, 0} + snap + ip;
  const Bytes radiotap = Bytes{0, 0, 17, 0} + integer(3, 4, false) + Bytes(8, 0) + Bytes{0x10} + wifi;
  const Bytes avs = integer(0x80211001, 4) + integer(16, 4) + Bytes(8, 0) + wifi;
  const Bytes pppoe = Bytes{0x11, 0, 0, 1} + integer(ip.size() + 2, 2) + integer(0x21, 2) + ip;
  const Bytes labels = integer(0x00010040, 4) + integer(0x00020140, 4);
  const Bytes pseudowire = labels + Bytes(4, 0) + ethernet(integer(7, 2) + integer(0x0800, 2) + ip, 0x8100);
  const Bytes nflog = Bytes{2, 0, 0, 0} + integer(6, 2, false) + integer(10, 2, false) + Bytes{'i', 0, 0, 0} +
                      integer(4 + ip.size(), 2, false) + integer(9, 2, false) + ip;
  const Bytes pktap = integer(108, 4, false) + integer(1, 4, false) + integer(127, 4, false) + Bytes(96, 0);
  const Bytes ppi = Bytes{0, 0} + integer(12, 2, false) + integer(105, 4, false) + counting(4);
  return {{link_type::null, integer(2, 4, false) + ip},
          {link_type::ethernet, ethernet(udp_packet({1, 53}))},
          {link_type::ethernet, ethernet(pseudowire, 0x8847)},
          {link_type::ethernet, ethernet(pppoe, 0x8864)},
          {link_type::ethernet, counting(12) + integer(0x8903, 2) + counting(2) + ethernet(ip) + counting(4)},
          {link_type::token_ring, Bytes{0x10, 0x40} + Bytes(12, 0x81) + Bytes{6, 0, 1, 2, 3, 4} + snap + ip},
          {link_type::ppp, Bytes{0xff, 3, 0, 0x21} + ip},
          {link_type::fddi, Bytes{0x50} + counting(12) + snap + ip},
          {link_type::raw_ip_bsd, ip},
          {link_type::ppp_hdlc, Bytes{0x0f, 0} + integer(0x0800, 2) + ip},
          {link_type::pppoe, pppoe},
          {link_type::atm, snap + ip},
          {link_type::cisco_hdlc, Bytes{0x0f, 0} + integer(0x0800, 2) + ip},
          {link_type::wifi, wifi},
          {link_type::loopback, integer(2, 4) + ip},
          {link_type::enc, integer(2, 4) + Bytes(8, 0) + ip},
          {link_type::linux_cooked, counting(14) + integer(0x0800, 2) + ip},
          {link_type::pflog, Bytes{61, 2} + counting(62) + ip},
          {link_type::wifi_prism, avs},
          {link_type::fibre_channel, counting(16) + snap + ip},
          {link_type::wifi_radiotap, radiotap},
          {link_type::ieee1394, counting(16) + integer(0x0800, 2) + ip},
          {147, counting(60)},
          {link_type::ppi, ppi + wifi},
          {link_type::mpls, pseudowire},
          {link_type::ipnet, counting(24) + ip},
          {link_type::nflog, nflog},
          {link_type::pktap, pktap + radiotap},
          {link_type::linux_cooked_v2, integer(0x0800, 2) + counting(18) + ip}};
}

Bytes pcapng(const std::vector<Frame>& frames, bool big_endian) {
  const Bytes& simple = frames[0].bytes;  // always of the first interface
  Bytes file = pcapng_section(big_endian);
  for (std::uint32_t i = 0; i < frames.size(); ++i) {
    const Bytes& bytes = frames[i].bytes;
    file = file +
           pcapng_interface(static_cast<std::uint16_t>(frames[i].link_type), i % 3 * 1000, big_endian) +
           pcapng_packet(i, bytes, big_endian) + pcapng_block(4, counting(8), big_endian) +
           pcapng_block(3, integer(simple.size(), 4, big_endian) + simple, big_endian);
  }
  return file;
}

std::vector<Bytes> whole_captures() {
  std::vector<Bytes> files;
  for (const Frame& frame : frames()) {
    const bool big =
        frame.link_type % 2 == 0;  // NFLOG, which is in the byte order of the file, is little-endian
    files.push_back(
        pcap({frame.bytes, frame.bytes, frame.bytes}, {.link_type = frame.link_type, .big_endian = big}));
  }
  const std::vector<Frame> all = frames();
  files.push_back(pcapng(all, false));
  files.push_back(pcapng(all, true));
  const std::vector<Frame> some(all.begin(), all.begin() + 5);
  files.push_back(pcapng(some, false) + pcapng(some, true) + pcapng(some, false));
  files.push_back(pcapng(some, true) + pcapng(some, false));
  files.push_back(gzip(files[0]));
  files.push_back(gzip(pcapng(some, true)) + gzip(pcapng(some, false)));
  files.push_back(gzip(pcapng(all, true)));
  return files;
}

class Damager {
 public:
  explicit Damager(unsigned seed) : random_(seed) {}

  Bytes operator()(Bytes file) {
    for (std::size_t times = 1 + below(4); times > 0 && !file.empty(); --times) once(file);
    return file;
  }

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  void once(Bytes& file) {
    const std::size_t at = below(file.size());
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(5)) {
      case 0:
        file[at] ^= static_cast<std::uint8_t>(1 << below(8));
        break;
      case 1:
        file.erase(from, file.end());
        break;
      case 2:
        file.erase(
            from, from + static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(file.size() - at, 64)) + 1));
        break;
      case 3: {
        const Bytes part(from, from + static_cast<std::ptrdiff_t>(below(file.size() - at) + 1));
        file.insert(from, part.begin(), part.end());
        break;
      }
      default:
        overwrite_number(file, at);
    }
  }

  void overwrite_number(Bytes& file, std::size_t at) {
    constexpr std::uint64_t kNumbers[] = {0, 1, 0x7f, 0xff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    const Bytes number = integer(kNumbers[below(std::size(kNumbers))], 1 << below(3), below(2) == 0);
    const std::size_t size = std::min(number.size(), file.size() - at);
    std::copy_n(number.begin(), size, file.begin() + static_cast<std::ptrdiff_t>(at));
  }

  std::mt19937 random_;
};

// Does all that programs do with a capture; the number of its packets.
std::uint64_t use(const fs::path& path) {
  static const Mask mask = parse_mask({"ports", "checksums", "ip-id", "seq", "window", "timestamps", "sni"});
  PacketCounts counts;
  PacketVector vector;
  try {
    (void)is_capture(path);
    (void)unreadable_capture(path);
    Capture capture(path);
    for (RawPacket raw; capture.next(raw);) {
      const Packet packet = dissect(raw);
      counts.add(raw, packet);
      if (packet.verdict != Verdict::kept) continue;
      const std::size_t used = write_packet_vector(packet, vector);
      apply_mask(mask, packet, {vector.data(), used});
    }
    if (capture.damage()) CHECK_FALSE(capture.warning().empty());
  } catch (const ebb::Error& error) {
    CHECK_FALSE(error.id().empty());
  }
  return counts.packets;
}

long peak_memory_in_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("every capture is whole before it is damaged") {
  const TemporaryFolder folder;
  for (const Bytes& file : whole_captures()) {
    const fs::path path = folder.write("a", file);
    Capture capture(path);
    for (RawPacket raw; capture.next(raw);) {
      CAPTURE(raw.link_type);
      CHECK(dissect(raw).verdict != Verdict::broken_ip_header);
      CHECK((raw.link_type == 147 || !is_skip(dissect(raw).verdict)));
    }
    CHECK_FALSE(capture.damage());
  }
}

TEST_CASE("ten thousand damaged captures are read to their ends in constant memory") {
  constexpr int kCaptures = 10'000;
  const TemporaryFolder folder;
  std::vector<Bytes> files = whole_captures();
  if (const auto shared = ebb::test::shared_folder(); shared && fs::exists(*shared / "data" / "edge")) {
    for (const auto& entry : fs::directory_iterator(*shared / "data" / "edge"))
      files.push_back(read_file(entry));
  }
  Damager damage(1);
  std::uint64_t packets = 0;
  [[maybe_unused]] const long memory_before = peak_memory_in_kib();
  for (int i = 0; i < kCaptures; ++i) {
    CAPTURE(i);
    const Bytes file = damage(files[static_cast<std::size_t>(i) % files.size()]);
    packets += use(folder.write("a", file));
  }
  CHECK(packets > kCaptures);
#ifndef __SANITIZE_ADDRESS__  // it keeps memory that was freed
  CHECK(peak_memory_in_kib() - memory_before < 100 << 10);
#endif
}
