#pragma once

#include <algorithm>
#include <cmath>

#include "ebb/core/error.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::optim {

// Learning rates as functions of the epoch (or step), counted from 0.

struct StepDecayOptions {
  double from = 1e-3;
  Index every = 10;     ///< epochs between two steps
  double factor = 0.1;  ///< of each step
};

/// from * factor^(epoch / every), the exponent rounded down. Error [step_decay] for an epoch below 0, or
/// steps less than one epoch apart.
///
///     adam.set_learning_rate(optim::step_decay(epoch, {.from = 1e-3, .every = 30}));
inline double step_decay(Index epoch, const StepDecayOptions& o) {
  detail::require(epoch >= 0 && o.every >= 1, "step_decay", "epoch ", epoch, " must be at least 0, every ",
                  o.every, " at least 1");
  return o.from * std::pow(o.factor, static_cast<double>(epoch / o.every));
}

struct CosineDecayOptions {
  double from = 1e-3;
  double to = 0;
  Index epochs = 100;  ///< until `to` is reached, where it stays
};

/// Half a cosine wave from `from` down to `to` (Loshchilov and Hutter, 2017).
/// Error [cosine_decay] for an epoch below 0, or less than one epoch until `to`.
///
///     adam.set_learning_rate(optim::cosine_decay(epoch, {.from = 1e-3, .epochs = 100}));
inline double cosine_decay(Index epoch, const CosineDecayOptions& o) {
  detail::require(epoch >= 0 && o.epochs >= 1, "cosine_decay", "epoch ", epoch,
                  " must be at least 0, epochs ", o.epochs, " at least 1");
  const double progress = std::min(1.0, static_cast<double>(epoch) / static_cast<double>(o.epochs));
  return o.to + (o.from - o.to) * 0.5 * (1 + std::cos(3.14159265358979323846 * progress));
}

}  // namespace EBB_NAMESPACE::optim
