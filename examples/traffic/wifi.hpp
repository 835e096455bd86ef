#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "traffic/link_layer.hpp"

namespace traffic {

/// What a capture tells about an IEEE 802.11 frame beside its bytes.
struct WifiFlags {
  bool check_sequence = false;  ///< four bytes at the end
  bool padded_header = false;   ///< to a multiple of four
};

/// An IEEE 802.11 frame from its frame control field on. Only data frames in the clear carry IP that can be
/// seen; of several packets in one frame (A-MSDU) the first one counts, of a fragmented frame the first
/// fragment.
NetworkLayer wifi(std::span<const std::uint8_t> bytes, std::size_t at, WifiFlags flags = {});

/// The same behind a header of radiotap (radiotap.org), of Prism or of AVS.
NetworkLayer radiotap(std::span<const std::uint8_t> bytes);
NetworkLayer prism(std::span<const std::uint8_t> bytes);
NetworkLayer avs(std::span<const std::uint8_t> bytes);

}  // namespace traffic
