// How fast are Conv1D and its gradients, as a fraction of what the processor's multiply-adds allow?
//
//     bench_conv1d                                                   the shapes of docs/performance.md
//     bench_conv1d --n 128 --c 200 --l 499 --filters 200 --kernel 5  one shape of your own
//
// Counter flop/s counts two operations per multiply-add of the direct method; peak is that of one thread, so
// a run on T threads may reach T.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/factory.hpp"
#include "peak.hpp"

namespace {

using namespace ebb;

struct Named {
  std::string name;
  Conv1DSizes sizes;
};

std::vector<Named> standard_shapes() {
  const auto shape = [](Index n, Index c, Index l, Index f, Index k, Index s) {
    return Conv1DSizes{.batch = n, .channels = c, .length = l, .filters = f, .kernel = k, .stride = s};
  };
  return {{"dp.app.c1", shape(128, 1, 1500, 200, 4, 3)}, {"dp.app.c2", shape(128, 200, 499, 200, 5, 1)},
          {"dp.trf.c1", shape(128, 1, 1500, 200, 5, 3)}, {"dp.trf.c2", shape(128, 200, 499, 200, 4, 3)},
          {"mid64", shape(128, 64, 256, 64, 3, 1)},      {"wide", shape(32, 256, 256, 256, 3, 1)},
          {"b1.app.c2", shape(1, 200, 499, 200, 5, 1)}};
}

enum class Pass { forward, input_gradient, weight_gradient };

void run(benchmark::State& state, const Conv1DSizes& s, Pass pass) {
  Tensor<float> x = rand<float>({s.batch, s.channels, s.length});
  Tensor<float> w = rand<float>({s.filters, s.channels / s.groups, s.kernel});
  Tensor<float> b = rand<float>({s.filters});
  Tensor<float> y = rand<float>({s.batch, s.filters, s.out_length()});
  for (auto _ : state) {
    switch (pass) {
      case Pass::forward:
        Cpu::conv1d(x.data(), w.data(), b.data(), y.mutable_data(), s);
        break;
      case Pass::input_gradient:
        Cpu::conv1d_input_gradient(y.data(), w.data(), x.mutable_data(), s);
        break;
      case Pass::weight_gradient:
        Cpu::conv1d_weight_gradient(y.data(), x.data(), w.mutable_data(), b.mutable_data(), s);
        break;
    }
    benchmark::ClobberMemory();
  }
  const double flop = 2.0 * static_cast<double>(s.batch * s.filters * s.out_length()) *
                      static_cast<double>(s.channels / s.groups * s.kernel);
  state.counters["flop/s"] = benchmark::Counter(flop, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["peak"] =
      benchmark::Counter(flop / bench::fma_peak(), benchmark::Counter::kIsIterationInvariantRate);
}

// Takes --name value out of the command line.
Index take(int& argc, char** argv, std::string_view name, Index otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] != "--" + std::string(name)) continue;
    const Index value = std::atoll(argv[i + 1]);
    for (int j = i; j + 2 < argc; ++j) argv[j] = argv[j + 2];
    argc -= 2;
    return value;
  }
  return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const Index threads = take(argc, argv, "threads", 1);
  set_num_threads(static_cast<int>(threads));
  const Conv1DSizes own{.batch = take(argc, argv, "n", 128),
                        .channels = take(argc, argv, "c", 1),
                        .length = take(argc, argv, "l", 0),
                        .filters = take(argc, argv, "filters", 200),
                        .kernel = take(argc, argv, "kernel", 4),
                        .stride = take(argc, argv, "stride", 1),
                        .padding = take(argc, argv, "padding", 0),
                        .dilation = take(argc, argv, "dilation", 1),
                        .groups = take(argc, argv, "groups", 1)};
  const std::vector<Named> shapes = own.length > 0 ? std::vector<Named>{{"own", own}} : standard_shapes();
  for (const Named& shape : shapes) {
    if (shape.sizes.out_length() < 1 || shape.sizes.channels % shape.sizes.groups != 0) {
      std::cerr << "bench_conv1d: the shape has no output\n";
      return EXIT_FAILURE;
    }
    for (const auto& [name, pass] :
         {std::pair{"forward", Pass::forward}, std::pair{"input_gradient", Pass::input_gradient},
          std::pair{"weight_gradient", Pass::weight_gradient}}) {
      benchmark::RegisterBenchmark((shape.name + "/" + name).c_str(), run, shape.sizes, pass)
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
  benchmark::AddCustomContext("isa", std::string(cpu::isa_names[static_cast<std::size_t>(cpu::isa())]));
  benchmark::AddCustomContext("threads", std::to_string(threads));
  benchmark::AddCustomContext("fma_peak_gflops_one_thread", std::to_string(bench::fma_peak() * 1e-9));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
