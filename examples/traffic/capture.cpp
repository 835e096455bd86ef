#include "traffic/capture.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <utility>

#include <pcap/pcap.h>

#include "traffic/capture_source.hpp"
#include "traffic/link_layer.hpp"

namespace traffic {
namespace {

constexpr std::uint64_t kPcapHeader = 24;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kMostSeconds =
    9'000'000'000;  // damaged files name years that nanoseconds cannot reach

}  // namespace

struct Capture::State {
  explicit State(const std::filesystem::path& file) : name(shown_name(file)), source(file) {}
  ~State() {
    if (pcap) pcap_close(pcap);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void stop(std::string reason);

  std::string name;
  CaptureSource source;
  pcap_t* pcap = nullptr;  // reads from source, so it is closed first
  std::uint64_t packets = 0;
  std::uint64_t record = kPcapHeader;  // where the next packet of a plain pcap file starts
  std::optional<Damage> damage;
};

void Capture::State::stop(std::string reason) {
  std::uint64_t offset = pcap ? record : 0;
  if (source.pcapng()) {
    offset = source.pending().empty() ? source.last_block() : source.pending().front().offset;
  }
  if (!source.file().error().empty()) reason = source.file().error();
  damage = Damage{offset, std::move(reason)};
}

Capture::Capture(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {
  State& state = *state_;
  char error[PCAP_ERRBUF_SIZE] = "";
  std::FILE* stream = state.source.open_stream();
  state.pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error);
  if (state.pcap) return;
  std::fclose(stream);
  state.stop(error);
}

Capture::~Capture() = default;
Capture::Capture(Capture&&) noexcept = default;
Capture& Capture::operator=(Capture&&) noexcept = default;

bool Capture::next(RawPacket& packet) {
  State& state = *state_;
  if (state.damage) return false;
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  const int result = pcap_next_ex(state.pcap, &header, &bytes);
  if (result != 1) {
    const bool at_end = result == PCAP_ERROR_BREAK && state.source.file().error().empty();
    if (!at_end) state.stop(result == PCAP_ERROR ? pcap_geterr(state.pcap) : "");
    return false;
  }
  packet.link_type = state.source.pcap_link_type();
  packet.bytes = {bytes, header->caplen};
  packet.length = std::max(header->len, header->caplen);
  if (state.source.pcapng()) {
    const CaptureSource::PacketPlace& place = state.source.pending().front();
    packet.link_type = place.link_type;
    packet.length = place.length.value_or(packet.length);
    state.source.pending().pop_front();
  }
  const std::int64_t seconds = std::clamp(std::int64_t{header->ts.tv_sec}, -kMostSeconds, kMostSeconds);
  packet.time_ns = seconds * kNanosecondsPerSecond + header->ts.tv_usec;
  packet.number = ++state.packets;
  state.record += state.source.pcap_record_header() + header->caplen;
  return true;
}

const std::optional<Damage>& Capture::damage() const { return state_->damage; }

std::string Capture::warning() const {
  return state_->name + ": damaged at offset " + std::to_string(state_->damage->offset) + ": " +
         state_->damage->reason + "; the packets before it are used";
}

std::uint64_t Capture::file_position() const { return state_->source.file().file_position(); }

}  // namespace traffic
