#include "deep_packet/descriptor_buffer.hpp"

#include <cerrno>

#include <unistd.h>

namespace deep_packet {

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type character) {
  if (sync() != 0) return traits_type::eof();
  return traits_type::eq_int_type(character, traits_type::eof())
             ? traits_type::not_eof(character)
             : sputc(traits_type::to_char_type(character));
}

int DescriptorBuffer::sync() {
  const char* from = pbase();
  while (error_ == 0 && from < pptr()) {
    const ssize_t written = write(descriptor_, from, static_cast<std::size_t>(pptr() - from));
    if (written >= 0) {
      from += written;
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  empty();
  errno = error_;
  return error_ == 0 ? 0 : -1;
}

}  // namespace deep_packet
