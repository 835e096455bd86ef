#include "traffic/synthetic/openvpn.hpp"

#include <algorithm>

#include "traffic/synthetic/tls.hpp"
#include "traffic/synthetic/udp.hpp"

namespace traffic::synthetic {
namespace {

enum Opcode : std::uint8_t {
  kControl = 4,
  kAcknowledge = 5,
  kDataV1 = 6,
  kResetClient = 7,
  kResetServer = 8,
};

/// The length of the TLS record at `at`, with its header.
std::size_t record_size(const Bytes& records, std::size_t at) {
  constexpr std::size_t kHeader = 5;
  return kHeader + (static_cast<std::size_t>(records[at + 3]) << 8 | records[at + 4]);
}

class OpenVpnSession {
 public:
  OpenVpnSession(UdpConversation& udp, const TlsProfile& profile)
      : udp_(udp), random_(udp.random()), profile_(profile) {
    for (std::uint64_t& id : ids_) id = random_.next();
  }

  void open() {
    control(Side::client, kResetClient, {});
    control(Side::server, kResetServer, {});
    acknowledge(Side::client);
    for (const TlsFlight& flight : tls_handshake(random_, profile_, "vpn.example")) {
      reliable(flight.from, flight.records);
    }
    // Keys and options, then the addresses that the server pushes.
    reliable(Side::client, record(random_.between({280, 340})));
    reliable(Side::server, record(random_.between({220, 300})));
    reliable(Side::client, record(42));
    reliable(Side::server, record(random_.between({180, 320})));
    acknowledge(Side::client);
  }

  void data(const Packet& inner) {
    udp_.send_at(inner.time, inner.from, sealed(static_cast<std::uint32_t>(inner.ip.size())));
  }

 private:
  /// Everything in one record of application data.
  Bytes record(std::uint32_t size) {
    return Packer().u8(23).u16(0x0303).u16(size).bytes(random_.bytes(size)).take();
  }

  /// Control packets of whole records, acknowledged by the other side's next packet or on their own.
  void reliable(Side from, const Bytes& records) {
    constexpr std::size_t kLargest = 1'250;
    udp_.pause(random_.between({500, 4'000}));
    std::size_t begin = 0;
    for (std::size_t end = 0; end < records.size();) {
      const std::size_t next = end + record_size(records, end);
      if (next - begin > kLargest) {
        control(from, kControl, part(records, begin, end));
        acknowledge(other(from));
        begin = end;
      }
      end = next;
    }
    control(from, kControl, part(records, begin, records.size()));
  }

  void control(Side from, Opcode opcode, const Bytes& payload) {
    Packer p;
    header(p, from, opcode);
    udp_.send(from, p.u32(number_[index(from)]++).bytes(payload).take());
    pending_[index(other(from))] = true;
    last_[index(other(from))] = number_[index(from)] - 1;
  }

  void acknowledge(Side from) {
    Packer p;
    header(p, from, kAcknowledge);
    udp_.send(from, p.take());
  }

  /// Opcode, session, and the list of acknowledged packets with the other side's session.
  void header(Packer& p, Side from, Opcode opcode) {
    p.u8(opcode << 3).u64(ids_[index(from)]);
    const bool pending = pending_[index(from)];
    p.u8(pending ? 1 : 0);
    if (pending) p.u32(last_[index(from)]).u64(ids_[index(other(from))]);
    pending_[index(from)] = false;
  }

  /// AES-128-CBC with HMAC-SHA1, the default of its time: as many bytes as the cipher would give.
  Bytes sealed(std::uint32_t size) {
    constexpr std::uint32_t kHash = 20;
    constexpr std::uint32_t kBlock = 16;
    constexpr std::uint32_t kNumberAndCompression = 5;
    const std::uint32_t padded = (size + kNumberAndCompression) / kBlock * kBlock + kBlock;
    return Packer().u8(kDataV1 << 3).bytes(random_.bytes(kHash + kBlock + padded)).take();
  }

  UdpConversation& udp_;
  Random& random_;
  TlsProfile profile_;
  std::uint64_t ids_[2] = {};
  std::uint32_t number_[2] = {};
  bool pending_[2] = {};
  std::uint32_t last_[2] = {};
};

}  // namespace

void openvpn_tunnel(Scene& scene, const Site& site, const std::vector<Packet>& inner) {
  if (inner.empty()) return;
  const Server server = choose_server(scene, site);
  const Time answered = resolve(scene, server, inner.front().time - seconds(4));
  UdpConversation udp(scene, server, 1194, answered);
  OpenVpnSession session(udp, site.tls);
  session.open();
  for (const Packet& packet : inner) session.data(packet);
}

}  // namespace traffic::synthetic
