#pragma once

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "deep_packet/commands.hpp"

namespace deep_packet::test {

struct Result {
  int code = 0;
  std::string out;
  std::string errors;
};

/// Runs the program. What goes through C's streams is not seen.
inline Result run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "deep_packet");
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  std::ostringstream out, errors;
  std::streambuf* const real_out = std::cout.rdbuf(out.rdbuf());
  std::streambuf* const real_errors = std::cerr.rdbuf(errors.rdbuf());
  Result result;
  result.code = run_program(static_cast<int>(pointers.size()), pointers.data());
  std::cout.rdbuf(real_out);
  std::cerr.rdbuf(real_errors);
  result.out = out.str();
  result.errors = errors.str();
  return result;
}

}  // namespace deep_packet::test
