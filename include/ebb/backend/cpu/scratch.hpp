#pragma once

#include <cstddef>

#include "ebb/backend/cpu/memory.hpp"

namespace EBB_NAMESPACE::cpu {

/// Memory that a kernel needs while it runs, of unspecified content, from the caching allocator: after the
/// first call it costs no system call and no page fault.
template <class T>
class Scratch {
 public:
  explicit Scratch(Index count)
      : bytes_(static_cast<std::size_t>(count) * sizeof(T)),
        data_(static_cast<T*>(Memory::allocate(bytes_))) {}
  ~Scratch() { Memory::deallocate(data_, bytes_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] T* data() const { return data_; }

 private:
  std::size_t bytes_;
  T* data_;
};

}  // namespace EBB_NAMESPACE::cpu
