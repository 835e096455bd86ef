#pragma once

#include <csignal>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builders.hpp"

namespace traffic::test {

/// Writes as long as somebody reads, then closes.
inline void feed(int to, const Bytes& bytes) {
  std::signal(SIGPIPE, SIG_IGN);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t got = write(to, bytes.data() + done, bytes.size() - done);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  close(to);
}

/// While it lives, standard input is a pipe that delivers these bytes.
class PipedInput {
 public:
  explicit PipedInput(Bytes bytes) : before_(dup(STDIN_FILENO)) {
    int ends[2];
    if (pipe(ends) != 0) return;
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    writer_ = std::thread([to = ends[1], content = std::move(bytes)] { feed(to, content); });
  }
  ~PipedInput() {
    dup2(before_, STDIN_FILENO);
    close(before_);
    writer_.join();
  }
  PipedInput(const PipedInput&) = delete;
  PipedInput& operator=(const PipedInput&) = delete;

 private:
  int before_;
  std::thread writer_;
};

/// A named pipe into which these bytes are written once, for the one who opens it first.
class NamedPipe {
 public:
  NamedPipe(const std::filesystem::path& path, Bytes bytes) : path_(path) {
    mkfifo(path.c_str(), 0600);
    writer_ =
        std::thread([path, content = std::move(bytes)] { feed(open(path.c_str(), O_WRONLY), content); });
  }
  ~NamedPipe() { writer_.join(); }
  NamedPipe(const NamedPipe&) = delete;
  NamedPipe& operator=(const NamedPipe&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::thread writer_;
};

}  // namespace traffic::test
