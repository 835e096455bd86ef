#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

/// The look of --help: one option to a paragraph, its name, range and default first and below them what it
/// does, no line longer than 100 columns.
std::shared_ptr<CLI::FormatterBase> help_page();

/// `text` in lines of at most 100 columns, all behind `indent` blanks; its own line ends stay.
std::string wrapped(const std::string& text, std::size_t indent);
