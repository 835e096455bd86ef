#include "traffic/progress.hpp"

#include <cstdio>
#include <utility>

#include <unistd.h>

namespace traffic {

Progress::Progress(std::string what, std::uint64_t total_bytes)
    : what_(std::move(what)), total_bytes_(total_bytes), shown_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

void Progress::look(std::uint64_t bytes, std::uint64_t packets) {
  constexpr std::uint64_t kPacketsBetweenLooks = 1 << 14;
  constexpr std::chrono::milliseconds kBetweenLines{200};
  next_look_ = packets + kPacketsBetweenLooks;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kBetweenLines) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::fprintf(stderr, "\r%s  %.2f M packets/s  %.0f MB/s", what_.c_str(),
               static_cast<double>(packets) / seconds / 1e6, static_cast<double>(bytes) / seconds / 1e6);
  if (bytes > 0 && bytes <= total_bytes_) {  // what comes through a pipe has no size before
    const double share = static_cast<double>(bytes) / static_cast<double>(total_bytes_);
    const auto left = static_cast<int>(seconds * (1 - share) / share);
    std::fprintf(stderr, "  %3.0f %%  %d:%02d left", 100 * share, left / 60, left % 60);
  }
  std::fputs("\x1b[K", stderr);
}

}  // namespace traffic
