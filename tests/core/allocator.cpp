#include "ebb/core/allocator.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {
namespace {

std::atomic<std::int64_t> bytes_from_system{0};

struct CountingSystem {
  static void* allocate(std::size_t bytes) {
    bytes_from_system += static_cast<std::int64_t>(bytes);
    return std::malloc(bytes);
  }
  static void deallocate(void* block, std::size_t bytes) noexcept {
    bytes_from_system -= static_cast<std::int64_t>(bytes);
    std::free(block);
  }
};

}  // namespace

TEST_CASE("allocator: a freed block serves the next request of its size class") {
  CachingAllocator<CountingSystem> allocator;
  void* const first = allocator.allocate(1000);
  CHECK(allocator.statistics().in_use >= 1000);
  CHECK(allocator.statistics().system_calls == 1);
  allocator.deallocate(first, 1000);
  CHECK(allocator.statistics().in_use == 0);
  if (EBB_ADDRESS_SANITIZER) {
    CHECK(allocator.statistics().cached == 0);
  } else {
    CHECK(allocator.statistics().cached >= 1000);
    void* const second = allocator.allocate(1010);  // of the same class as 1000
    CHECK(second == first);
    CHECK(allocator.statistics().system_calls == 1);
    CHECK(allocator.statistics().cached == 0);
    allocator.deallocate(second, 1010);
  }
  void* const large = allocator.allocate(100000);
  CHECK(large != first);
  allocator.deallocate(large, 100000);
  CHECK(allocator.statistics().peak_in_use >= 100000);
  allocator.empty_cache();
  CHECK(allocator.statistics().cached == 0);
  CHECK(bytes_from_system == 0);
}

TEST_CASE("allocator: a block has at least the size asked for and wastes at most an eighth") {
  CachingAllocator<CountingSystem> allocator;
  for (std::size_t bytes = 0; bytes < 300000; bytes += 1 + bytes / 37) {
    CAPTURE(bytes);
    void* const block = allocator.allocate(bytes);
    const std::size_t size = allocator.statistics().in_use;
    std::memset(block, 1, size);
    CHECK(size >= bytes);
    if (bytes > 512) CHECK(static_cast<double>(size) <= 1.125 * static_cast<double>(bytes));
    allocator.deallocate(block, bytes);
    REQUIRE(allocator.statistics().in_use == 0);
  }
  allocator.empty_cache();
  CHECK(bytes_from_system == 0);
}

namespace {

// Has room for 10,000 bytes.
struct SmallSystem {
  static inline std::size_t in_use = 0;
  static void* allocate(std::size_t bytes) {
    if (in_use + bytes > 10000) throw std::bad_alloc();
    in_use += bytes;
    return std::malloc(bytes);
  }
  static void deallocate(void* block, std::size_t bytes) noexcept {
    in_use -= bytes;
    std::free(block);
  }
};

}  // namespace

TEST_CASE("allocator: where memory runs out, unused blocks of other sizes make room") {
  CachingAllocator<SmallSystem> allocator;
  allocator.deallocate(allocator.allocate(8000), 8000);
  void* const block = allocator.allocate(4000);
  const AllocatorStatistics before = allocator.statistics();
  CHECK(before.in_use >= 4000);
  CHECK(before.in_use < 5000);
  CHECK(before.cached == 0);
  CHECK_THROWS_AS((void)allocator.allocate(9000), std::bad_alloc);
  CHECK(allocator.statistics().in_use == before.in_use);
  CHECK(allocator.statistics().peak_in_use < 10000);
  CHECK(allocator.statistics().system_calls == before.system_calls);
  allocator.deallocate(block, 4000);
  allocator.empty_cache();
  CHECK(SmallSystem::in_use == 0);
}

TEST_CASE("allocator: many threads at once") {
  CachingAllocator<CountingSystem> allocator;
  std::atomic<int> damaged{0};
  {
    std::vector<std::jthread> threads;
    for (int id = 0; id < 4; ++id)
      threads.emplace_back([&, id] {
        for (int i = 0; i < 2000; ++i) {
          const std::size_t bytes = 64 + static_cast<std::size_t>((i * 37 + id) % 700);
          auto* const block = static_cast<unsigned char*>(allocator.allocate(bytes));
          std::memset(block, id, bytes);
          for (std::size_t k = 0; k < bytes; ++k) damaged += block[k] != id;
          allocator.deallocate(block, bytes);
        }
      });
  }
  CHECK(damaged == 0);
  CHECK(allocator.statistics().in_use == 0);
  allocator.empty_cache();
  CHECK(bytes_from_system == 0);
}

TEST_CASE("allocator: tensors take from it and give back") {
  const std::size_t before = Cpu::allocator().statistics().in_use;
  {
    const Tensor<float> x({1000, 10});
    const Tensor<float> copy = x;
    CHECK(Cpu::allocator().statistics().in_use - before >= 40000);
    CHECK(Cpu::allocator().statistics().in_use - before <= 45000);
    CHECK(reinterpret_cast<std::uintptr_t>(x.data()) % 64 == 0);
  }
  CHECK(Cpu::allocator().statistics().in_use == before);
}

}  // namespace ebb::test
