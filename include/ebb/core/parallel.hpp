#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <type_traits>

#include <omp.h>

#include "ebb/core/error.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE {

namespace detail {
inline std::atomic<int> thread_count{0};  // 0: as many as OpenMP offers
}

/// The most threads that the CPU kernels use: their stacks are still cheap, and no cut of work into a few
/// blocks per thread overflows.
inline constexpr int max_threads = 1024;

/// Number of threads that the CPU kernels use; at first what OpenMP offers (OMP_NUM_THREADS, else all cores),
/// at most max_threads.
inline int num_threads() {
  const int count = detail::thread_count.load(std::memory_order_relaxed);
  return count > 0 ? count : std::min(omp_get_max_threads(), max_threads);
}

/// Sets the number of threads of the CPU kernels, from 1 to max_threads; error [set_num_threads] otherwise.
/// It changes no result: see parallel_for.
inline void set_num_threads(int count) {
  detail::require(count >= 1 && count <= max_threads, "set_num_threads", "the number of threads is ", count,
                  ", it must be from 1 to ", max_threads);
  detail::thread_count.store(count, std::memory_order_relaxed);
}

namespace detail {

// What parallel_for does, compiled once and not for every body.
inline void run_blocks(Index count, Index grain, void (*run)(void* body, Index first, Index last),
                       void* body) {
  const Index blocks = (count + grain - 1) / grain;
  const int threads = static_cast<int>(std::min<Index>(num_threads(), blocks));
  if (threads <= 1 || omp_in_parallel()) {
    for (Index first = 0; first < count; first += grain) run(body, first, std::min(first + grain, count));
    return;
  }
  std::exception_ptr error;
#pragma omp parallel for num_threads(threads) schedule(dynamic)
  for (Index block = 0; block < blocks; ++block) {
    try {
      run(body, block * grain, std::min((block + 1) * grain, count));
    } catch (...) {
#pragma omp critical(ebb_parallel_for_error)
      if (!error) error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace detail

/// Calls `body(first, last)` for consecutive blocks of `grain` indices that cover [0, count), in parallel.
///
/// The blocks depend on `count` and `grain` alone, never on the number of threads: a body that computes
/// each block in a fixed order gives the same bits for any number of threads. An exception thrown by the
/// body reaches the caller (the first one; other blocks may still run). A nested call runs serially.
///
///     parallel_for(rows, 16, [&](Index first, Index last) { for (Index i = first; i < last; ++i) ... });
template <class Body>
void parallel_for(Index count, Index grain, Body&& body) {
  using Callable = std::remove_reference_t<Body>;
  const auto run = [](void* erased, Index first, Index last) {
    (*static_cast<Callable*>(erased))(first, last);
  };
  // A const body is called as const again.
  detail::run_blocks(count, std::max<Index>(grain, 1), run,
                     const_cast<std::remove_const_t<Callable>*>(std::addressof(body)));
}

}  // namespace EBB_NAMESPACE
