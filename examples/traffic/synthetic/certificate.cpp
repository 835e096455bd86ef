#include "traffic/synthetic/certificate.hpp"

#include <initializer_list>
#include <string>

namespace traffic::synthetic {
namespace {

enum Tag : std::uint8_t {
  kBoolean = 0x01,
  kInteger = 0x02,
  kBitString = 0x03,
  kOctetString = 0x04,
  kNull = 0x05,
  kObject = 0x06,
  kUtf8 = 0x0c,
  kTime = 0x17,
  kSequence = 0x30,
  kSet = 0x31,
  kVersion = 0xa0,     // [0] of TBSCertificate
  kExtensions = 0xa3,  // [3]
  kDnsName = 0x82,     // [2] of GeneralName
};

Bytes der(Tag tag, const Bytes& content) {
  Packer p;
  p.u8(tag);
  const std::size_t length = content.size();
  if (length < 0x80) {
    p.u8(length);
  } else if (length < 0x100) {
    p.u8(0x81).u8(length);
  } else {
    p.u8(0x82).u16(length);
  }
  return p.bytes(content).take();
}

Bytes der(Tag tag, std::initializer_list<Bytes> parts) {
  Packer p;
  for (const Bytes& part : parts) p.bytes(part);
  return der(tag, p.take());
}

Bytes bits(const Bytes& content) { return der(kBitString, {Bytes{0}, content}); }
Bytes object(const Bytes& encoded) { return der(kObject, encoded); }

Bytes common_name(std::string_view text) {
  const Bytes name = der(kSequence, {object({0x55, 0x04, 0x03}), der(kUtf8, bytes_of(text))});
  return der(kSequence, {der(kSet, name)});
}

Bytes extension(std::uint8_t number, const Bytes& value) {
  return der(kSequence, {object({0x55, 0x1d, number}), der(kOctetString, value)});
}

Bytes two_digits(std::uint32_t value) {
  return {static_cast<std::uint8_t>('0' + value / 10), static_cast<std::uint8_t>('0' + value % 10)};
}

Bytes date(std::uint32_t year, Random& random) {
  const Bytes month = two_digits(random.between({1, 12}));
  const Bytes day = two_digits(random.between({1, 28}));
  return der(kTime, {two_digits(year), month, day, bytes_of("000000Z")});
}

Bytes positive_integer(Random& random, std::size_t size) {
  Bytes number = random.bytes(size);
  number[0] = static_cast<std::uint8_t>((number[0] & 0x7f) | 0x40);
  return der(kInteger, number);
}

}  // namespace

Bytes certificate(Random& random, std::string_view subject, std::string_view authority, bool is_authority) {
  const Bytes rsa = object({0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01});
  const Bytes sha256_with_rsa = object({0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b});
  const Bytes null = der(kNull, Bytes{});
  const Bytes algorithm = der(kSequence, {sha256_with_rsa, null});

  const Bytes version = der(kVersion, der(kInteger, Bytes{2}));
  const Bytes serial = positive_integer(random, 16);
  const Bytes not_before = date(14, random);
  const Bytes not_after = date(17 + random.below(6), random);
  const Bytes modulus = der(kInteger, {Bytes{0}, Bytes{0xc3}, random.bytes(255)});
  const Bytes key = der(kSequence, {modulus, der(kInteger, Bytes{1, 0, 1})});

  constexpr std::uint8_t kSubjectAlternativeName = 17;
  constexpr std::uint8_t kBasicConstraints = 19;
  Packer extensions;
  if (is_authority) {
    extensions.bytes(extension(kBasicConstraints, der(kSequence, der(kBoolean, Bytes{0xff}))));
  } else {
    Packer names;
    names.bytes(der(kDnsName, bytes_of(subject)));
    for (std::uint32_t i = random.below(12); i > 0; --i) {
      names.bytes(der(kDnsName, bytes_of("alt" + std::to_string(i) + "." + std::string(subject))));
    }
    extensions.bytes(extension(kSubjectAlternativeName, der(kSequence, names.take())));
  }

  const Bytes body = der(
      kSequence, {version, serial, algorithm, common_name(authority), der(kSequence, {not_before, not_after}),
                  common_name(subject), der(kSequence, {der(kSequence, {rsa, null}), bits(key)}),
                  der(kExtensions, der(kSequence, extensions.take()))});
  return der(kSequence, {body, algorithm, bits(random.bytes(256))});
}

}  // namespace traffic::synthetic
