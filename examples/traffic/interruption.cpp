#include "traffic/interruption.hpp"

#include <ctime>

namespace traffic {
namespace {

volatile std::sig_atomic_t requested_at = 0;  // in seconds of the monotonic clock, from 1; 0: not requested

std::sig_atomic_t seconds_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::sig_atomic_t>(now.tv_sec + 1);
}

extern "C" void request_end(int signal) {
  // Terminals and supervisors may signal the process and its group: the same request twice.
  constexpr std::sig_atomic_t kSameRequest = 1;
  const std::sig_atomic_t now = seconds_now();
  if (requested_at == 0) {
    requested_at = now;
  } else if (now - requested_at > kSameRequest) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

}  // namespace

Interruption::Interruption() {
  requested_at = 0;
  struct sigaction action {};
  action.sa_handler = request_end;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &on_interrupt_);
  sigaction(SIGTERM, &action, &on_terminate_);
}

Interruption::~Interruption() {
  sigaction(SIGINT, &on_interrupt_, nullptr);
  sigaction(SIGTERM, &on_terminate_, nullptr);
}

bool Interruption::requested() { return requested_at != 0; }

}  // namespace traffic
