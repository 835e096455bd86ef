#include "traffic/process.hpp"

#include <ctime>
#include <fstream>
#include <iterator>

namespace traffic {
namespace {

std::string quoted(const std::string& argument) {
  constexpr const char* kSpecial = " \t\n'\"\\$`*?[]{}()<>|&;#~!";
  if (!argument.empty() && argument.find_first_of(kSpecial) == std::string::npos) return argument;
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string command_line() {
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::string line;
  for (std::size_t first = 0; first < bytes.size();) {
    const std::string argument = bytes.c_str() + first;
    first += argument.size() + 1;
    line += (line.empty() ? "" : " ") + quoted(argument);
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

}  // namespace traffic
