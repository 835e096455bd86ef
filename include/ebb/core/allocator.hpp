#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <unordered_map>
#include <vector>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE {

/// What an allocator holds, in bytes; `system_calls` counts blocks taken from the system so far. In a
/// steady training step it stands still.
struct AllocatorStatistics {
  std::size_t in_use = 0;
  std::size_t cached = 0;
  std::size_t peak_in_use = 0;
  std::uint64_t system_calls = 0;
};

/// Keeps freed blocks for the next request of the same size class, because fresh pages cost more than the
/// arithmetic of many layers. Thread-safe. `System` has static allocate(bytes), which throws std::bad_alloc
/// where there is no memory, and deallocate(pointer, bytes).
///
/// Size classes are an eighth of a power of two apart, so at most 12.5 % of a block is unused.
template <class System>
class CachingAllocator {
 public:
  [[nodiscard]] void* allocate(std::size_t bytes) {
    const std::size_t size = size_class(bytes);
    if (void* const block = reuse(size)) return block;
    void* const block = take_from_system(size);
    const std::lock_guard lock(mutex_);
    ++statistics_.system_calls;
    count(size);
    return block;
  }

  /// `bytes` is what was asked for in allocate().
  void deallocate(void* block, std::size_t bytes) noexcept {
    const std::size_t size = size_class(bytes);
    const std::lock_guard lock(mutex_);
    statistics_.in_use -= size;
    if constexpr (EBB_ADDRESS_SANITIZER) {
      System::deallocate(block, size);
    } else {
      free_[size].push_back(block);
      statistics_.cached += size;
    }
  }

  /// Gives every cached block back to the system.
  void empty_cache() noexcept {
    const std::lock_guard lock(mutex_);
    for (auto& [size, blocks] : free_)
      for (void* block : blocks) System::deallocate(block, size);
    free_.clear();
    statistics_.cached = 0;
  }

  [[nodiscard]] AllocatorStatistics statistics() const {
    const std::lock_guard lock(mutex_);
    return statistics_;
  }

 private:
  [[nodiscard]] void* reuse(std::size_t size) {
    const std::lock_guard lock(mutex_);
    const auto found = free_.find(size);
    if (found == free_.end() || found->second.empty()) return nullptr;
    void* const block = found->second.back();
    found->second.pop_back();
    statistics_.cached -= size;
    count(size);
    return block;
  }

  [[nodiscard]] void* take_from_system(std::size_t size) {
    try {
      return System::allocate(size);
    } catch (const std::bad_alloc&) {
      empty_cache();  // the memory may lie in blocks of other sizes
      return System::allocate(size);
    }
  }

  void count(std::size_t size) {
    statistics_.in_use += size;
    statistics_.peak_in_use = std::max(statistics_.peak_in_use, statistics_.in_use);
  }

  static std::size_t size_class(std::size_t bytes) {
    constexpr std::size_t smallest = 64;
    if (bytes <= smallest) return smallest;
    const std::size_t step = std::max(smallest, std::bit_floor(bytes - 1) / 8);
    return (bytes + step - 1) / step * step;
  }

  mutable std::mutex mutex_;
  std::unordered_map<std::size_t, std::vector<void*>> free_;
  AllocatorStatistics statistics_;
};

}  // namespace EBB_NAMESPACE
