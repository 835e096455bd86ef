// How many packets per second do the Deep Packet networks and others classify, many at a time and one at a
// time?
//
//     bench_inference                  app/128, app/1, traffic/128, traffic/1, sae/128, sae/1, and the same
//     of a
//                                      residual network, a WaveNet and a GRU; in float and, as .../ebb_bf16,
//                                      in bfloat16
//     bench_inference --n 32           batches of 32
//     bench_inference --bytes 366      packets of 366 bytes, zeros behind them
//     bench_inference --capture FILE   the first packets of a capture
//
// Option: --threads 1.
#include "ebb/nn/inference.hpp"

#include <string>
#include <vector>

#include "bench.hpp"
#include "deep_packet/packet_samples.hpp"
#include "networks.hpp"
#include "traffic/capture.hpp"
#include "traffic/packet_vector.hpp"

namespace {

using namespace ebb;

Tensor<float> classify(const nn::InferenceModel<float>& model, const Tensor<float>& packets) {
  return model(packets);
}

// The first `count` packets of a capture; zeros where it has fewer.
Tensor<float> read_packets(const std::string& path, Index count) {
  Tensor<float> packets = zeros<float>({count, 1, bench::packet_bytes});
  traffic::Capture capture(path);
  traffic::PacketVector vector{};
  Index found = 0;
  for (traffic::RawPacket raw; found < count && capture.next(raw);) {
    const traffic::Packet packet = traffic::dissect(raw);
    if (packet.verdict != traffic::Verdict::kept) continue;
    const std::size_t used = traffic::write_packet_vector(packet, vector);
    deep_packet::write_sample({vector.data(), used}, packets.mutable_data() + bench::packet_bytes * found++);
  }
  return packets;
}

// What of a packet is not the zeros behind its end, on average.
double bytes_per_packet(const Tensor<float>& packets) {
  Index bytes = 0;
  for (Index n = 0; n < packets.shape(0); ++n) {
    Index length = packets.shape(2);
    while (length > 0 && packets(n, 0, length - 1) == 0.0f) --length;
    bytes += length;
  }
  return static_cast<double>(bytes) / static_cast<double>(packets.shape(0));
}

void run(benchmark::State& state, const std::string& name, const Tensor<float>& rows,
         const nn::InferenceOptions& options) {
  bench::Model model = bench::make_network(name);
  const Tensor<float> packets = rows.reshape(bench::packet_shape(name, rows.shape(0)));
  const double flop = bench::forward_flop(model, bench::packet_shape(name, 1));
  model.eval();
  const auto fast = nn::optimize_for_inference(model, options);
  const double seconds =
      bench::measure(state, [&] { benchmark::DoNotOptimize(classify(fast, packets).data()); });
  bench::count_packets(state, name, model, packets.shape(0), flop, seconds);
  state.counters["bytes/packet"] = bytes_per_packet(rows);
}

}  // namespace

int main(int argc, char** argv) {
  bench::Program program(argc, argv);
  const Index own = program.number("n", 0);
  const Index bytes = program.number("bytes", bench::packet_bytes);
  if (bytes < 1 || bytes > bench::packet_bytes) program.fail("a packet has 1 to 1500 bytes");
  const std::string capture = program.text("capture");
  std::vector<std::string> names(bench::network_names.begin(), bench::network_names.end());
  names.insert(names.end(), bench::more_names.begin(), bench::more_names.end());
  for (const std::string& name : names) {
    for (const Index batch : own > 0 ? std::vector<Index>{own} : std::vector<Index>{128, 1}) {
      for (const bool bfloat16 : {false, true}) {
        bench::add(name + '/' + std::to_string(batch) + (bfloat16 ? "/ebb_bf16" : "/ebb"), [=](auto& state) {
          run(state, name, capture.empty() ? bench::make_packets(batch, bytes) : read_packets(capture, batch),
              {.bfloat16 = bfloat16});
        });
      }
    }
  }
  return program.run();
}
