#include <ebb/config.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands.hpp"
#include "deep_packet/help.hpp"
#include "deep_packet/provenance.hpp"
#include "traffic/interruption.hpp"
#include "traffic/output.hpp"
#include "traffic/text.hpp"
#include "traffic/text_table.hpp"

namespace {

constexpr const char* kDescription =
    "Deep Packet: encrypted traffic classification, from captures to tables.\n\n"
    "After M. Lotfollahi et al., Deep Packet: a novel approach for encrypted traffic classification using "
    "deep "
    "learning, Soft Computing 2020.";

constexpr const char* kNotes =
    "A day with it\n"
    "  deep_packet prepare CAPTURES --task traffic --out DATA\n"
    "  deep_packet train --data DATA --out RUN\n"
    "  deep_packet evaluate --run RUN --data DATA\n"
    "  deep_packet classify --run RUN capture.pcap\n\n"
    "deep_packet COMMAND --help explains a command. Exit code: 0, or 1 after a line that says what is wrong, "
    "or 130 "
    "after Ctrl-C.";

// A line for people, whatever names of files and libraries' texts it holds.
std::string one_line(const std::string& text) {
  constexpr std::size_t kMost = 900;
  return traffic::without_middle(traffic::printable(text), kMost);
}

int fail(const std::string& text, int code = EXIT_FAILURE) {
  std::cerr << "deep_packet: " << one_line(text) << '\n';
  return code;
}

// What was printed has to have arrived: a full disk shows when the last of it is written.
int checked_output(int code) {
  std::cout.flush();
  if (std::cout) return code;
  const std::string reason = traffic::why_output_fails(std::cout, "standard output");
  std::cout.clear();
  return code == EXIT_SUCCESS ? fail(reason) : code;
}

// In words of ours where those of CLI11 are for programmers.
std::string refusal(const CLI::App& app, const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  const auto is = [&error](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
  const bool has_command = !app.get_subcommands().empty();
  if (!has_command && extras.empty()) return "a command is missing";
  if (!has_command || is(CLI::ExitCodes::ExtrasError)) {
    const auto option = std::find_if(extras.begin(), extras.end(), [](const std::string& extra) {
      return extra.starts_with('-') && extra != "--";
    });
    if (option != extras.end()) return "there is no option '" + traffic::abbreviated(*option) + "'";
    return has_command ? "one argument too many: '" + traffic::abbreviated(extras.front()) + "'"
                       : "there is no command '" + traffic::abbreviated(extras.front()) + "'";
  }
  if (is(CLI::ExitCodes::ArgumentMismatch)) {
    // "--seed: 1 required ... missing", "force was given a disallowed flag override"
    const std::string name = text.substr(0, text.find_first_of(": "));
    return text.ends_with(" missing") ? name + ": its value is missing" : "--" + name + ": expected no value";
  }
  return text;
}

int run_checked(CLI::App& app, int argc, const char* const* argv) {
  try {
    const std::string first = argc > 1 ? argv[1] : "";
    const auto named_so = [&first](const CLI::App* command) { return command->get_name() == first; };
    const std::vector<CLI::App*> commands = app.get_subcommands([](const CLI::App*) { return true; });
    if (!first.starts_with('-') && !first.empty() &&
        std::none_of(commands.begin(), commands.end(), named_so)) {
      return fail("there is no command '" + traffic::abbreviated(first) + "' (--help lists them)");
    }
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return fail(refusal(app, error) + " (--help shows the usage)");
    return app.exit(error);
  } catch (const traffic::Interrupted& error) {
    return fail(error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return fail("out of memory");
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(error.path1().string() + ": " + error.code().message());
  } catch (const std::exception& error) {
    return fail(error.what());
  }
  return EXIT_SUCCESS;
}

}  // namespace

void warn(const std::string& text) { std::cerr << "deep_packet: warning: " << one_line(text) << '\n'; }

void print_names(const std::string& title, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::cout << '\n' << title << " (" << traffic::with_commas(names.size()) << "):\n";
  for (const std::string& name : names) std::cout << "  " << traffic::printable(name) << '\n';
}

void add_commands(CLI::App& app) {
  add_check(app);
  add_vectors(app);
  add_prepare(app);
  add_train(app);
  add_evaluate(app);
  add_classify(app);
  add_synth(app);
  add_demo(app);
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    command->group("Commands");
}

int run_program(int argc, const char* const* argv) {
  const traffic::WatchedOutput watch(std::cout);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone shows as output that cannot be written
  CLI::App app(kDescription, "deep_packet");
  app.formatter(help_page());
  app.require_subcommand(1);
  app.set_version_flag(
      "--version", [] { return deep_packet::version_text(); },
      "Print version, processor and kernels in use, and exit");
  app.footer(kNotes);
  add_commands(app);
  return checked_output(run_checked(app, argc, argv));
}
