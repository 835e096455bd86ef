#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/packet.hpp"

namespace traffic {

/// What is set to zero in a packet vector beside the addresses, which always are.
struct Mask {
  bool ports = false;
  bool checksums = false;  ///< of IP, TCP and UDP: the first still reflects the addresses
  bool ip_id = false;
  bool seq = false;         ///< TCP sequence and acknowledgement numbers
  bool window = false;      ///< of TCP
  bool timestamps = false;  ///< the values of the TCP timestamp option
  bool sni = false;         ///< the server name in a TLS ClientHello

  /// Sets a member by its name in options ("ip-id"); false where there is none of that name.
  bool set(std::string_view name);
  /// The names of the members that are set.
  [[nodiscard]] std::vector<std::string> names() const;
};

/// All names that parse_mask takes.
std::vector<std::string> mask_names();

/// Throws ebb::Error "mask" on a name that is not known; "addresses" is known and changes nothing.
Mask parse_mask(const std::vector<std::string>& names);

/// `vector` holds the used bytes of the packet's vector.
void apply_mask(const Mask& mask, const Packet& packet, std::span<std::uint8_t> vector);

}  // namespace traffic
