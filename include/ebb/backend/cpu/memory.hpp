#pragma once

#include <cstddef>
#include <cstring>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "ebb/backend/cpu/vectorize.hpp"
#include "ebb/core/allocator.hpp"
#include "ebb/core/error.hpp"
#include "ebb/core/parallel.hpp"

namespace EBB_NAMESPACE::cpu {

/// Memory as the allocator takes it from the system.
struct SystemMemory {
  static void* allocate(std::size_t bytes) {
    // The address sanitizer ends a program whose operator new would throw.
    void* const block = ::operator new(bytes, alignment(bytes), std::nothrow);
    if (!block) throw std::bad_alloc();
#if defined(__linux__)
    // Advice only: where the system has no such pages, the block is as good as any.
    if (bytes >= huge_page) madvise(block, bytes, MADV_HUGEPAGE);
#endif
    return block;
  }
  static void deallocate(void* block, std::size_t bytes) noexcept {
    ::operator delete(block, alignment(bytes));
  }

 private:
  // A kernel that streams through tens of megabytes waits for the translation of every page of 4 KB.
  static constexpr std::size_t huge_page = std::size_t{1} << 21;

  static std::align_val_t alignment(std::size_t bytes) {
    return std::align_val_t{bytes >= huge_page ? huge_page : 64};
  }
};

struct Memory {
  static constexpr bool is_host = true;

  // Never destroyed: tensors with static lifetime may outlive any other static object.
  static CachingAllocator<SystemMemory>& allocator() {
    static auto* const instance = new CachingAllocator<SystemMemory>;
    return *instance;
  }

  static void* allocate(std::size_t bytes) {
    try {
      return allocator().allocate(bytes);
    } catch (const std::bad_alloc&) {
      detail::fail("allocate", "there is no memory for ", bytes, " bytes");
    }
  }
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
    parallel_for(n, 1 << 18, [=](Index first, Index last) {
      simd_for(last - first, [=, to = y + first](Index i) { to[i] = value; });
    });
  }
};

}  // namespace EBB_NAMESPACE::cpu
