#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "ebb/core/allocator.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Memory as the allocator takes it from the system.
struct SystemMemory {
  static constexpr std::align_val_t alignment{64};
  static void* allocate(std::size_t bytes) { return ::operator new(bytes, alignment); }
  static void deallocate(void* block, std::size_t) noexcept { ::operator delete(block, alignment); }
};

struct Memory {
  static constexpr bool is_host = true;

  // Never destroyed: tensors with static lifetime may outlive any other static object.
  static CachingAllocator<SystemMemory>& allocator() {
    static auto* const instance = new CachingAllocator<SystemMemory>;
    return *instance;
  }

  static void* allocate(std::size_t bytes) { return allocator().allocate(bytes); }
  static void deallocate(void* block, std::size_t bytes) noexcept { allocator().deallocate(block, bytes); }

  static void copy(const void* from, void* to, std::size_t bytes) {
    parallel_for(static_cast<Index>(bytes), 1 << 20, [&](Index first, Index last) {
      std::memcpy(static_cast<char*>(to) + first, static_cast<const char*>(from) + first,
                  static_cast<std::size_t>(last - first));
    });
  }
  static void copy_to_host(const void* from, void* to, std::size_t bytes) { copy(from, to, bytes); }
  static void copy_from_host(const void* from, void* to, std::size_t bytes) { copy(from, to, bytes); }

  template <class T>
  static void fill(T* y, Index n, T value) {
    parallel_for(n, 1 << 18, [&](Index first, Index last) { std::fill(y + first, y + last, value); });
  }
};

}  // namespace EBB_NAMESPACE::cpu
