#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "traffic/hash.hpp"

/// The files of a data set, as `prepare` writes and PacketDataset reads them. Numbers are little-endian.
///
/// - packets.bin: the used bytes of the packet vectors, one after the other; zeros up to 1500 are implied.
/// - index.bin: IndexHeader, then one IndexRecord per packet.
/// - split.bin: SplitHeader, then one byte per packet: its Part (split.hpp); or fold0.bin, fold1.bin, ...,
///   the same for the rounds of a cross-validation.
/// - prepare.json: everything for people and programs to read; the marker of a finished set, which holds the
///   seals of the other files (result_folder.hpp). Those of packets.bin are in the index, one per packet.
namespace traffic {

static_assert(std::endian::native == std::endian::little, "the files of a data set are read as they are");

inline constexpr std::uint32_t dataset_version = 2;
inline constexpr std::array<char, 8> index_magic{'E', 'B', 'B', 'I', 'N', 'D', 'E', 'X'};
inline constexpr std::array<char, 8> split_magic{'E', 'B', 'B', 'S', 'P', 'L', 'I', 'T'};

struct IndexHeader {
  std::array<char, 8> magic = index_magic;
  std::uint32_t version = dataset_version;
  std::uint32_t record_size = 0;
  std::uint64_t packets = 0;
  std::uint64_t packet_bytes = 0;  ///< the size of packets.bin
  Hash128 data_hash{};             ///< as in prepare.json: files of one set have the same
};
static_assert(sizeof(IndexHeader) == 48);

/// Classes of a data set: as many as a confusion matrix can have.
inline constexpr std::uint16_t most_classes = 32'768;

/// The label of a packet whose class is left out.
inline constexpr std::uint16_t no_label = 0xffff;

struct IndexRecord {
  std::uint64_t offset = 0;    ///< in packets.bin
  std::uint64_t checksum = 0;  ///< the lower half of the vector's hash128
  std::uint32_t capture = 0;   ///< position in the array `captures` of prepare.json
  std::uint32_t flow = 0;      ///< counted through the whole set
  std::uint32_t number = 0;    ///< of the packet in its capture, from 1
  std::uint16_t length = 0;    ///< used bytes
  std::uint16_t label = 0;     ///< position in the array `classes` of prepare.json, or no_label
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint8_t protocol = 0;  ///< 6 TCP, 17 UDP
  std::array<std::uint8_t, 3> reserved{};
};
static_assert(sizeof(IndexRecord) == 40);

struct SplitHeader {
  std::array<char, 8> magic = split_magic;
  std::uint32_t version = dataset_version;
  std::uint32_t fold = 0;
  std::uint64_t packets = 0;
  Hash128 data_hash{};
};
static_assert(sizeof(SplitHeader) == 40);

}  // namespace traffic
