#pragma once

#include <ostream>
#include <streambuf>
#include <string>

namespace traffic {

/// While it lives, a stream remembers why it could not be written. Streams themselves keep no reason, and by
/// the end, what could not be written is gone from their buffers: asking again would be to write more.
///
///     const WatchedOutput watch(std::cout);
class WatchedOutput : private std::streambuf {
 public:
  explicit WatchedOutput(std::ostream& out) : out_(out), inner_(*out.rdbuf(this)) {}
  ~WatchedOutput() override { out_.rdbuf(&inner_); }
  WatchedOutput(const WatchedOutput&) = delete;
  WatchedOutput& operator=(const WatchedOutput&) = delete;

 private:
  int_type overflow(int_type character) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

  void keep_reason();

  std::ostream& out_;
  std::streambuf& inner_;
  bool failed_ = false;
  int reason_ = 0;  // errno of the first failure
};

/// After a stream has failed: "WHAT cannot be written: No space left on device", without the reason where it
/// is a stream that nobody watched and that can be written again.
std::string why_output_fails(std::ostream& out, const std::string& what);

}  // namespace traffic
