#pragma once

#include <ebb/core/error.hpp>

#include <array>
#include <csignal>
#include <cstdint>
#include <string>

namespace traffic {

/// While one lives, the first SIGINT, SIGTERM or SIGHUP only asks the program to come to an end, and another
/// one, two seconds later or more, ends it. Not to be nested; the signals belong to the process.
class Interruption {
 public:
  static constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};

  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] static bool requested();

 private:
  std::array<struct sigaction, signals.size()> before_{};
};

/// Thrown by work that was asked to come to an end before it was finished.
class Interrupted : public ebb::Error {
 public:
  explicit Interrupted(const std::string& facts);

  /// As shells report a program that the signal ended: 130 for SIGINT.
  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

}  // namespace traffic
