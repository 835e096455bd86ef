#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace traffic {

/// One line on stderr with share done, rates and time left, overwritten a few times a second; nothing where
/// stderr is no terminal.
class Progress {
 public:
  /// `total_bytes` of input are to come, or more: then neither share nor time left are shown.
  Progress(std::string what, std::uint64_t total_bytes);
  /// Clears the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Cheap enough to be called for every packet.
  void update(std::uint64_t bytes, std::uint64_t packets) {
    if (shown_ && packets >= next_look_) look(bytes, packets);
  }

 private:
  void look(std::uint64_t bytes, std::uint64_t packets);

  std::string what_;
  std::uint64_t total_bytes_;
  bool shown_;
  std::uint64_t next_look_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
};

}  // namespace traffic
