#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::detail {

/// Orders writes to tensors and the making of graph nodes: see Storage::changed_since.
inline std::uint64_t next_tick() {
  static std::atomic<std::uint64_t> clock{0};
  return ++clock;
}

/// A block of device memory that tensors share. It knows when it was made and last written to, which is the
/// version by which backward notices that a saved tensor was changed in place.
template <class Device>
class Storage {
 public:
  explicit Storage(std::size_t bytes)
      : data_(Device::allocate(bytes)), bytes_(bytes), made_(next_tick()), written_(made_) {}
  ~Storage() { Device::deallocate(data_, bytes_); }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  [[nodiscard]] void* data() const { return data_; }
  void mark_written() { written_.store(next_tick(), std::memory_order_relaxed); }

  /// True where something that was there at `tick` has been overwritten after it.
  [[nodiscard]] bool changed_since(std::uint64_t tick) const {
    return made_ < tick && written_.load(std::memory_order_relaxed) > tick;
  }

 private:
  void* data_;
  std::size_t bytes_;
  std::uint64_t made_;
  std::atomic<std::uint64_t> written_;
};

}  // namespace EBB_NAMESPACE::detail
