#pragma once

#include <chrono>
#include <cmath>
#include <concepts>
#include <iomanip>
#include <iostream>
#include <locale>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::train {

/// Where progress is shown; by default on the standard error stream.
struct ProgressOptions {
  std::string unit = "";                         ///< what is counted: "packets"
  std::ostream* out = &std::cerr;                ///< null: nothing is shown
  bool terminal = ::isatty(STDERR_FILENO) != 0;  ///< whether a line can be written over
};

namespace detail {

/// 75 -> "1:15", 3675 -> "1:01:15".
inline std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(seconds));
  std::ostringstream out;
  out << std::setfill('0');
  if (whole >= 3600) {
    out << whole / 3600 << ':' << std::setw(2) << whole / 60 % 60;
  } else {
    out << whole / 60;
  }
  out << ':' << std::setw(2) << whole % 60;
  return out.str();
}

/// "120/400 batches  52/s  0:05 left"; without a total "120 batches  52/s".
inline std::string progress_text(Index done, Index total, double seconds, const std::string& unit) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << done;
  if (total > 0) out << '/' << total;
  if (!unit.empty()) out << ' ' << unit;
  if (done == 0 || seconds <= 0) return out.str();
  const double rate = static_cast<double>(done) / seconds;
  out << std::fixed << std::setprecision(rate < 10 ? 1 : 0) << "  " << rate << "/s";
  if (total > 0) out << "  " << clock_text(static_cast<double>(total - done) / rate) << " left";
  return out.str();
}

}  // namespace detail

/// One line about work that takes a while. On a terminal it is written over as work goes on, with the rate
/// and the time left; elsewhere only its end is written.
///
///     train::Progress progress("epoch 3/300", batches, {.unit = "batches"});
///     for (...) progress.advance(1, "loss 0.31");
///     progress.finish("loss 0.30, accuracy 0.91");
class Progress {
 public:
  /// `total` is how much there is to do, 0 where that is not known.
  Progress(std::string title, Index total, ProgressOptions options = {})
      : title_(std::move(title)), total_(total), options_(std::move(options)) {}

  /// Takes a line that was not finished off the terminal.
  ~Progress() {
    if (drawn_) *options_.out << erase << std::flush;
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Counts `count` more as done. The line is drawn ten times a second at most.
  void advance(Index count, std::string_view note = {}) {
    advance(count, [note] { return note; });
  }

  /// The same with a note that is made only when the line is drawn.
  template <std::invocable F>
  void advance(Index count, const F& note) {
    done_ += count;
    if (!options_.out || !options_.terminal) return;
    const Clock::time_point now = Clock::now();
    if (drawn_ && now - drawn_at_ < std::chrono::milliseconds(100)) return;
    drawn_ = true;
    drawn_at_ = now;
    const auto text = note();
    *options_.out << erase << title_ << "  "
                  << detail::progress_text(done_, total_, seconds(now), options_.unit)
                  << (text.empty() ? "" : "  ") << text << std::flush;
  }

  /// Ends the line with what came out.
  void finish(std::string_view result) {
    if (!options_.out) return;
    *options_.out << (drawn_ ? erase : "") << title_ << "  " << result << std::endl;
    drawn_ = false;
  }

  /// Since it was made.
  [[nodiscard]] double seconds() const { return seconds(Clock::now()); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr const char* erase = "\r\033[K";

  [[nodiscard]] double seconds(Clock::time_point now) const {
    return std::chrono::duration<double>(now - start_).count();
  }

  std::string title_;
  Index total_, done_ = 0;
  ProgressOptions options_;
  Clock::time_point start_ = Clock::now(), drawn_at_{};
  bool drawn_ = false;
};

}  // namespace EBB_NAMESPACE::train
