#pragma once

#include "ebb/core/shape.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Is told of every call of a layer on this thread while it is installed: how summary sees the shapes inside
/// models of any class.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void enter(const void* module) = 0;
  virtual void leave(const void* module, const Shape& result) = 0;
};

inline thread_local CallObserver* call_observer = nullptr;

/// Installs an observer for as long as it lives.
class Observe {
 public:
  explicit Observe(CallObserver& observer) : before_(call_observer) { call_observer = &observer; }
  ~Observe() { call_observer = before_; }
  Observe(const Observe&) = delete;
  Observe& operator=(const Observe&) = delete;

 private:
  CallObserver* before_;
};

}  // namespace EBB_NAMESPACE::nn::detail
