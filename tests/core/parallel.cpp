#include "ebb/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "threads.hpp"

namespace ebb::test {
namespace {

using Blocks = std::multiset<std::pair<Index, Index>>;

Blocks blocks_of(Index count, Index grain) {
  Blocks blocks;
  std::mutex mutex;
  parallel_for(count, grain, [&](Index first, Index last) {
    const std::lock_guard lock(mutex);
    blocks.emplace(first, last);
  });
  return blocks;
}

}  // namespace

TEST_CASE("parallel_for: covers every index once, in blocks that no thread count changes") {
  for (const Index count : {0, 1, 5, 64, 1000}) {
    for (const Index grain : {-3, 0, 1, 7, 64, 5000}) {
      CAPTURE(count);
      CAPTURE(grain);
      Blocks one;
      {
        const Threads threads(1);
        one = blocks_of(count, grain);
      }
      const Threads threads(4);
      CHECK(blocks_of(count, grain) == one);
      Index next = 0;
      for (const auto& [first, last] : one) {
        CHECK(first == next);
        CHECK(last > first);
        CHECK(last - first <= std::max<Index>(grain, 1));
        next = last;
      }
      CHECK(next == count);
    }
  }
}

TEST_CASE("parallel_for: uses the threads it is given") {
  const Threads threads(3);
  std::set<int> seen;
  std::mutex mutex;
  std::atomic<int> waiting{0};
  parallel_for(3, 1, [&](Index, Index) {
    // Nobody leaves before all have come: three threads or a deadlock of the test, which counts to a limit.
    ++waiting;
    for (int i = 0; waiting < 3 && i < 1'000'000; ++i) std::this_thread::yield();
    const std::lock_guard lock(mutex);
    seen.insert(omp_get_thread_num());
  });
  CHECK(seen.size() == 3);
}

TEST_CASE("parallel_for: an exception reaches the caller") {
  for (const int count : {1, 4}) {
    const Threads threads(count);
    CHECK(error([] {
            parallel_for(100, 1,
                         [](Index first, Index) { detail::require(first != 42, "test", "block ", first); });
          }) == "[test] block 42");
    CHECK(blocks_of(10, 3).size() == 4);  // and it still works
  }
}

TEST_CASE("parallel_for: nested calls run serially and cover everything") {
  const Threads threads(4);
  std::atomic<int> sum{0};
  parallel_for(10, 1, [&](Index, Index) {
    const int outer = omp_get_thread_num();
    parallel_for(10, 1, [&](Index, Index) { sum += omp_get_thread_num() == outer; });
  });
  CHECK(sum == 100);
}

TEST_CASE("set_num_threads: from one to max_threads") {
  CHECK(error([] { set_num_threads(0); }) ==
        "[set_num_threads] the number of threads is 0, it must be from 1 to 1024");
  CHECK(error([] { set_num_threads(2147483647); }) ==
        "[set_num_threads] the number of threads is 2147483647, it must be from 1 to 1024");
  CHECK(error([] { set_num_threads(-2147483647 - 1); }).starts_with("[set_num_threads] "));
  {
    const Threads threads(2);
    CHECK(num_threads() == 2);
  }
  const Threads threads(max_threads);
  CHECK(num_threads() == max_threads);
}

TEST_CASE("num_threads: what OpenMP offers, but no more than max_threads") {
  const int before = omp_get_max_threads(), set = detail::thread_count.exchange(0);
  omp_set_num_threads(2147483647);  // as OMP_NUM_THREADS=2147483647 does
  CHECK(num_threads() == max_threads);
  omp_set_num_threads(3);
  CHECK(num_threads() == 3);
  omp_set_num_threads(before);
  detail::thread_count = set;
}

}  // namespace ebb::test
