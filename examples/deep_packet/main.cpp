#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "commands.hpp"

int main(int argc, char** argv) {
  CLI::App app("Deep Packet: encrypted traffic classification, from captures to tables.", "deep_packet");
  app.require_subcommand(1);
  add_check(app);
  add_vectors(app);
  add_prepare(app);
  add_synth(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::cerr << "deep_packet: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
