#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <type_traits>
#include <utility>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/state.hpp"

namespace EBB_NAMESPACE::optim {

/// A learning rate over time. Time is whatever is counted, epochs or steps, from 0.
///
///     optim::Schedule schedule = optim::warmup({.over = 500}, optim::cosine_decay({.from = 1e-3, .epochs =
///     10'000})); adam.set_learning_rate(schedule(step));
///
///     train::fit(model, adam, training, validation, {.step_schedule = schedule});
///
/// Any function of time is one, too: optim::Schedule([](Index t) { return 0.1 / (1.0 + t); }). Copies share
/// what a schedule has learnt from losses.
class Schedule {
 public:
  template <class F>
  requires std::is_invocable_r_v<double, const F&, Index> Schedule(F rate) : rate_(std::move(rate)) {}

  /// A schedule that also looks at losses: `observe` is told each, and may write to `memory`, on which `rate`
  /// depends.
  Schedule(std::function<double(Index)> rate, std::function<void(double)> observe, Tensor<double> memory)
      : rate_(std::move(rate)), observe_(std::move(observe)), memory_(std::move(memory)) {}

  /// Error of the function that made the schedule for a time below 0.
  [[nodiscard]] double operator()(Index time) const { return rate_(time); }

  /// Tells it the loss that came out of the time since the last call.
  void observe(double loss) const {
    if (observe_) observe_(loss);
  }

  /// What it has learnt from losses, nothing for most: to be saved and loaded along with the optimizer's.
  [[nodiscard]] State state() const {
    State state;
    if (memory_.defined()) state.add("memory", memory_);
    return state;
  }

  /// The same as a tensor, undefined where there is nothing.
  [[nodiscard]] const Tensor<double>& memory() const { return memory_; }

 private:
  std::function<double(Index)> rate_;
  std::function<void(double)> observe_;
  Tensor<double> memory_;
};

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

/// That as a schedule.
[[nodiscard]] inline Schedule step_decay(const StepDecayOptions& o) {
  (void)step_decay(0, o);
  return Schedule([o](Index epoch) { return step_decay(epoch, o); });
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

/// That as a schedule.
[[nodiscard]] inline Schedule cosine_decay(const CosineDecayOptions& o) {
  (void)cosine_decay(0, o);
  return Schedule([o](Index epoch) { return cosine_decay(epoch, o); });
}

struct OneCycleOptions {
  double peak = 1e-2;
  Index steps = 1000;           ///< the whole cycle
  double rise = 0.3;            ///< the share of it until the peak
  double start_divisor = 25;    ///< the first rate is peak / start_divisor
  double end_divisor = 10'000;  ///< the last one is the first / end_divisor
};

/// Up to the peak and far down, each along half a cosine wave (Smith and Topin, 2018; PyTorch's OneCycleLR).
/// Error [one_cycle] for a time below 0, fewer than two steps, a share outside of (0, 1) or a divisor of 0 or
/// below.
[[nodiscard]] inline Schedule one_cycle(const OneCycleOptions& o) {
  detail::require(o.steps >= 2 && o.rise > 0 && o.rise < 1 && o.start_divisor > 0 && o.end_divisor > 0,
                  "one_cycle", "steps ", o.steps, " must be at least 2, the rise ", o.rise,
                  " in (0, 1), the divisors ", o.start_divisor, " and ", o.end_divisor, " positive");
  return Schedule([o](Index step) {
    detail::require(step >= 0, "one_cycle", "step ", step, " must be at least 0");
    const double top = o.rise * static_cast<double>(o.steps) - 1;
    const double last = static_cast<double>(o.steps - 1);
    const double now = std::min(static_cast<double>(step), last);
    const double first_rate = o.peak / o.start_divisor;
    const bool rising = now <= top;
    const double from = rising ? first_rate : o.peak, to = rising ? o.peak : first_rate / o.end_divisor;
    const double progress = rising ? (top > 0 ? now / top : 1) : (now - top) / (last - top);
    return to + (from - to) * 0.5 * (1 + std::cos(3.14159265358979323846 * progress));
  });
}

struct WarmupOptions {
  Index over = 5;  ///< epochs or steps until the rate of `then` is reached
};

/// Along a straight line up to then(0), of which time t has the share (t + 1) / (over + 1), and `then` from
/// there on. Error [warmup] where `over` is below 0.
[[nodiscard]] inline Schedule warmup(const WarmupOptions& o, const Schedule& then) {
  detail::require(o.over >= 0, "warmup", "over ", o.over, " must be at least 0");
  return Schedule(
      [o, then](Index time) {
        if (time >= o.over) return then(time - o.over);
        return then(0) * static_cast<double>(time + 1) / static_cast<double>(o.over + 1);
      },
      [then](double loss) { then.observe(loss); }, then.memory());
}

struct ReduceOnPlateauOptions {
  double from = 1e-3;
  double factor = 0.1;      ///< of each reduction
  Index patience = 10;      ///< losses without improvement after which the rate falls
  double min_delta = 1e-4;  ///< by how much a loss has to fall below the best one to count as improved
  double to = 0;            ///< below which the rate does not fall
};

/// A rate that falls whenever the loss has not for a while. `patience` and `min_delta` mean what they mean to
/// train::EarlyStopping. Error [reduce_on_plateau] for a factor outside of (0, 1), a patience below 1 or a
/// min_delta below 0.
[[nodiscard]] inline Schedule reduce_on_plateau(const ReduceOnPlateauOptions& o) {
  detail::require(o.factor > 0 && o.factor < 1 && o.patience >= 1 && o.min_delta >= 0, "reduce_on_plateau",
                  "the factor ", o.factor, " must be in (0, 1), patience ", o.patience,
                  " at least 1, min_delta ", o.min_delta, " at least 0");
  constexpr Index rate = 0, best = 1, waited = 2;
  Tensor<double> memory({3});
  memory(rate) = o.from;
  memory(best) = std::numeric_limits<double>::infinity();
  const auto observe = [o, memory](double loss) {
    Tensor<double> m = memory;
    if (loss < m.at(best) - o.min_delta) {
      m(best) = loss;
      m(waited) = 0;
      return;
    }
    m(waited) += 1;
    if (m.at(waited) < static_cast<double>(o.patience)) return;
    m(rate) = std::max(m.at(rate) * o.factor, o.to);
    m(waited) = 0;
  };
  return Schedule([memory](Index) { return memory.at(rate); }, observe, memory);
}

}  // namespace EBB_NAMESPACE::optim
