#include "traffic/pcapng.hpp"

#include <algorithm>
#include <initializer_list>

#include "traffic/bytes.hpp"

namespace traffic::pcapng {
namespace {

using Block = std::span<std::uint8_t>;

// Reverses one number after the other, of so many bytes each; returns where the next one starts.
std::size_t swap_numbers(Block block, std::size_t at, std::initializer_list<std::size_t> sizes) {
  for (const std::size_t size : sizes) {
    if (at + size > block.size()) return block.size();
    std::reverse(block.begin() + static_cast<std::ptrdiff_t>(at),
                 block.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
  }
  return at;
}

void swap_options(Block block, std::size_t at, bool is_big_endian) {
  constexpr std::uint16_t kTimeOffset = 14;  // the only option of several bytes that libpcap reads
  while (at + 4 <= block.size()) {
    const auto number = [&](std::size_t from) {
      return is_big_endian ? big16(&block[from]) : little16(&block[from]);
    };
    const std::uint16_t code = number(at);
    const std::size_t length = number(at + 2);
    at = swap_numbers(block, at, {2, 2});
    if (code == kTimeOffset && length == 8) swap_numbers(block, at, {8});
    at += (length + 3) / 4 * 4;
  }
}

}  // namespace

void swap_byte_order(Block block, bool is_big_endian) {
  const std::uint32_t type = is_big_endian ? big32(block.data()) : little32(block.data());
  swap_numbers(block, 0, {4, 4});
  swap_numbers(block, block.size() - 4, {4});
  const Block body = block.first(block.size() - 4);
  switch (type) {
    case section_header:
      swap_numbers(body, block_body, {4, 2, 2, 8});
      break;
    case interface_description:
      swap_options(body, swap_numbers(body, block_body, {2, 2, 4}), is_big_endian);
      break;
    case packet:
      swap_numbers(body, block_body, {2, 2, 4, 4, 4, 4});
      break;
    case simple_packet:
      swap_numbers(body, block_body, {4});
      break;
    case enhanced_packet:
      swap_numbers(body, block_body, {4, 4, 4, 4, 4});
      break;
    default:
      break;
  }
}

}  // namespace traffic::pcapng
