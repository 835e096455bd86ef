#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

/// Runs the program on a command line and returns its exit code: 0, or 1 after one line on the standard error
/// stream.
int run_program(int argc, const char* const* argv);

/// "deep_packet: warning: TEXT" on the standard error stream, on one line.
void warn(const std::string& text);

/// A title and names, a line each, on standard output; nothing where there are none.
void print_names(const std::string& title, const std::vector<std::string>& names);

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
