#include "traffic/interruption.hpp"

#include <atomic>
#include <ctime>

namespace traffic {
namespace {

// Written by a signal, on whatever thread.
std::atomic<int> requested_by{0};           // the signal; 0: not requested
std::atomic<std::int64_t> requested_at{0};  // in seconds of the monotonic clock
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

extern "C" void request_end(int signal) {
  // Terminals and supervisors may signal the process and its group: the same request twice.
  constexpr std::int64_t kSameRequest = 1;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (requested_by == 0) {
    requested_by = signal;
    requested_at = now.tv_sec;
  } else if (now.tv_sec - requested_at > kSameRequest) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

Interruption::Interruption() {
  requested_by = 0;
  struct sigaction action {};
  action.sa_handler = request_end;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], &action, &before_[i]);
    // What the parent wants ignored, nohup for instance, stays ignored.
    if (before_[i].sa_handler == SIG_IGN) sigaction(signals[i], &before_[i], nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &before_[i], nullptr);
}

bool Interruption::requested() { return requested_by != 0; }

Interrupted::Interrupted(const std::string& facts)
    : ebb::Error("interrupted", facts),
      exit_code_(128 + (requested_by != 0 ? requested_by.load() : SIGINT)) {}

}  // namespace traffic
