#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <benchmark/benchmark.h>
#include <omp.h>

#include "ebb/backend/cpu/isa.hpp"
#include "ebb/core/error.hpp"
#include "ebb/core/parallel.hpp"
#include "peak.hpp"

/// What the programs share: options of their own beside those of Google Benchmark, and counters that relate a
/// time to what the processor could do.

namespace bench {

using ebb::Index;

/// What is timed of a layer with weights.
enum class Pass { forward, input_gradient, weight_gradient };
inline constexpr std::array passes{Pass::forward, Pass::input_gradient, Pass::weight_gradient};

inline std::string name(Pass pass) {
  constexpr std::array names{"forward", "input_gradient", "weight_gradient"};
  return names[static_cast<std::size_t>(pass)];
}

/// The command line and the course of a program: construct, take the options, register the benchmarks, run.
/// Every program takes --threads.
class Program {
 public:
  Program(int argc, char** argv) : argc_(argc), argv_(argv) {
    const auto threads = static_cast<int>(number("threads", 1));
    if (threads < 1) fail("--threads: at least 1");
    ebb::set_num_threads(threads);
    omp_set_num_threads(threads);  // for other libraries
  }

  /// The value behind --name, taken out of what Google Benchmark will see.
  [[nodiscard]] std::string text(std::string_view name, const std::string& otherwise = "") {
    for (int i = 1; i < argc_; ++i) {
      const std::string_view argument = argv_[i];
      if (!argument.starts_with("--") || argument.substr(2, name.size()) != name) continue;
      const std::string_view rest = argument.substr(2 + name.size());
      const bool joined = rest.starts_with('=');
      if (!joined && (!rest.empty() || i + 1 == argc_)) continue;
      const std::string value(joined ? rest.substr(1) : argv_[i + 1]);
      std::move(argv_ + i + (joined ? 1 : 2), argv_ + argc_, argv_ + i);
      argc_ -= joined ? 1 : 2;
      return value;
    }
    return otherwise;
  }

  [[nodiscard]] Index number(std::string_view name, Index otherwise) {
    const std::string digits = text(name, std::to_string(otherwise));
    char* end = nullptr;
    const Index value = std::strtoll(digits.c_str(), &end, 10);
    if (digits.empty() || *end != 0 || value < 0) {
      fail("--" + std::string(name) + " " + digits + " is no number from 0");
    }
    return value;
  }

  [[noreturn]] void fail(const std::string& reason) const {
    std::cerr << argv_[0] << ": " << reason << '\n';
    std::exit(EXIT_FAILURE);
  }

  [[nodiscard]] int run() {
    benchmark::Initialize(&argc_, argv_);
    if (benchmark::ReportUnrecognizedArguments(argc_, argv_)) return EXIT_FAILURE;
    const auto context = [](const char* name, double rate) {
      benchmark::AddCustomContext(name, std::to_string(rate * 1e-9));
    };
    benchmark::AddCustomContext("isa",
                                std::string(ebb::cpu::isa_names[static_cast<std::size_t>(ebb::cpu::isa())]));
    benchmark::AddCustomContext("threads", std::to_string(ebb::num_threads()));
    context("peak_fma_gflops", fma_peak());
    context("peak_bf16_gflops", bf16_peak());
    context("peak_amx_gflops", tile_peak());
    context("copy_gbytes", copy_bandwidth());
    try {
      benchmark::RunSpecifiedBenchmarks();
    } catch (const ebb::Error& error) {
      fail(error.what());
    }
    benchmark::Shutdown();
    return EXIT_SUCCESS;
  }

 private:
  int argc_;
  char** argv_;
};

/// Registers `body(state)` under a name, in milliseconds of wall-clock time.
template <class Body>
void add(const std::string& name, Body body) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(body))->Unit(benchmark::kMillisecond)->UseRealTime();
}

/// Times `work()` after one call that warms up caches and allocators; `start()` is called in between. The
/// result is seconds per call.
template <class Work, class Start>
double measure(benchmark::State& state, Work work, Start start) {
  work();
  start();
  const auto begin = std::chrono::steady_clock::now();
  for (auto _ : state) {
    work();
    benchmark::ClobberMemory();
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return seconds / static_cast<double>(state.iterations());
}

template <class Work>
double measure(benchmark::State& state, Work work) {
  return measure(state, std::move(work), [] {});
}

/// Counters Gflop/s, of the direct method, and of_peak: its ratio to what the multiply-adds of all threads in
/// use allow (above 1 where an algorithm needs fewer operations than the direct one).
inline void count_flop(benchmark::State& state, double flop, double seconds) {
  state.counters["Gflop/s"] = flop / seconds * 1e-9;
  state.counters["of_peak"] = flop / seconds / (fma_peak() * ebb::num_threads());
}

/// Counter of_copy: the bytes that have to move at least, each once, in relation to the copy bandwidth of one
/// core.
inline void count_bytes(benchmark::State& state, double bytes, double seconds) {
  state.counters["of_copy"] = bytes / seconds / copy_bandwidth();
}

}  // namespace bench
