// How many packets per second do the Deep Packet networks train on? A step is forward, backward and Adam.
//
//     bench_train_step                 app/step, traffic/step, sae/step, batch 128
//     bench_train_step --n 64          batches of 64
//
// Option: --threads 1. The counters forward, backward and adam are milliseconds of the step, page_faults is
// how many pages the system had to map per step: 0 once memory is reused from step to step.
#include <chrono>
#include <string>

#include <sys/resource.h>

#include "bench.hpp"
#include "ebb/ops/cross_entropy.hpp"
#include "ebb/optim/adam.hpp"
#include "networks.hpp"

namespace {

using namespace ebb;

// The time between its calls adds up under the name of the part that ends.
class Stopwatch {
 public:
  void start() { last_ = Clock::now(); }
  void end_of(double& part) {
    const Clock::time_point now = Clock::now();
    part += std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
};

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

void run(benchmark::State& state, const std::string& name, Index batch) {
  const bench::Model model = bench::make_network(name);
  const double flop = bench::forward_flop(model);
  optim::Adam<float> adam(model.parameters());
  const Tensor<float> packets = bench::make_packets(batch, bench::packet_bytes);
  Tensor<std::int32_t> labels({batch});
  for (Index i = 0; i < batch; ++i) labels(i) = static_cast<std::int32_t>(i % 12);

  Stopwatch watch;
  double forward = 0, backward = 0, update = 0;
  const auto step = [&] {
    watch.start();
    const Tensor<float> loss = cross_entropy(model(packets), labels);
    watch.end_of(forward);
    adam.zero_grad();
    loss.backward();
    watch.end_of(backward);
    adam.step();
    watch.end_of(update);
  };
  step();  // the first two steps allocate what all others reuse
  long faults = 0;
  const double seconds = bench::measure(state, step, [&] {
    faults = page_faults();
    forward = backward = update = 0;
  });
  faults = page_faults() - faults;
  const auto steps = static_cast<double>(state.iterations());
  bench::count_packets(state, name, model, batch, 3 * flop, seconds);
  state.counters["forward"] = forward / steps;
  state.counters["backward"] = backward / steps;
  state.counters["adam"] = update / steps;
  state.counters["page_faults"] = static_cast<double>(faults) / steps;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Program program(argc, argv);
  const Index batch = program.number("n", 128);
  for (const std::string name : bench::network_names)
    bench::add(name + "/step/ebb", [=](auto& state) { run(state, name, batch); });
  return program.run();
}
