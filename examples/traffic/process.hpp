#pragma once

#include <string>

namespace traffic {

/// The command line of this process as it can be given to a shell again.
std::string command_line();

/// "2026-01-31T12:00:00Z"
std::string utc_now();

}  // namespace traffic
