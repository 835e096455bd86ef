#pragma once

#include <vector>

#include "ebb/core/shape.hpp"

namespace EBB_NAMESPACE::nn {

template <class T, class D>
class AnyModule;

namespace detail {

/// Is told of every call of a layer on this thread while it is installed: how summary sees the shapes inside
/// models of any class.
template <class T, class D>
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void enter(const AnyModule<T, D>& module) = 0;
  virtual void leave(const std::vector<Shape>& results) = 0;
};

template <class T, class D>
inline thread_local CallObserver<T, D>* call_observer = nullptr;

/// Installs an observer for as long as it lives.
template <class T, class D>
class Observe {
 public:
  explicit Observe(CallObserver<T, D>& observer) : before_(call_observer<T, D>) {
    call_observer<T, D> = &observer;
  }
  ~Observe() { call_observer<T, D> = before_; }
  Observe(const Observe&) = delete;
  Observe& operator=(const Observe&) = delete;

 private:
  CallObserver<T, D>* before_;
};

}  // namespace detail
}  // namespace EBB_NAMESPACE::nn
