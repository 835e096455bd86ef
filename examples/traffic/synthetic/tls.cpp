#include "traffic/synthetic/tls.hpp"

#include <algorithm>

#include "traffic/synthetic/certificate.hpp"

namespace traffic::synthetic {
namespace {

enum Record : std::uint8_t { kChangeCipherSpec = 20, kAlert = 21, kHandshake = 22, kData = 23 };
enum Message : std::uint8_t {
  kClientHello = 1,
  kServerHello = 2,
  kNewSessionTicket = 4,
  kCertificate = 11,
  kServerKeyExchange = 12,
  kServerHelloDone = 14,
  kClientKeyExchange = 16,
};

constexpr std::uint16_t kTls12 = 0x0303;
constexpr std::uint16_t kSecp256r1 = 0x0017;
constexpr std::uint16_t kX25519 = 0x001d;

void record(Packer& p, std::uint8_t type, auto body) { p.u8(type).u16(kTls12).sized16(body); }

void message(Packer& p, Message type, auto body) {
  record(p, kHandshake, [&](Packer& q) { q.u8(type).sized24(body); });
}

void extension(Packer& p, std::uint16_t type, auto body) { p.u16(type).sized16(body); }

void nothing(Packer&) {}

std::uint16_t cipher_suite(const TlsProfile& profile) {
  const bool tls13 = profile.version == TlsVersion::tls13;
  switch (profile.cipher) {
    case TlsCipher::aes_cbc:
      return 0xc013;
    case TlsCipher::chacha:
      return tls13 ? 0x1303 : 0xcca8;
    case TlsCipher::aes_gcm:
      break;
  }
  return tls13 ? 0x1301 : 0xc02f;
}

void client_hello(Packer& p, Random& random, const TlsProfile& profile, std::string_view name, bool resumed) {
  const bool tls13 = profile.version == TlsVersion::tls13;
  message(p, kClientHello, [&](Packer& hello) {
    hello.u16(kTls12).bytes(random.bytes(32));
    hello.sized8([&](Packer& id) {
      if (tls13 || resumed) id.bytes(random.bytes(32));
    });
    hello.sized16([&](Packer& suites) {
      if (tls13) suites.u16(0x1301).u16(0x1302).u16(0x1303);
      for (const int suite : {0xc02b, 0xc02f, 0xcca8, 0xc030, 0xc00a, 0xc014, 0xc009, 0xc013, 0x009c}) {
        if (random.chance(90)) suites.u16(suite);
      }
      suites.u16(0x0035).u16(0x002f).u16(0x000a);
    });
    hello.sized8([](Packer& compression) { compression.u8(0); });
    hello.sized16([&](Packer& list) {
      extension(list, 0, [&](Packer& server_names) {
        server_names.sized16([&](Packer& one) { one.u8(0).sized16([&](Packer& host) { host.text(name); }); });
      });
      extension(list, 0xff01, [](Packer& renegotiation) { renegotiation.u8(0); });
      extension(list, 10, [](Packer& groups) {
        groups.sized16([](Packer& ids) { ids.u16(kX25519).u16(kSecp256r1).u16(0x0018); });
      });
      extension(list, 11, [](Packer& formats) { formats.sized8([](Packer& ids) { ids.u8(0); }); });
      extension(list, 35, [&](Packer& ticket) {
        if (resumed && !tls13) ticket.bytes(random.bytes(random.between({160, 208})));
      });
      extension(list, 13, [](Packer& signatures) {
        signatures.sized16(
            [](Packer& ids) { ids.u16(0x0403).u16(0x0804).u16(0x0401).u16(0x0503).u16(0x0501).u16(0x0201); });
      });
      if (profile.http2) {
        extension(list, 16, [](Packer& protocols) {
          protocols.sized16([](Packer& names) {
            names.sized8([](Packer& n) { n.text("h2"); }).sized8([](Packer& n) { n.text("http/1.1"); });
          });
        });
      }
      if (random.chance(60)) extension(list, 23, nothing);  // extended master secret
      if (random.chance(50)) {
        extension(list, 5, [](Packer& status) { status.u8(1).u16(0).u16(0); });
      }
      if (!tls13) return;
      extension(list, 43,
                [](Packer& versions) { versions.sized8([](Packer& v) { v.u16(0x0304).u16(kTls12); }); });
      extension(list, 45, [](Packer& modes) { modes.sized8([](Packer& m) { m.u8(1); }); });
      extension(list, 51, [&](Packer& keys) {
        keys.sized16([&](Packer& one) {
          one.u16(kX25519).sized16([&](Packer& key) { key.bytes(random.bytes(32)); });
        });
      });
    });
  });
}

void server_hello(Packer& p, Random& random, const TlsProfile& profile) {
  message(p, kServerHello, [&](Packer& hello) {
    hello.u16(kTls12).bytes(random.bytes(32));
    hello.sized8([&](Packer& id) { id.bytes(random.bytes(32)); });
    hello.u16(cipher_suite(profile)).u8(0);
    hello.sized16([&](Packer& list) {
      if (profile.version == TlsVersion::tls13) {
        extension(list, 51, [&](Packer& key_share) {
          key_share.u16(kX25519).sized16([&](Packer& key) { key.bytes(random.bytes(32)); });
        });
        extension(list, 43, [](Packer& version) { version.u16(0x0304); });
        return;
      }
      extension(list, 0xff01, [](Packer& renegotiation) { renegotiation.u8(0); });
      extension(list, 35, nothing);
      if (profile.http2) {
        extension(list, 16, [](Packer& protocols) {
          protocols.sized16([](Packer& names) { names.sized8([](Packer& n) { n.text("h2"); }); });
        });
      }
    });
  });
}

void certificate_chain(Packer& p, Random& random, const TlsProfile& profile, std::string_view name) {
  constexpr std::string_view kAuthority = "Example Server Authority G2";
  const Bytes leaf = certificate(random, name, kAuthority, false);
  const Bytes intermediate = certificate(random, kAuthority, "Example Root", true);
  message(p, kCertificate, [&](Packer& body) {
    body.sized24([&](Packer& list) {
      list.sized24([&](Packer& one) { one.bytes(leaf); });
      if (profile.intermediate) list.sized24([&](Packer& one) { one.bytes(intermediate); });
    });
  });
}

Bytes curve_point(Random& random) { return joined({4}, random.bytes(64)); }

void server_key_exchange(Packer& p, Random& random) {
  constexpr std::uint8_t kNamedCurve = 3;
  constexpr std::uint16_t kRsaSha256 = 0x0401;
  message(p, kServerKeyExchange, [&](Packer& body) {
    body.u8(kNamedCurve).u16(kSecp256r1).sized8([&](Packer& key) { key.bytes(curve_point(random)); });
    body.u16(kRsaSha256).sized16([&](Packer& signature) { signature.bytes(random.bytes(256)); });
  });
}

/// Bytes of a record, without its header, that carries `plaintext` bytes under the cipher.
std::uint32_t sealed_size(const TlsProfile& profile, std::uint32_t plaintext) {
  if (profile.version == TlsVersion::tls13) return plaintext + 1 + 16;
  switch (profile.cipher) {
    case TlsCipher::aes_cbc: {
      constexpr std::uint32_t kBlock = 16;
      constexpr std::uint32_t kHash = 20;
      return kBlock + (plaintext + kHash + 1 + kBlock - 1) / kBlock * kBlock;
    }
    case TlsCipher::chacha:
      return plaintext + 16;
    case TlsCipher::aes_gcm:
      break;
  }
  return plaintext + 8 + 16;
}

bool explicit_nonce(const TlsProfile& profile) {
  return profile.version == TlsVersion::tls12 && profile.cipher == TlsCipher::aes_gcm;
}

void change_cipher_spec(Packer& p) {
  record(p, kChangeCipherSpec, [](Packer& q) { q.u8(1); });
}

void finished(Packer& p, Random& random, const TlsProfile& profile) {
  constexpr std::uint32_t kFinishedSize = 16;
  const std::uint32_t size = sealed_size(profile, kFinishedSize);
  record(p, kHandshake, [&](Packer& q) {
    if (explicit_nonce(profile)) {
      q.u64(0).bytes(random.bytes(size - 8));
    } else {
      q.bytes(random.bytes(size));
    }
  });
}

std::vector<TlsFlight> handshake13(Random& random, const TlsProfile& profile, std::string_view name) {
  const bool resumed = random.chance(profile.resumed_percent);
  Packer first, second, third;
  client_hello(first, random, profile, name, resumed);
  server_hello(second, random, profile);
  change_cipher_spec(second);
  // Encrypted extensions, certificate chain, its verification and Finished, in one record.
  const std::uint32_t secret = resumed ? random.between({60, 140}) : random.between({2300, 4200});
  record(second, kData, [&](Packer& q) { q.bytes(random.bytes(sealed_size(profile, secret))); });
  change_cipher_spec(third);
  record(third, kData, [&](Packer& q) { q.bytes(random.bytes(sealed_size(profile, 36))); });
  return {{Side::client, first.take()}, {Side::server, second.take()}, {Side::client, third.take()}};
}

std::vector<TlsFlight> resumed12(Random& random, const TlsProfile& profile, std::string_view name) {
  Packer first, second, third;
  client_hello(first, random, profile, name, true);
  server_hello(second, random, profile);
  change_cipher_spec(second);
  finished(second, random, profile);
  change_cipher_spec(third);
  finished(third, random, profile);
  return {{Side::client, first.take()}, {Side::server, second.take()}, {Side::client, third.take()}};
}

std::vector<TlsFlight> full12(Random& random, const TlsProfile& profile, std::string_view name) {
  Packer first, second, third, fourth;
  client_hello(first, random, profile, name, false);
  server_hello(second, random, profile);
  certificate_chain(second, random, profile, name);
  server_key_exchange(second, random);
  message(second, kServerHelloDone, nothing);
  message(third, kClientKeyExchange,
          [&](Packer& body) { body.sized8([&](Packer& key) { key.bytes(curve_point(random)); }); });
  change_cipher_spec(third);
  finished(third, random, profile);
  message(fourth, kNewSessionTicket, [&](Packer& body) {
    body.u32(7200).sized16([&](Packer& ticket) { ticket.bytes(random.bytes(random.between({160, 208}))); });
  });
  change_cipher_spec(fourth);
  finished(fourth, random, profile);
  return {{Side::client, first.take()},
          {Side::server, second.take()},
          {Side::client, third.take()},
          {Side::server, fourth.take()}};
}

}  // namespace

std::vector<TlsFlight> tls_handshake(Random& random, const TlsProfile& profile,
                                     std::string_view server_name) {
  if (profile.version == TlsVersion::tls13) return handshake13(random, profile, server_name);
  if (random.chance(profile.resumed_percent)) return resumed12(random, profile, server_name);
  return full12(random, profile, server_name);
}

void TlsSession::handshake() {
  for (const TlsFlight& flight : tls_handshake(random(), profile_, tcp_.server().name)) {
    tcp_.pause(random().between({200, 4'000}));
    tcp_.send(flight.from, flight.records);
  }
}

void TlsSession::send(Side from, std::uint32_t size) {
  Packer p;
  while (size > 0) {
    const std::uint32_t part = std::min(size, profile_.largest_record);
    seal(p, from, kData, part);
    size -= part;
  }
  tcp_.send(from, p.take());
}

void TlsSession::close(Side from) {
  constexpr std::uint32_t kCloseNotify = 2;
  Packer p;
  seal(p, from, profile_.version == TlsVersion::tls13 ? kData : kAlert, kCloseNotify);
  tcp_.send(from, p.take());
  tcp_.close(from);
}

void TlsSession::seal(Packer& p, Side from, std::uint8_t type, std::uint32_t plaintext) {
  const std::uint32_t size = sealed_size(profile_, plaintext);
  record(p, type, [&](Packer& q) {
    if (explicit_nonce(profile_)) {
      q.u64(nonce_[index(from)]++).bytes(random().bytes(size - 8));
    } else {
      q.bytes(random().bytes(size));
    }
  });
}

}  // namespace traffic::synthetic
