#pragma once

#include <cstdint>

namespace traffic::synthetic {

enum class TlsVersion : std::uint8_t { tls12, tls13 };
enum class TlsCipher : std::uint8_t { aes_gcm, aes_cbc, chacha };

/// What a server negotiates and how it cuts its data into records.
struct TlsProfile {
  TlsVersion version = TlsVersion::tls12;
  TlsCipher cipher = TlsCipher::aes_gcm;
  std::uint32_t largest_record = 16384;  // of plaintext; many servers stay within one segment
  std::uint32_t resumed_percent = 30;    // handshakes without a certificate
  bool intermediate = true;              // sent along with the server's certificate
  bool http2 = false;
};

}  // namespace traffic::synthetic
