#pragma once

#include "ebb/config.hpp"

namespace EBB_NAMESPACE {

namespace detail {
inline thread_local bool grad_enabled = true;
}

/// Whether operations of this thread record what backward needs.
inline bool is_grad_enabled() { return detail::grad_enabled; }

/// While it lives, operations of this thread record nothing: for evaluation and for updates of weights.
///
///     NoGrad guard;  const auto logits = model(x);
class [[nodiscard]] NoGrad {
 public:
  NoGrad() : before_(detail::grad_enabled) { detail::grad_enabled = false; }
  ~NoGrad() { detail::grad_enabled = before_; }
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};

}  // namespace EBB_NAMESPACE
