#include "traffic/synthetic/ssh.hpp"

#include <algorithm>
#include <array>

#include "traffic/synthetic/tcp.hpp"

namespace traffic::synthetic {
namespace {

enum Message : std::uint8_t { kKexInit = 20, kNewKeys = 21, kKexInitDh = 30, kKexReplyDh = 31 };

/// A client program and the cipher it brings about.
struct Program {
  std::string_view banner;
  std::string_view cipher;
  std::string_view mac;
  std::uint32_t block;
  std::uint32_t tag;  // bytes of authentication behind a packet
};

constexpr Program kOpenSsh = {"SSH-2.0-OpenSSH_6.6.1p1 Ubuntu-2ubuntu2", "chacha20-poly1305@openssh.com",
                              "umac-64-etm@openssh.com", 8, 16};
constexpr Program kOldOpenSsh = {"SSH-2.0-OpenSSH_5.9p1 Debian-5ubuntu1.4", "aes128-ctr", "hmac-md5", 16, 16};
constexpr Program kPutty = {"SSH-2.0-PuTTY_Release_0.64", "aes256-ctr", "hmac-sha2-256", 16, 32};
constexpr Program kWinScp = {"SSH-2.0-WinSCP_release_5.7.1", "aes256-ctr", "hmac-sha2-256", 16, 32};

constexpr std::array kScpPrograms = {kOpenSsh, kOldOpenSsh, kOpenSsh, kWinScp};
constexpr std::array kSftpPrograms = {kPutty, kPutty, kWinScp, kOldOpenSsh};

Bytes packet(Random& random, const Bytes& payload) {
  constexpr std::size_t kBlock = 8;
  const std::size_t unpadded = 5 + payload.size();
  std::size_t padding = kBlock - unpadded % kBlock;
  if (padding < 4) padding += kBlock;
  Packer p;
  p.u32(1 + payload.size() + padding).u8(padding).bytes(payload).bytes(random.bytes(padding));
  return p.take();
}

void name_list(Packer& p, std::string_view names) {
  p.sized32([&](Packer& q) { q.text(names); });
}

Bytes kex_init(Random& random, const Program& program) {
  Packer p;
  p.u8(kKexInit).bytes(random.bytes(16));
  name_list(p, "curve25519-sha256@libssh.org,ecdh-sha2-nistp256,diffie-hellman-group14-sha1");
  name_list(p, "ssh-rsa,ecdsa-sha2-nistp256,ssh-ed25519");
  for (int direction = 0; direction < 2; ++direction) name_list(p, program.cipher);
  for (int direction = 0; direction < 2; ++direction) name_list(p, program.mac);
  for (int direction = 0; direction < 2; ++direction) name_list(p, "none,zlib@openssh.com");
  for (int direction = 0; direction < 2; ++direction) name_list(p, "");
  return packet(random, p.u8(0).u32(0).take());
}

Bytes kex_request(Random& random) {
  Packer p;
  p.u8(kKexInitDh).sized32([&](Packer& key) { key.bytes(random.bytes(32)); });
  return packet(random, p.take());
}

Bytes kex_reply(Random& random) {
  Packer p;
  p.u8(kKexReplyDh).sized32([&](Packer& host_key) {
    name_list(host_key, "ssh-rsa");
    host_key.sized32([](Packer& exponent) { exponent.u24(65'537); });
    host_key.sized32([&](Packer& modulus) { modulus.u8(0).u8(0xb5).bytes(random.bytes(255)); });
  });
  p.sized32([&](Packer& key) { key.bytes(random.bytes(32)); });
  p.sized32([&](Packer& signature) {
    name_list(signature, "ssh-rsa");
    signature.sized32([&](Packer& value) { value.bytes(random.bytes(256)); });
  });
  return packet(random, p.take());
}

class SshSession {
 public:
  SshSession(TcpConversation& tcp, const Program& program) : tcp_(tcp), program_(program) {}

  void negotiate() {
    Random& random = tcp_.random();
    tcp_.send(Side::server, bytes_of("SSH-2.0-OpenSSH_6.6.1p1 Ubuntu-2ubuntu2\r\n"));
    tcp_.send(Side::client, joined(bytes_of(program_.banner), bytes_of("\r\n")));
    tcp_.send(Side::client, kex_init(random, program_));
    tcp_.send(Side::server, kex_init(random, program_));
    tcp_.pause(random.between({500, 3'000}));
    tcp_.send(Side::client, kex_request(random));
    tcp_.pause(random.between({2'000, 9'000}));
    const Bytes new_keys = packet(random, Bytes{kNewKeys});
    tcp_.send(Side::server, joined(kex_reply(random), new_keys));
    tcp_.pause(random.between({1'000, 9'000}));
    tcp_.send(Side::client, new_keys);
  }

  /// One encrypted packet around `payload` bytes.
  void send(Side from, std::uint32_t payload) { tcp_.send(from, sealed(payload)); }

  void log_in() {
    Random& random = tcp_.random();
    exchange(24, 24);                        // the service
    exchange(random.between({36, 52}), 44);  // no method yet
    tcp_.pause(random.skewed({100'000, 3'000'000}));
    exchange(random.between({120, 148}), 1);  // the password
    exchange(24, 17);                         // a channel
    exchange(random.between({40, 90}), 13);   // the program on the other end
  }

  void exchange(std::uint32_t up, std::uint32_t down) {
    send(Side::client, up);
    tcp_.pause(tcp_.random().skewed({300, 12'000}));
    send(Side::server, down);
    tcp_.pause(tcp_.random().between({100, 900}));
  }

  /// SCP: name and size, then one stream; the reader widens the channel's window now and then.
  void scp(Side from, std::uint32_t size) {
    constexpr std::uint32_t kChunk = 8'192;
    constexpr std::uint32_t kChunksPerWindow = 4;
    send(from, tcp_.random().between({24, 48}));
    send(other(from), 10);
    for (std::uint32_t chunk = 1; size > 0; ++chunk) {
      const std::uint32_t part = std::min(size, kChunk);
      send(from, part + 9);
      size -= part;
      if (chunk % kChunksPerWindow == 0) send(other(from), 9);
    }
    send(other(from), 10);
  }

  /// SFTP: every block is asked for, or confirmed.
  void sftp(Side from, std::uint32_t size) {
    constexpr std::uint32_t kBlock = 4'096;
    exchange(18, 30);  // versions
    exchange(tcp_.random().between({40, 80}), 26);
    while (size > 0) {
      const std::uint32_t part = std::min(size, kBlock);
      from == Side::client ? exchange(part + 38, 33) : exchange(38, part + 22);
      size -= part;
    }
    exchange(26, 33);
  }

 private:
  /// Padding is free up to 255 bytes: it keeps the last segment from holding less than a block.
  Bytes sealed(std::uint32_t payload) {
    constexpr std::uint32_t kLengthAndPadding = 5;
    constexpr std::uint32_t kLeastPadding = 4;
    constexpr std::uint32_t kShortestSegment = 32;
    const std::uint32_t block = program_.block;
    std::uint32_t size =
        (kLengthAndPadding + payload + kLeastPadding + block - 1) / block * block + program_.tag;
    while (size % tcp_.segment_size() < kShortestSegment) size += block;
    return tcp_.random().bytes(size);
  }

  TcpConversation& tcp_;
  Program program_;
};

}  // namespace

void ssh_flow(Scene& scene, Time start, const Site& site, const SshFlow& flow) {
  Random& random = scene.random;
  const bool scp = flow.program == SshProgram::scp;
  const Program& program = random.pick(scp ? kScpPrograms : kSftpPrograms);
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, 22, resolve(scene, server, start));
  SshSession ssh(tcp, program);
  ssh.negotiate();
  ssh.log_in();
  const std::uint32_t size = random.skewed(flow.size);
  scp ? ssh.scp(flow.data_from, size) : ssh.sftp(flow.data_from, size);
  ssh.send(Side::client, 20);
  tcp.close(Side::client);
}

}  // namespace traffic::synthetic
