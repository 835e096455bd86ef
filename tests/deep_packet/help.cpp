// Every page of help, as a person reads it.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "deep_packet/run_program.hpp"
#include "traffic/text.hpp"

using deep_packet::test::Result;
using deep_packet::test::run_program;

namespace {

constexpr std::size_t kWidth = 100;

const std::vector<std::string> kCommands{"check",    "vectors",  "prepare", "train",
                                         "evaluate", "classify", "synth",   "demo"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void check_page(const std::string& text) {
  for (const std::string& line : lines_of(text)) {
    CHECK_MESSAGE(traffic::display_width(line) <= kWidth, line);
    CHECK_MESSAGE(traffic::printable(line) == line, line);
  }
  CHECK(text.find("\n\n\n") == std::string::npos);
}

// Every example of a page, in words, without what a shell makes of pipes and redirections.
std::vector<std::vector<std::string>> examples_on(const std::string& page) {
  std::vector<std::vector<std::string>> examples;
  for (const std::string& line : lines_of(page)) {
    if (!line.starts_with("  ") || line.find("deep_packet ") == std::string::npos) continue;
    std::istringstream words(line.substr(line.find("deep_packet ") + 12));
    std::vector<std::string>& example = examples.emplace_back();
    for (std::string word; words >> word && word != ">" && word != "|";) example.push_back(word);
  }
  return examples;
}

}  // namespace

TEST_CASE("every command has a page of help, with an example and what comes out") {
  for (const std::string& command : kCommands) {
    CAPTURE(command);
    const Result result = run_program({command, "--help"});
    CHECK(result.code == 0);
    check_page(result.out);
    for (const char* const part : {"Usage: deep_packet ", "What comes out\n", "Exit code: ", "\nExample"}) {
      CHECK_MESSAGE(result.out.find(part) != std::string::npos, part);
    }
  }
}

TEST_CASE("the examples are command lines that the program understands") {
  std::size_t count = 0;
  for (const std::string& command : kCommands) {
    for (const std::vector<std::string>& example : examples_on(run_program({command, "--help"}).out)) {
      ++count;
      REQUIRE(example.front() == command);
      std::vector<std::string> arguments = example;
      // --help asks for nothing to be done, but only after all others have been looked at.
      arguments.push_back("--no-such-option");
      const Result result = run_program(arguments);
      CAPTURE(result.errors);
      CHECK(result.errors.find("--no-such-option") != std::string::npos);
    }
  }
  CHECK(count > kCommands.size());
}

TEST_CASE("every option of a command is on its page, numbers with their range") {
  CLI::App app("", "deep_packet");
  add_commands(app);
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  REQUIRE(commands.size() == kCommands.size());
  for (const CLI::App* command : commands) {
    const std::string page = run_program({command->get_name(), "--help"}).out;
    for (const CLI::Option* option : command->get_options([](const CLI::Option*) { return true; })) {
      const std::string name = option->get_name(/*positional=*/option->get_positional());
      CAPTURE(command->get_name());
      CAPTURE(name);
      CHECK(page.find("\n  " + (name == "--help" ? "-h,--help" : name)) != std::string::npos);
      CHECK_FALSE(option->get_description().empty());
      if (!option->get_positional() && option->get_expected_max() > 0) {
        CHECK(page.find(name + " (" + option->get_type_name() + ")") != std::string::npos);
      }
    }
  }
}

TEST_CASE("a page names the files that come out, with the columns of tables") {
  const std::string page = run_program({"train", "--help"}).out;
  CHECK(page.find("\n  log.csv              epoch, loss, accuracy,") != std::string::npos);
  CHECK(page.find("\n  metrics.csv          classifier, class, precision,") != std::string::npos);
}

TEST_CASE("the first page lists the commands and a day with them") {
  const Result result = run_program({"--help"});
  CHECK(result.code == 0);
  check_page(result.out);
  for (const std::string& command : kCommands)
    CHECK(result.out.find("\n  " + command + " ") != std::string::npos);
  const std::vector<std::string> version = lines_of(run_program({"--version"}).out);
  REQUIRE(version.size() == 3);
  CHECK(version[0].starts_with("deep_packet "));
  CHECK(version[1].starts_with("processor: "));
  CHECK(version[2].starts_with("kernels: "));
}

TEST_CASE("a refused number names its option and the range, in one short line") {
  const auto refusal = [](const std::string& option, const std::string& number) {
    const Result result = run_program({"train", "--data", "a", "--out", "b", option, number});
    CHECK(result.code == 1);
    return result.errors;
  };
  for (const char* const number :
       {"0", "-1", "1e3", "nan", "99999999999999999999", "", "five", "0x10", "1,000"}) {
    CHECK(refusal("--threads", number) ==
          "deep_packet: --threads: expected a whole number from 1 to 1,024, found '" + std::string(number) +
              "' (--help shows the usage)\n");
  }
  for (const char* const number : {"0", "-1", "inf", "1e400", "nan", "1001", "."}) {
    CHECK(refusal("--learning-rate", number) ==
          "deep_packet: --learning-rate: expected a number above 0 to 1,000, found '" + std::string(number) +
              "' (--help shows the usage)\n");
  }
  CHECK(refusal("--batch", std::string(5000, '9')).size() < 200);
  CHECK(refusal("--model", "oracle").find("--model: expected cnn, found 'oracle'") != std::string::npos);
  CHECK(refusal("--seed", "-1")
            .find("--seed: expected a whole number from 0 to 18,446,744,073,709,551,615, found '-1'") !=
        std::string::npos);
  for (const char* const number : {"-1", "99999999999999999999999"}) {
    const Result seed = run_program({"prepare", "a", "--task", "app", "--out", "b", "--seed", number});
    CHECK(seed.errors ==
          "deep_packet: --seed: expected a whole number from 0 to 18,446,744,073,709,551,615, found '" +
              std::string(number) + "' (--help shows the usage)\n");
  }
  CHECK(run_program({"prepare", "a", "--task", "app", "--out", "b", "--min-packets", "-5"})
            .errors.find("--min-packets: expected a whole number from 0 to ") != std::string::npos);
  CHECK(run_program({"frobnicate"}).errors ==
        "deep_packet: there is no command 'frobnicate' (--help lists them)\n");
  CHECK(run_program({"prepare", "x", "--task", "both", "--out", "y"})
            .errors.find("--task: expected app or traffic, found 'both'") != std::string::npos);
  CHECK(run_program({"vectors", ""}).code == 1);
}

TEST_CASE("a command line that is wrong is refused in words for people") {
  const std::vector<std::string> train{"train", "--data", "a", "--out", "b"};
  const auto refusal = [](std::vector<std::string> line, const std::vector<std::string>& more) {
    line.insert(line.end(), more.begin(), more.end());
    const Result result = run_program(line);
    CHECK(result.code == 1);
    return result.errors;
  };
  const std::string end = " (--help shows the usage)\n";
  CHECK(refusal(train, {"--seed", "1", "--seed", "2"}) == "deep_packet: --seed: given more than once" + end);
  CHECK(refusal(train, {"--data", "c"}) == "deep_packet: --data: given more than once" + end);
  CHECK(refusal(train, {"--model", "cnn", "--model", "cnn"}) ==
        "deep_packet: --model: given more than once" + end);
  CHECK(refusal(train, {"--epochs"}) == "deep_packet: --epochs: its value is missing" + end);
  CHECK(refusal(train, {"--epochs="}) == "deep_packet: --epochs: its value is missing" + end);
  CHECK(refusal(train, {"--bacth", "5"}) == "deep_packet: there is no option '--bacth'" + end);
  CHECK(refusal(train, {"--force=5"}) == "deep_packet: --force: expected no value" + end);
  CHECK(refusal({"vectors", "a", "b"}, {}) == "deep_packet: one argument too many: 'b'" + end);
  CHECK(refusal({"vectors"}, {}) == "deep_packet: FILE is required" + end);
  CHECK(refusal({}, {}) == "deep_packet: a command is missing" + end);
  CHECK(refusal({""}, {}) == "deep_packet: there is no command ''" + end);
  CHECK(refusal({"--frob"}, {}) == "deep_packet: there is no option '--frob'" + end);
  CHECK(refusal({"train", "--data", "a", "--out", "--force"}, {}) ==
        "deep_packet: --out: expected the name of a folder, found '--force'" + end);
  CHECK(refusal({"prepare", "", "--task", "app", "--out", "b"}, {}) ==
        "deep_packet: CAPTURES: expected the name of a file or folder, found ''" + end);
  CHECK(refusal(train, {"--batch", "\xff\n\x1b[31m"}) ==
        "deep_packet: --batch: expected a whole number from 1 to 1,000,000, found '\\xff\\x0a\\x1b[31m'" +
            end);
  CHECK(refusal(train, {"--model", std::string(5000, 'x')}).size() < 200);
}

TEST_CASE("a name that is not known is refused with its option and the known ones") {
  const std::string end = " (--help shows the usage)\n";
  const auto refusal = [](const std::string& option, const std::string& names) {
    return run_program({"prepare", "a", "--task", "app", "--out", "b", option, names}).errors;
  };
  const std::string masks =
      "deep_packet: --mask: expected addresses, ports, checksums, ip-id, seq, window, "
      "timestamps or sni, found '";
  const std::string drops = "deep_packet: --drop: expected mdns, llmnr, netbios, dhcp or ssdp, found '";
  CHECK(refusal("--mask", "ports,prots") == masks + "prots'" + end);
  CHECK(refusal("--mask", "") == masks + "'" + end);
  CHECK(refusal("--mask", "ports,") == masks + "'" + end);
  CHECK(refusal("--drop", "mdsn") == drops + "mdsn'" + end);
  CHECK(run_program({"vectors", "a", "--drop", "all"}).errors == drops + "all'" + end);
  // A list ends with its commas: what follows is something else.
  CHECK(run_program({"vectors", "--drop", "mdns,ssdp", "--drop", "dhcp", "nowhere"}).errors ==
        "deep_packet: [file] nowhere: No such file or directory\n");
}

TEST_CASE("a refusal is short, however long what was typed") {
  const std::string nines(3000, '9');
  for (const std::vector<std::string>& line :
       std::vector<std::vector<std::string>>{{nines},
                                             {"--" + nines},
                                             {"train", nines},
                                             {"train", "--" + nines},
                                             {"train", "--data", "D", "--out", "O", nines},
                                             {"train", "--data", "D", "--out", "O", "--" + nines + "=5"},
                                             {"train", "--data", "D", "--out", "O", "--force=" + nines},
                                             {"train", "--data", "D", "--out", "O", "--seed", nines},
                                             {"train", "--data", "D", "--out", "O", "--model", nines},
                                             {"train", "--data", nines, "--out", "O"},
                                             {"demo", "--out", nines},
                                             {"demo", "--out", "--seed", nines},
                                             {"prepare", nines, "--task", "app", "--out", "O"},
                                             {"prepare", ".", "--task", "app", "--out", nines},
                                             {"prepare", ".", "--task", "app", "--out", "O", "--mask", nines},
                                             {"prepare", ".", "--task", "app", "--out", "O", "--drop", nines},
                                             {"vectors", nines},
                                             {"vectors", "a", nines},
                                             {"check", nines},
                                             {"synth", "--out", nines},
                                             {"evaluate", "--run", nines, "--data", "D"},
                                             {"classify", "--run", nines, "a"}}) {
    const Result result = run_program(line);
    CAPTURE(line.front());
    CAPTURE(result.errors.substr(0, 100));
    CHECK(result.code == 1);
    CHECK(result.errors.size() < 1000);
    CHECK(std::count(result.errors.begin(), result.errors.end(), '\n') == 1);
  }
  // Of a name that no file can have, both the start and the reason are seen.
  CHECK(run_program({"vectors", nines}).errors.starts_with("deep_packet: [file] 999"));
  CHECK(run_program({"vectors", nines}).errors.ends_with("999: File name too long\n"));
}

TEST_CASE("names with line ends and control characters leave an error on one line") {
  const Result result = run_program({"vectors", "a\nb\x1b[31m"});
  CHECK(result.errors == "deep_packet: [file] a\\x0ab\\x1b[31m: No such file or directory\n");
}
