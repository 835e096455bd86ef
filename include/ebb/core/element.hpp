#pragma once

#include "ebb/core/storage.hpp"

namespace EBB_NAMESPACE::detail {

/// What x(i, j) gives on a tensor that may be written: a T that, as long as it is a temporary, is also the
/// place in the tensor. Assigned to, it writes there, which counts as a change in place; a variable made of
/// it is a value like any other, and `x` and it go separate ways.
///
///     x(i, j) += 1;           // x changes
///     auto v = x(i, j);       // v reads as a T and stays what it is when x changes
///     v += 1;                 // v changes, x does not
///
/// Why no T&: whoever reads through a tensor that is not const would leave the tensor changed in the eyes of
/// backward, and `if (logits(i, 1) > 0)` between a loss and its backward would be an error.
template <class T, class Device>
class Element {
 public:
  Element(T* place, Storage<Device>* storage) : value_(*place), place_(place), storage_(storage) {}
  Element(const Element&) = default;

  operator T() const { return value_; }

  T operator=(T value) && { return write(value); }
  T operator=(const Element& other) && { return write(other.value_); }
  T operator+=(T value) && { return write(static_cast<T>(*place_ + value)); }
  T operator-=(T value) && { return write(static_cast<T>(*place_ - value)); }
  T operator*=(T value) && { return write(static_cast<T>(*place_ * value)); }
  T operator/=(T value) && { return write(static_cast<T>(*place_ / value)); }

  Element& operator=(T value) & { return keep(value); }
  Element& operator=(const Element& other) & { return keep(other.value_); }
  Element& operator+=(T value) & { return keep(static_cast<T>(value_ + value)); }
  Element& operator-=(T value) & { return keep(static_cast<T>(value_ - value)); }
  Element& operator*=(T value) & { return keep(static_cast<T>(value_ * value)); }
  Element& operator/=(T value) & { return keep(static_cast<T>(value_ / value)); }

 private:
  T write(T value) {
    storage_->mark_written();
    return *place_ = value;
  }
  Element& keep(T value) {
    value_ = value;
    return *this;
  }

  T value_;
  T* place_;
  Storage<Device>* storage_;
};

}  // namespace EBB_NAMESPACE::detail
