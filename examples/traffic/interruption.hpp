#pragma once

#include <ebb/core/error.hpp>

#include <csignal>
#include <string>

namespace traffic {

/// While one lives, the first SIGINT or SIGTERM only asks the program to come to an end, and another one, two
/// seconds later or more, ends it. Not to be nested; the signals belong to the process.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] static bool requested();

 private:
  struct sigaction on_interrupt_ {};
  struct sigaction on_terminate_ {};
};

/// Thrown by work that was asked to come to an end before it was finished; programs then exit with code 130.
class Interrupted : public ebb::Error {
 public:
  explicit Interrupted(const std::string& facts) : ebb::Error("interrupted", facts) {}
};

}  // namespace traffic
