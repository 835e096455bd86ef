#include <cstdlib>

#include <fcntl.h>

#include "commands.hpp"

int main(int argc, char** argv) {
  // Closed standard streams would be given to the next files that are opened, and be written into.
  for (int number = 0; number <= 2; ++number) {
    if (fcntl(number, F_GETFD) == -1 && open("/dev/null", O_RDONLY) != number) return EXIT_FAILURE;
  }
  return run_program(argc, argv);
}
