#include <ebb/core/parallel.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "traffic/interruption.hpp"

int run_program(int argc, const char* const* argv) {
  CLI::App app("Deep Packet: encrypted traffic classification, from captures to tables.", "deep_packet");
  app.require_subcommand(1);
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return "deep_packet: " + std::string(error.what()) + " (--help shows the usage)\n";
  });
  add_check(app);
  add_vectors(app);
  add_prepare(app);
  add_train(app);
  add_evaluate(app);
  add_classify(app);
  add_synth(app);
  add_demo(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const traffic::Interrupted& error) {
    constexpr int kInterrupted = 130;  // as shells report a program that SIGINT ended
    std::cerr << "deep_packet: " << error.what() << '\n';
    return kInterrupted;
  } catch (const std::exception& error) {
    std::cerr << "deep_packet: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

void add_threads(CLI::App& command) {
  command
      .add_option_function<int>(
          "--threads", [](int count) { ebb::set_num_threads(count); },
          "Threads to compute with (default: all processors); changes no result")
      ->check(CLI::PositiveNumber);
}

void add_force(CLI::App& command, bool& replace) {
  command.add_flag("--force", replace, "Replace what the folder holds, once the new is complete");
}
