#include "traffic/capture.hpp"

#include <ebb/core/error.hpp>

#include <doctest/doctest.h>

#include "builders.hpp"
#include "traffic/link_layer.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

const std::vector<Bytes> kPackets{ethernet(tcp_packet()), ethernet(udp_packet({1, 2}, counting(300))),
                                  ethernet(tcp_packet({5, 6}, {}))};

Bytes first_bytes(const Bytes& bytes, std::size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

TEST_CASE("pcap in either byte order, either time resolution, plain or compressed") {
  const TemporaryFolder folder;
  for (const bool big_endian : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      const Bytes file = pcap(kPackets, {.big_endian = big_endian, .nanoseconds = nanoseconds});
      for (const bool compressed : {false, true}) {
        const auto path = folder.write("name.says.nothing", compressed ? gzip(file) : file);
        CHECK(is_capture(path));
        const Delivered delivered = deliver(path);
        CHECK(delivered.packets == kPackets);
        CHECK_FALSE(delivered.damage);
        CHECK(delivered.times[2] == 2'000'000'000 + (nanoseconds ? 2 : 2000));
      }
    }
  }
}

TEST_CASE("a gzip file of several members is one capture") {
  const TemporaryFolder folder;
  const Bytes file = pcap(kPackets);
  const auto half = static_cast<std::ptrdiff_t>(file.size() / 2);
  const Bytes members = gzip({file.begin(), file.begin() + half}) + gzip({file.begin() + half, file.end()});
  const Delivered delivered = deliver(folder.write("a", members + Bytes(64, 0)));
  CHECK(delivered.packets == kPackets);
  CHECK_FALSE(delivered.damage);
}

TEST_CASE("pcapng with interfaces of several link types and snapshot lengths, in either byte order") {
  const TemporaryFolder folder;
  for (const bool big : {false, true}) {
    const Bytes cooked = counting(14) + integer(0x0800, 2) + tcp_packet();
    const Bytes file = pcapng_section(big) + pcapng_interface(1, 65535, big) +
                       pcapng_interface(101, 400, big) + pcapng_packet(0, kPackets[0], big) +
                       pcapng_packet(1, tcp_packet(), big) + pcapng_block(4, counting(8), big) +
                       pcapng_interface(113, 0, big) + pcapng_packet(2, cooked, big) +
                       pcapng_packet(0, kPackets[1], big);
    const Delivered delivered = deliver(folder.write("a", file));
    CHECK_FALSE(delivered.damage);
    CHECK(delivered.packets == std::vector<Bytes>{kPackets[0], tcp_packet(), cooked, kPackets[1]});
    CHECK(delivered.link_types == std::vector<int>{link_type::ethernet, link_type::raw_ip,
                                                   link_type::linux_cooked, link_type::ethernet});
  }
}

TEST_CASE("pcapng of two sections, and simple packets cut by the snapshot length") {
  const TemporaryFolder folder;
  const Bytes simple = pcapng_block(3, integer(1000, 4, false) + counting(40));
  const Bytes file = pcapng_section() + pcapng_interface(101, 40) + simple + pcapng_section() +
                     pcapng_interface(101, 40) + simple;
  Capture capture(folder.write("a", file));
  for (int i = 0; i < 2; ++i) {
    RawPacket raw;
    REQUIRE(capture.next(raw));
    CHECK(Bytes(raw.bytes.begin(), raw.bytes.end()) == counting(40));
    CHECK(raw.length == 1000);
    CHECK(raw.link_type == link_type::raw_ip);
  }
}

TEST_CASE("pcapng of sections in different byte orders") {
  const TemporaryFolder folder;
  const auto section = [](bool big, std::uint16_t type, const Bytes& packet) {
    const Bytes time_offset = integer(14, 2, big) + integer(8, 2, big) + integer(1'000, 8, big) + Bytes(4, 0);
    const Bytes interface =
        pcapng_block(1, integer(type, 2, big) + Bytes(2, 0) + integer(0, 4, big) + time_offset, big);
    const Bytes obsolete = pcapng_block(2,
                                        integer(0, 2, big) + Bytes(10, 0) + integer(packet.size(), 4, big) +
                                            integer(packet.size() + 9, 4, big) + packet,
                                        big);
    const Bytes simple = pcapng_block(3, integer(packet.size(), 4, big) + packet, big);
    return pcapng_section(big) + interface + pcapng_packet(0, packet, big) +
           pcapng_block(5, counting(16), big) + obsolete + simple;
  };
  const Bytes big = section(true, 101, tcp_packet());
  const Bytes little = section(false, 1, kPackets[1]);
  for (const bool big_first : {false, true}) {
    const Bytes file = big_first ? big + little + big : little + big + little;
    const Delivered delivered = deliver(folder.write("a", file));
    CHECK_FALSE(delivered.damage);
    REQUIRE(delivered.packets.size() == 9);
    for (std::size_t i = 0; i < 9; ++i) {
      const bool is_big = (i / 3 == 1) != big_first;
      CHECK(delivered.packets[i] == (is_big ? tcp_packet() : kPackets[1]));
      CHECK(delivered.link_types[i] == (is_big ? link_type::raw_ip : link_type::ethernet));
      if (i % 3 != 2) CHECK(delivered.times[i] == 1'000'000'000'000);
    }
  }
}

TEST_CASE("a damaged length in a section of the other byte order is that in the message, too") {
  const TemporaryFolder folder;
  const Bytes start = pcapng_section() + pcapng_interface(1) + pcapng_packet(0, kPackets[0]) +
                      pcapng_section(true) + pcapng_interface(1, 0, true);
  const Bytes block = integer(6, 4) + integer(0x14000000, 4) + counting(8) + integer(0x14, 4, false);
  const Delivered delivered = deliver(folder.write("a", start + block + pcapng_packet(0, kPackets[1])));
  CHECK(delivered.packets == std::vector<Bytes>{kPackets[0]});
  REQUIRE(delivered.damage);
  CHECK(delivered.damage->offset == start.size());
  CHECK(delivered.damage->reason.find(std::to_string(0x14000000)) != std::string::npos);
}

TEST_CASE("simple packets follow the snapshot length of their own section") {
  const TemporaryFolder folder;
  for (const bool big : {false, true}) {
    const Bytes file = pcapng_section() + pcapng_interface(101, 20) +
                       pcapng_block(3, integer(1000, 4, false) + counting(20)) + pcapng_section(big) +
                       pcapng_interface(101, 300, big) +
                       pcapng_block(3, integer(1000, 4, big) + counting(300), big);
    Capture capture(folder.write("a", file));
    for (const std::size_t size : {20, 300}) {
      RawPacket raw;
      REQUIRE(capture.next(raw));
      CHECK(raw.bytes.size() == size);
      CHECK(raw.length == 1000);
    }
    CHECK_FALSE(capture.damage());
  }
}

TEST_CASE("snapshot lengths of nothing, of everything and beyond libpcap's") {
  const TemporaryFolder folder;
  for (const std::uint32_t length : {0u, 524'288u, 0xffffffffu}) {
    CAPTURE(length);
    CHECK(deliver(folder.write(
                      "a", pcapng_section() + pcapng_interface(1, length) + pcapng_packet(0, kPackets[0])))
              .packets.size() == 1);
    Bytes file = pcap(kPackets);
    const Bytes field = integer(length, 4, false);
    std::copy(field.begin(), field.end(), file.begin() + 16);
    CHECK(deliver(folder.write("b", file)).packets == kPackets);
  }
}

TEST_CASE("link types are those of the file: libpcap's own numbers and check sequence bits stay out") {
  const TemporaryFolder folder;
  for (const int type : {12, 14, 100, 101, 107, 147, 258}) {
    CHECK(deliver(folder.write("a", pcap({counting(60)}, {.link_type = type}))).link_types[0] == type);
    const Bytes file = pcapng_section() + pcapng_interface(static_cast<std::uint16_t>(type)) +
                       pcapng_packet(0, counting(60));
    CHECK(deliver(folder.write("b", file)).link_types[0] == type);
  }
  const Bytes with_bits = pcap(kPackets, {.link_type = 0x24000001, .big_endian = true});
  CHECK(deliver(folder.write("c", with_bits)).link_types[0] == link_type::ethernet);
}

TEST_CASE("a pcap file cut at any byte delivers the packets before the cut and names the place") {
  const TemporaryFolder folder;
  const Bytes file = pcap(kPackets);
  std::vector<std::size_t> starts{24};
  for (const Bytes& packet : kPackets) starts.push_back(starts.back() + 16 + packet.size());
  for (std::size_t size = 4; size < file.size(); ++size) {
    CAPTURE(size);
    const Delivered delivered = deliver(folder.write("a", first_bytes(file, size)));
    std::size_t whole = 0;
    while (whole + 1 < starts.size() && starts[whole + 1] <= size) ++whole;
    CHECK(delivered.packets.size() == whole);
    const bool between_packets = size >= 24 && starts[whole] == size;
    REQUIRE(delivered.damage.has_value() == !between_packets);
    if (delivered.damage) {
      CHECK(delivered.damage->offset == (size < 24 ? 0 : starts[whole]));
      CHECK_FALSE(delivered.damage->reason.empty());
    }
  }
}

TEST_CASE("a pcapng file cut at any byte delivers the packets before the cut and names the place") {
  const TemporaryFolder folder;
  const std::vector<Bytes> blocks{pcapng_section(), pcapng_interface(1), pcapng_packet(0, kPackets[0]),
                                  pcapng_packet(0, kPackets[1]), pcapng_packet(0, kPackets[2])};
  Bytes file;
  std::vector<std::size_t> starts;
  for (const Bytes& block : blocks) {
    starts.push_back(file.size());
    file = file + block;
  }
  starts.push_back(file.size());
  for (std::size_t size = 4; size < file.size(); ++size) {
    CAPTURE(size);
    const Delivered delivered = deliver(folder.write("a", first_bytes(file, size)));
    std::size_t whole = 0;
    while (starts[whole + 1] <= size) ++whole;
    CHECK(delivered.packets.size() == (whole < 2 ? 0 : whole - 2));
    const bool between_packets = whole >= 2 && starts[whole] == size;
    REQUIRE(delivered.damage.has_value() == !between_packets);
    if (delivered.damage && whole >= 2) CHECK(delivered.damage->offset == starts[whole]);
  }
}

TEST_CASE("a compressed file cut at any byte never delivers wrong bytes and is always reported") {
  const TemporaryFolder folder;
  const Bytes file = gzip(pcap(kPackets));
  std::size_t last = 0;
  for (std::size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    const auto path = folder.write("a.gz", first_bytes(file, size));
    if (!is_capture(path)) {
      CHECK_THROWS_AS(deliver(path), ebb::Error);
      continue;
    }
    const Delivered delivered = deliver(path);
    CHECK(delivered.damage.has_value());
    REQUIRE(delivered.packets.size() <= kPackets.size());
    CHECK(delivered.packets.size() >= last);
    last = delivered.packets.size();
    for (std::size_t i = 0; i < last; ++i) CHECK(delivered.packets[i] == kPackets[i]);
  }
  CHECK(last == kPackets.size());
}

TEST_CASE("no flipped byte makes the reader crash") {
  const TemporaryFolder folder;
  Bytes files[] = {pcap(kPackets),
                   pcapng_section() + pcapng_interface(1) + pcapng_interface(113) +
                       pcapng_packet(0, kPackets[0]) + pcapng_packet(1, kPackets[1]) +
                       pcapng_block(3, integer(10, 4, false) + counting(10)),
                   gzip(pcap(kPackets))};
  for (Bytes& file : files) {
    for (std::uint8_t& byte : file) {
      const std::uint8_t whole = byte;
      for (const int wrong : {0x00, 0x01, 0x7f, 0xff}) {
        byte = static_cast<std::uint8_t>(wrong);
        const auto path = folder.write("a", file);
        if (is_capture(path)) CHECK(deliver(path).packets.size() <= 4);
      }
      byte = whole;
    }
  }
}

TEST_CASE("damage inside compressed data keeps what was decompressed before it") {
  const TemporaryFolder folder;
  std::vector<Bytes> many;
  for (int i = 0; i < 2000; ++i)
    many.push_back(ethernet(udp_packet({static_cast<std::uint16_t>(i * 7919), 9})));
  Bytes file = gzip(pcap(many));
  for (std::size_t i = file.size() * 3 / 4; i < file.size() * 3 / 4 + 40; ++i) file[i] ^= 0x5a;
  const Delivered delivered = deliver(folder.write("a.gz", file));
  CHECK(delivered.damage);
  CHECK(delivered.packets.size() > 1000);
  CHECK(std::equal(delivered.packets.begin(), delivered.packets.begin() + 1000, many.begin()));
}

TEST_CASE("the warning is one line with file, offset and reason") {
  const TemporaryFolder folder;
  const Bytes file = pcap(kPackets);
  const auto path = folder.write("cut.pcap", first_bytes(file, file.size() - 1));
  Capture capture(path);
  for (RawPacket raw; capture.next(raw);) {
  }
  const std::string start = path.string() + ": damaged at offset " +
                            std::to_string(file.size() - 16 - kPackets[2].size()) + ": truncated dump file";
  CHECK(capture.warning().rfind(start, 0) == 0);
  CHECK(capture.warning().find('\n') == std::string::npos);
}

TEST_CASE("what is no capture is refused with its name") {
  const TemporaryFolder folder;
  const auto message = [](const std::filesystem::path& path) {
    try {
      Capture capture(path);
    } catch (const ebb::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto text = folder.write("a.pcap", std::string("no capture"));
  CHECK(message(text) ==
        "[capture] " + text.string() + ": offset 0: expected a pcap or pcapng file, found something else");
  const auto empty = folder.write("b.pcap", Bytes{});
  CHECK(message(empty) ==
        "[capture] " + empty.string() + ": offset 0: expected a pcap or pcapng file, found an empty file");
  CHECK(message(folder.path() / "missing") ==
        "[file] " + (folder.path() / "missing").string() + ": No such file or directory");
  CHECK_FALSE(is_capture(folder.path()));
}
