// How fast do captures become the input vectors of Deep Packet, in packets and bytes per second of one core?
//
//     bench_pcap                       captures that the program synthesises
//     bench_pcap --capture FILE        one of your own: pcap, pcapng, gzip
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include "bench.hpp"
#include "traffic/capture.hpp"
#include "traffic/packet_vector.hpp"
#include "traffic/synthetic.hpp"

namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(fs::temp_directory_path() / ("bench_pcap_" + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Total {
  double packets = 0, bytes = 0, vectors = 0;
};

// What `deep_packet vectors --quiet` does.
Total read(const std::vector<fs::path>& captures) {
  Total total;
  traffic::PacketVector vector{};
  for (const fs::path& path : captures) {
    traffic::Capture capture(path);
    for (traffic::RawPacket raw; capture.next(raw);) {
      ++total.packets;
      const traffic::Packet packet = traffic::dissect(raw);
      if (packet.verdict != traffic::Verdict::kept) continue;
      benchmark::DoNotOptimize(traffic::write_packet_vector(packet, vector));
      benchmark::DoNotOptimize(vector.data());
      ++total.vectors;
    }
    total.bytes += static_cast<double>(fs::file_size(path));
  }
  return total;
}

void run(benchmark::State& state, const std::vector<fs::path>& captures) {
  Total total;
  const double seconds = bench::measure(state, [&] { total = read(captures); });
  state.counters["packets/s"] = total.packets / seconds;
  state.counters["Gbyte/s"] = total.bytes / seconds * 1e-9;
  state.counters["vectors/s"] = total.vectors / seconds;
  state.counters["bytes/packet"] = total.bytes / total.packets;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Program program(argc, argv);
  const std::string own = program.text("capture");
  const TemporaryFolder folder;
  std::vector<fs::path> captures;
  if (own.empty()) {
    for (const auto& capture : traffic::write_synthetic_captures(folder.path(), {.scale = 4}))
      captures.push_back(folder.path() / capture.file);
  } else {
    captures.emplace_back(own);
  }
  bench::add("vectors/ebb", [&](auto& state) { run(state, captures); });
  return program.run();
}
