#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace deep_packet {

/// What a result came from, as far as this process knows it: version of the library, command line, processor,
/// instruction set and threads in use, and the date (UTC).
nlohmann::ordered_json provenance();

/// Of the library: "0.1.0".
std::string version();

/// What --version prints: version, processor and instruction set of the kernels, a line each.
std::string version_text();

/// The processor's name from /proc/cpuinfo, "unknown" where it does not say.
std::string processor_name();

}  // namespace deep_packet
