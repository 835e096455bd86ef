// How fast are Conv1D and its gradients, beside what the processor's multiply-adds allow and beside oneDNN?
//
//     bench_conv1d                                                   the shapes of docs/performance.md
//     bench_conv1d --n 128 --c 200 --l 499 --filters 200 --kernel 5  one shape of your own
//
// Options: --threads 1, and of a shape of your own --n 128 --c 1 --l --filters 200 --kernel 4 --stride 1
// --padding 0 --dilation 1 --groups 1.
#include <algorithm>
#include <string>
#include <utility>
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

void count(benchmark::State& state, const Conv1DSizes& s, Pass pass, double seconds) {
  const Index x = s.batch * s.channels * s.length, y = s.batch * s.filters * s.out_length();
  const Index taps = s.channels / s.groups * s.kernel;
  bench::count_flop(state, 2.0 * static_cast<double>(y * taps), seconds);
  bench::count_bytes(state, sizeof(float) * static_cast<double>(x + y + s.filters * taps), seconds);
  const auto part = [](const char* name, Index value) {
    return std::string(name) + '=' + std::to_string(value) + ' ';
  };
  state.SetLabel("pass=" + name(pass) + ' ' + part("n", s.batch) + part("c", s.channels) +
                 part("l", s.length) + part("filters", s.filters) + part("kernel", s.kernel) +
                 part("stride", s.stride) + part("padding", s.padding) + part("dilation", s.dilation) +
                 part("groups", s.groups));
}

double run(benchmark::State& state, const Conv1DSizes& s, Pass pass) {
  Tensor<float> x = rand<float>({s.batch, s.channels, s.length});
  Tensor<float> w = rand<float>({s.filters, s.channels / s.groups, s.kernel});
  Tensor<float> b = rand<float>({s.filters});
  Tensor<float> y = rand<float>({s.batch, s.filters, s.out_length()});
  return bench::measure(state, [&] {
    switch (pass) {
      case Pass::forward:
        return Cpu::conv1d(x.data(), w.data(), b.data(), y.mutable_data(), s);
      case Pass::input_gradient:
        return Cpu::conv1d_input_gradient(y.data(), w.data(), x.mutable_data(), s);
      case Pass::weight_gradient:
        return Cpu::conv1d_weight_gradient(y.data(), x.data(), w.mutable_data(), b.mutable_data(), s);
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  bench::Program program(argc, argv);
  const Conv1DSizes own{.batch = program.number("n", 128),
                        .channels = program.number("c", 1),
                        .length = program.number("l", 0),
                        .filters = program.number("filters", 200),
                        .kernel = program.number("kernel", 4),
                        .stride = program.number("stride", 1),
                        .padding = program.number("padding", 0),
                        .dilation = program.number("dilation", 1),
                        .groups = program.number("groups", 1)};
  const Index smallest =
      std::min({own.batch, own.channels, own.filters, own.kernel, own.stride, own.dilation, own.groups});
  if (smallest < 1 || own.channels % own.groups != 0 || own.filters % own.groups != 0 ||
      (own.length > 0 && own.length + 2 * own.padding <= own.dilation * (own.kernel - 1)))
    program.fail("the shape has no output");
  const std::vector<Named> shapes = own.length > 0 ? std::vector<Named>{{"own", own}} : standard_shapes();
  for (const Named& shape : shapes) {
    for (const Pass pass : bench::passes) {
      const std::string work = shape.name + '/' + name(pass) + '/';
      bench::add(work + "ebb",
                 [s = shape.sizes, pass](auto& state) { count(state, s, pass, run(state, s, pass)); });
#if defined(EBB_BENCH_ONEDNN)
      for (const auto layout : bench::onednn::layouts) {
        bench::add(work + name(layout), [s = shape.sizes, pass, layout](auto& state) {
          count(state, s, pass, bench::measure(state, bench::onednn::conv1d(s, pass, layout)));
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
