#include <iostream>

#include <unistd.h>

#include "commands.hpp"
#include "deep_packet/descriptor_buffer.hpp"

int main(int argc, char** argv) {
  deep_packet::DescriptorBuffer buffer(STDOUT_FILENO);
  std::streambuf* const former = std::cout.rdbuf(&buffer);
  const int code = run_program(argc, argv);
  std::cout.rdbuf(former);
  return code;
}
