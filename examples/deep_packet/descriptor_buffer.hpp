#pragma once

#include <array>
#include <streambuf>

namespace deep_packet {

/// A buffer that writes to a file descriptor and remembers why a write failed; those of C and C++ drop what
/// they could not write and forget the reason. After a failure nothing more is written, and each flush fails
/// with the same errno.
///
///     DescriptorBuffer buffer(STDOUT_FILENO);
///     std::ostream out(&buffer);
class DescriptorBuffer : public std::streambuf {
 public:
  /// The descriptor stays open.
  explicit DescriptorBuffer(int descriptor) : descriptor_(descriptor) { empty(); }

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  void empty() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }

  int descriptor_;
  int error_ = 0;
  std::array<char, 1 << 16> bytes_{};
};

}  // namespace deep_packet
