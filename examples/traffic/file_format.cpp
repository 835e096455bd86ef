#include "traffic/file_format.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "traffic/bytes.hpp"

namespace traffic {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::uint32_t kPcapngSectionHeader = 0x0a0d0d0a;
constexpr std::array<std::uint32_t, 3> kPcap{0xa1b2c3d4, 0xa1b23c4d,  // microseconds, nanoseconds
                                             0xa1b2cd34};  // with Kuznetzov's longer packet headers

constexpr std::string_view kDecompress = "; decompress it first";
constexpr std::string_view kUnpack = "; unpack it first";
constexpr std::string_view kConvert = "; convert it to pcap first, for example with editcap";

struct Signature {
  std::string_view bytes;
  std::string_view what;
  std::string_view remedy;
  std::size_t at = 0;
};

// Captures as wiretap/*.c of Wireshark knows them, compression as file(1) does.
constexpr Signature kSignatures[] = {
    {"\xfd"
     "7zXZ\0"sv,
     "an xz-compressed file", kDecompress},
    {"\x28\xb5\x2f\xfd"sv, "a zstd-compressed file", kDecompress},
    {"BZh"sv, "a bzip2-compressed file", kDecompress},
    {"\x04\x22\x4d\x18"sv, "an lz4-compressed file", kDecompress},
    {"LZIP"sv, "an lzip-compressed file", kDecompress},
    {"\x5d\0\0"sv, "an lzma-compressed file", kDecompress},
    {"\x89LZO\0"sv, "an lzo-compressed file", kDecompress},
    {"\x1f\x9d"sv, "a file compressed with compress", kDecompress},
    {"\x1f\x8b"sv, "a file compressed with gzip twice", kDecompress},
    {"PK\x03\x04"sv, "a zip archive", kUnpack},
    {"PK\x05\x06"sv, "an empty zip archive", ""},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7z archive", kUnpack},
    {"Rar!\x1a\x07"sv, "a rar archive", kUnpack},
    {"ustar"sv, "a tar archive", kUnpack, 257},
    {"snoop\0\0\0"sv, "a snoop capture", kConvert},
    {"btsnoop\0"sv, "a Bluetooth snoop capture, which holds no IP packets", ""},
    {"RTSS"sv, "a Microsoft Network Monitor capture", kConvert},
    {"GMBU"sv, "a Microsoft Network Monitor capture", kConvert},
    {"TRSNIFF data    \x1a"sv, "a Sniffer capture", kConvert},
    {"XCP\0"sv, "a NetXray capture", kConvert},
    {"ObserverPktBuffe"sv, "an Observer capture", kConvert},
    {"\x7fver"sv, "an OmniPeek capture", kConvert},
    {"\x05VNF"sv, "a Visual Networks capture", kConvert},
    {"iptrace 1.0"sv, "an AIX iptrace capture", kConvert},
    {"iptrace 2.0"sv, "an AIX iptrace capture", kConvert},
    {"\x01\x10\x4c\0\x01\x05"sv, "a LANalyzer capture", kConvert},
    {"\xaa\xaa\xaa\xaa"sv, "a 5View capture", kConvert},
    {"+---------+---------------+"sv, "a K12 text capture", kConvert},
    {"TR\0\x64"sv, "an HP-UX nettl capture", kConvert},
    {"\x1c\0\x01\xac"sv, "an Ixia capture", kConvert},
    {"\x1c\0\x01\xab"sv, "an Ixia capture", kConvert},
};

bool matches(std::span<const std::uint8_t> start, const Signature& signature) {
  if (start.size() < signature.at + signature.bytes.size()) return false;
  return std::equal(signature.bytes.begin(), signature.bytes.end(), start.begin() + signature.at,
                    [](char expected, std::uint8_t found) { return std::uint8_t(expected) == found; });
}

}  // namespace

RecognizedFormat recognize_format(std::span<const std::uint8_t> start) {
  if (start.empty()) return {FileFormat::unknown, "an empty file"};
  if (start.size() >= 4) {
    const std::uint32_t magic = big32(start.data());
    if (magic == kPcapngSectionHeader) return {FileFormat::pcapng, "a pcapng file"};
    for (const std::uint32_t known : kPcap) {
      if (magic == known || little32(start.data()) == known) return {FileFormat::pcap, "a pcap file"};
    }
  }
  for (const Signature& signature : kSignatures) {
    if (matches(start, signature)) {
      return {FileFormat::not_read, std::string(signature.what) + std::string(signature.remedy)};
    }
  }
  return {FileFormat::unknown, "something else"};
}

}  // namespace traffic
