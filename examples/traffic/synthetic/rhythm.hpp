#pragma once

#include "traffic/synthetic/network.hpp"
#include "traffic/synthetic/random.hpp"

namespace traffic::synthetic {

/// How an application talks: rounds of a message up and a message down, with pauses between them.
struct Rhythm {
  Range rounds = {2, 5};
  Range up = {80, 400};
  Range down = {80, 900};
  Range pause = {50'000, 2'000'000};  // microseconds
  std::uint32_t pushed_percent = 0;   // rounds in which only the server speaks
  std::uint32_t silent_percent = 0;   // rounds in which only the client speaks
};

/// Plays `rhythm` on a session with send(Side, size) and pause(Time).
template <class Session>
void play(Session& session, const Rhythm& rhythm) {
  Random& random = session.random();
  for (std::uint32_t round = random.between(rhythm.rounds); round > 0; --round) {
    const std::uint32_t kind = random.below(100);
    const bool pushed = kind < rhythm.pushed_percent;
    const bool silent = !pushed && kind < rhythm.pushed_percent + rhythm.silent_percent;
    if (!pushed) session.send(Side::client, random.skewed(rhythm.up));
    if (!silent) {
      session.pause(random.skewed({300, 60'000}));
      session.send(Side::server, random.skewed(rhythm.down));
    }
    session.pause(random.skewed(rhythm.pause));
  }
}

}  // namespace traffic::synthetic
