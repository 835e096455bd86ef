#include "deep_packet/provenance.hpp"

#include <ebb/backend/cpu/isa.hpp>
#include <ebb/config.hpp>
#include <ebb/core/parallel.hpp>

#include <fstream>
#include <string_view>

#include <nlohmann/json.hpp>

#include "traffic/process.hpp"

namespace deep_packet {
namespace {

std::string_view instruction_set() { return ebb::cpu::isa_names[static_cast<std::size_t>(ebb::cpu::isa())]; }

}  // namespace

std::string version() {
  return std::to_string(EBB_VERSION_MAJOR) + "." + std::to_string(EBB_VERSION_MINOR) + "." +
         std::to_string(EBB_VERSION_PATCH);
}

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string version_text() {
  return "deep_packet " + version() + "\nprocessor: " + processor_name() +
         "\nkernels: " + std::string(instruction_set()) + " (EBB_ISA=portable|avx2|... chooses lower ones)";
}

nlohmann::ordered_json provenance() {
  return {{"program", "deep_packet"},           {"version", version()},
          {"command", traffic::command_line()}, {"date", traffic::utc_now()},
          {"processor", processor_name()},      {"instruction_set", instruction_set()},
          {"threads", ebb::num_threads()}};
}

}  // namespace deep_packet
