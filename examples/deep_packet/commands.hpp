#pragma once

#include <CLI/CLI.hpp>

/// Runs the program on a command line and returns its exit code: 0, or 1 after one line on the standard error
/// stream.
int run_program(int argc, const char* const* argv);

// One subcommand, one file of its name: the function adds it with its options and what it does.

void add_check(CLI::App& app);
void add_classify(CLI::App& app);
void add_demo(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_prepare(CLI::App& app);
void add_synth(CLI::App& app);
void add_train(CLI::App& app);
void add_vectors(CLI::App& app);

/// All of them, in the order of --help.
void add_commands(CLI::App& app);
