#include "traffic/interruption.hpp"

namespace traffic {
namespace {

volatile std::sig_atomic_t requested_flag = 0;

extern "C" void request_end(int) { requested_flag = 1; }

}  // namespace

Interruption::Interruption() {
  requested_flag = 0;
  struct sigaction once {};
  once.sa_handler = request_end;
  once.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &once, &on_interrupt_);
  sigaction(SIGTERM, &once, &on_terminate_);
}

Interruption::~Interruption() {
  sigaction(SIGINT, &on_interrupt_, nullptr);
  sigaction(SIGTERM, &on_terminate_, nullptr);
}

bool Interruption::requested() { return requested_flag != 0; }

}  // namespace traffic
