#pragma once

#include <string_view>
#include <vector>

#include "traffic/synthetic/tcp.hpp"
#include "traffic/synthetic/tls_profile.hpp"

namespace traffic::synthetic {

/// Records that one side sends without hearing from the other.
struct TlsFlight {
  Side from = Side::client;
  Bytes records;
};

/// The flights of a whole handshake: TLS 1.2 in full or resumed, or TLS 1.3.
std::vector<TlsFlight> tls_handshake(Random& random, const TlsProfile& profile, std::string_view server_name);

/// TLS over an open TCP conversation.
class TlsSession {
 public:
  TlsSession(TcpConversation& tcp, const TlsProfile& profile) : tcp_(tcp), profile_(profile) {}

  void handshake();

  /// `size` bytes of plaintext, cut into records of at most the profile's largest.
  void send(Side from, std::uint32_t size);

  /// The encrypted close_notify and the end of the TCP conversation.
  void close(Side from);

  void pause(Time duration) { tcp_.pause(duration); }
  Time now() const { return tcp_.now(); }
  Random& random() { return tcp_.random(); }

 private:
  void seal(Packer& p, Side from, std::uint8_t type, std::uint32_t plaintext);

  TcpConversation& tcp_;
  TlsProfile profile_;
  std::uint64_t nonce_[2] = {1, 1};  // 0 went with the Finished message
};

}  // namespace traffic::synthetic
