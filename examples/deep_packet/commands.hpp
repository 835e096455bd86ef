#pragma once

#include <CLI/CLI.hpp>

// One subcommand, one file of its name: the function adds it with its options and what it does.

void add_check(CLI::App& app);
void add_prepare(CLI::App& app);
void add_synth(CLI::App& app);
void add_vectors(CLI::App& app);
