#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

// How subcommands declare their options. A text is taken for a number only as a whole and only within a
// range, which --help shows and a refusal names: CLI11 alone wraps numbers that do not fit, in silence.

/// Whole numbers from `least` to `most`.
struct WholeRange {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

/// Finite numbers from `least`, or from above it, to `most`.
struct RealRange {
  double least = 0;
  double most = 0;
  bool above_least = false;
};

/// Both throw CLI::ValidationError, which names the option, the range and the text.
std::uint64_t parse_whole(const std::string& option, const std::string& text, const WholeRange& range);
double parse_real(const std::string& option, const std::string& text, const RealRange& range);

/// "1 to 1,024", "above 0 to 1,000".
std::string describe(const WholeRange& range);
std::string describe(const RealRange& range);

/// Shortest text of a number, for defaults in --help.
std::string shown(double number);
std::string shown(std::uint64_t number);

namespace detail {

/// "expected EXPECTED, found 'FOUND'".
[[noreturn]] void refuse(const std::string& option, const std::string& expected, const std::string& found);

/// "a, b or c".
std::string one_of(const std::vector<std::string>& words);

/// An option that is given once at most.
CLI::Option* add_text(CLI::App& command, const std::string& name,
                      std::function<void(const std::string&)> take, const std::string& text,
                      const std::string& type);

template <class T>
struct Target {
  using Number = T;
};
template <class T>
struct Target<std::optional<T>> {
  using Number = T;
};

}  // namespace detail

/// An option that takes a number into `target`, a number or a std::optional of one; the value that it has is
/// shown as the default.
template <class T>
requires std::integral<typename detail::Target<T>::Number> CLI::Option* add_number(
    CLI::App& command, const std::string& name, T& target, const WholeRange& range, const std::string& text) {
  using Number = typename detail::Target<T>::Number;
  CLI::Option* option = detail::add_text(
      command, name,
      [&target, name, range](const std::string& found) {
        target = static_cast<Number>(parse_whole(name, found, range));
      },
      text, describe(range));
  if constexpr (std::integral<T>) option->default_str(shown(static_cast<std::uint64_t>(target)));
  return option;
}

template <class T>
requires std::floating_point<typename detail::Target<T>::Number> CLI::Option* add_number(
    CLI::App& command, const std::string& name, T& target, const RealRange& range, const std::string& text) {
  CLI::Option* option = detail::add_text(
      command, name,
      [&target, name, range](const std::string& found) { target = parse_real(name, found, range); }, text,
      describe(range));
  if constexpr (std::floating_point<T>) option->default_str(shown(target));
  return option;
}

/// Words and what they stand for, in the order of --help.
template <class T>
using Words = std::vector<std::pair<std::string, T>>;

/// An option that takes one of few words.
template <class T>
CLI::Option* add_word(CLI::App& command, const std::string& name, T& target, const Words<T>& words,
                      const std::string& text) {
  std::string type;
  std::vector<std::string> expected;
  for (const auto& [word, value] : words) {
    type += (type.empty() ? "" : "|") + word;
    expected.push_back(word);
  }
  return detail::add_text(
      command, name,
      [&target, name, words, expected](const std::string& found) {
        for (const auto& [word, value] : words) {
          if (word != found) continue;
          target = value;
          return;
        }
        detail::refuse(name, detail::one_of(expected), found);
      },
      text, type);
}

/// A file or folder; not an empty text.
CLI::Option* add_path(CLI::App& command, const std::string& name, std::string& target,
                      const std::string& text, const std::string& type);

/// An option that takes no value.
CLI::Option* add_switch(CLI::App& command, const std::string& name, bool& target, const std::string& text);

/// Some of the known names, separated by commas.
CLI::Option* add_names(CLI::App& command, const std::string& name, std::vector<std::string>& target,
                       const std::vector<std::string>& known, const std::string& text);

// Options that several subcommands have.

inline constexpr std::uint64_t most_batch = 1'000'000;

void add_threads(CLI::App& command);

void add_batch(CLI::App& command, std::int64_t& batch);
void add_seed(CLI::App& command, std::uint64_t& seed, const std::string& of_what);
void add_run(CLI::App& command, std::string& run);
void add_drop(CLI::App& command, std::vector<std::string>& drop);

/// FILE, a capture.
void add_capture(CLI::App& command, std::string& file);

/// --force, for subcommands that write a folder of results.
void add_force(CLI::App& command, bool& replace);

/// Paragraphs below the options of --help: what comes out, examples.
void add_notes(CLI::App& command, const std::string& output, const std::vector<std::string>& examples);
