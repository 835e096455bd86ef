#include "deep_packet/provenance.hpp"

#include <ebb/backend/cpu/isa.hpp>
#include <ebb/config.hpp>
#include <ebb/core/parallel.hpp>

#include <ctime>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace deep_packet {
namespace {

std::string version() {
  return std::to_string(EBB_VERSION_MAJOR) + "." + std::to_string(EBB_VERSION_MINOR) + "." +
         std::to_string(EBB_VERSION_PATCH);
}

// As it can be given to a shell again.
std::string command_line() {
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::string line;
  for (std::size_t first = 0; first < bytes.size();) {
    const std::string argument = bytes.c_str() + first;
    first += argument.size() + 1;
    if (!line.empty()) line += ' ';
    const bool plain =
        !argument.empty() && argument.find_first_of(" \t\n'\"\\$`*?[]{}()<>|&;#~!") == std::string::npos;
    if (plain) {
      line += argument;
      continue;
    }
    line += '\'';
    for (const char c : argument) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

nlohmann::ordered_json provenance() {
  return {{"program", "deep_packet"},
          {"version", version()},
          {"command", command_line()},
          {"date", utc_now()},
          {"processor", processor_name()},
          {"instruction_set", ebb::cpu::isa_names[static_cast<std::size_t>(ebb::cpu::isa())]},
          {"threads", ebb::num_threads()}};
}

}  // namespace deep_packet
