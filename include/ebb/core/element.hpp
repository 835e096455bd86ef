#pragma once

#include "ebb/core/storage.hpp"

namespace EBB_NAMESPACE::detail {

/// What x(i, j) gives on a tensor that may be written: reads as a T, and a write counts as a change in place.
template <class T, class Device>
class Element {
 public:
  Element(T* place, Storage<Device>* storage) : place_(place), storage_(storage) {}
  Element(const Element&) = default;

  operator T() const { return *place_; }

  Element& operator=(T value) {
    storage_->mark_written();
    *place_ = value;
    return *this;
  }
  Element& operator=(const Element& other) { return *this = static_cast<T>(other); }
  Element& operator+=(T value) { return *this = static_cast<T>(*place_ + value); }
  Element& operator-=(T value) { return *this = static_cast<T>(*place_ - value); }
  Element& operator*=(T value) { return *this = static_cast<T>(*place_ * value); }
  Element& operator/=(T value) { return *this = static_cast<T>(*place_ / value); }

 private:
  T* place_;
  Storage<Device>* storage_;
};

}  // namespace EBB_NAMESPACE::detail
