#include "traffic/output.hpp"

#include <cerrno>
#include <cstring>

namespace traffic {

void WatchedOutput::keep_reason() {
  if (!failed_) reason_ = errno;
  failed_ = true;
}

WatchedOutput::int_type WatchedOutput::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
  errno = 0;
  const int_type written = inner_.sputc(traits_type::to_char_type(character));
  if (traits_type::eq_int_type(written, traits_type::eof())) keep_reason();
  return written;
}

std::streamsize WatchedOutput::xsputn(const char* text, std::streamsize size) {
  errno = 0;
  const std::streamsize written = inner_.sputn(text, size);
  if (written < size) keep_reason();
  return written;
}

int WatchedOutput::sync() {
  errno = 0;
  if (!failed_ && inner_.pubsync() != 0) keep_reason();
  if (failed_) errno = reason_;
  return failed_ ? -1 : 0;
}

std::string why_output_fails(std::ostream& out, const std::string& what) {
  out.clear();
  errno = 0;
  const int reason = out.flush() ? 0 : errno;
  out.setstate(std::ios::badbit);
  return what + " cannot be written" + (reason == 0 ? "" : std::string(": ") + std::strerror(reason));
}

}  // namespace traffic
