// How fast are the dense layers of the Deep Packet networks and their gradients, beside what the processor's
// multiply-adds allow and beside oneDNN?
//
//     bench_dense                                     the layers of the networks
//     bench_dense --n 128 --in 1500 --out 400         one layer of your own
//
// Option: --threads 1.
#include <string>
#include <vector>

#include "bench.hpp"
#include "ebb/backend/cpu.hpp"
#include "ebb/core/factory.hpp"
#if defined(EBB_BENCH_ONEDNN)
#include "onednn.hpp"
#endif

namespace {

using namespace ebb;
using bench::Pass;

struct Layer {
  std::string name;
  Index batch, in, out;
};

std::vector<Layer> standard_layers() {
  return {{"app.d1", 128, 49'400, 200}, {"trf.d1", 128, 16'600, 200}, {"sae.d1", 128, 1500, 400},
          {"sae.d2", 128, 400, 300},    {"sae.d3", 128, 300, 200},    {"b1.app.d1", 1, 49'400, 200},
          {"b1.sae.d1", 1, 1500, 400}};
}

void count(benchmark::State& state, const Layer& layer, Pass pass, double seconds) {
  const auto [title, n, in, out] = layer;
  bench::count_flop(state, 2.0 * static_cast<double>(n * in * out), seconds);
  bench::count_bytes(state, sizeof(float) * static_cast<double>(n * in + in * out + n * out), seconds);
  state.SetLabel("pass=" + name(pass) + " n=" + std::to_string(n) + " in=" + std::to_string(in) +
                 " out=" + std::to_string(out));
}

// What ops/dense.hpp calls.
double run(benchmark::State& state, const Layer& layer, Pass pass) {
  const auto [title, n, in, out] = layer;
  Tensor<float> x = rand<float>({n, in}), w = rand<float>({out, in}), b = rand<float>({out});
  Tensor<float> y = rand<float>({n, out});
  return bench::measure(state, [&, n = n, in = in, out = out] {
    switch (pass) {
      case Pass::forward:
        return Cpu::matmul(x.data(), w.data(), b.data(), y.mutable_data(),
                           MatmulSizes{.m = n, .n = out, .k = in, .transpose_b = true});
      case Pass::input_gradient:
        return Cpu::matmul(y.data(), w.data(), static_cast<const float*>(nullptr), x.mutable_data(),
                           MatmulSizes{.m = n, .n = in, .k = out});
      case Pass::weight_gradient:
        Cpu::reduce_sum(y.data(), b.mutable_data(), ReduceSizes{.outer = 1, .count = n, .inner = out});
        return Cpu::matmul(y.data(), x.data(), static_cast<const float*>(nullptr), w.mutable_data(),
                           MatmulSizes{.m = out, .n = in, .k = n, .transpose_a = true});
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  bench::Program program(argc, argv);
  const Layer own{"own", program.number("n", 128), program.number("in", 0), program.number("out", 200)};
  for (const Layer& layer : own.in > 0 ? std::vector<Layer>{own} : standard_layers()) {
    for (const Pass pass : bench::passes) {
      const std::string work = layer.name + '/' + name(pass) + '/';
      bench::add(work + "ebb",
                 [layer, pass](auto& state) { count(state, layer, pass, run(state, layer, pass)); });
#if defined(EBB_BENCH_ONEDNN)
      for (const auto layout : bench::onednn::layouts) {
        bench::add(work + name(layout), [layer, pass, layout](auto& state) {
          count(state, layer, pass,
                bench::measure(state, bench::onednn::dense(layer.batch, layer.in, layer.out, pass, layout)));
        });
      }
#endif
    }
  }
#if defined(EBB_BENCH_ONEDNN)
  benchmark::AddCustomContext("onednn", bench::onednn::version());
#endif
  return program.run();
}
