#include <map>

#include "deep_packet/random_trials.hpp"

namespace deep_packet::test {
namespace {

using Arguments = std::vector<std::string>;

/// A command line that works, in pieces, and the options that it can have.
struct Command {
  Arguments base;
  Arguments numbers;                       ///< options that take one
  std::map<std::string, Arguments> words;  ///< options that take one of few words
  Arguments flags;
};

std::vector<Command> commands(const Workshop& shop) {
  const std::string data = shop.tiny.path.string(), run = shop.run.string(), out = shop.path("out").string();
  const std::string captures = shop.tiny.captures.string(),
                    capture = (shop.tiny.captures / "scp1.pcap").string();
  const Arguments backgrounds{"mdns", "llmnr,dhcp", "netbios", "nosuch", "", ",", "mdns,mdns"};
  return {
      {{"check", captures}, {}, {}, {}},
      {{"vectors", capture}, {"--limit"}, {{"--drop", backgrounds}}, {"--hex", "--quiet"}},
      {{"prepare", captures, "--task", "traffic", "--out", out},
       {"--folds", "--max-ratio", "--min-packets", "--seed"},
       {{"--split", {"packet", "flow", "capture", "none", "", "FLOW"}},
        {"--mask", {"ports", "ports,seq", "addresses", "nosuch", "", ",,"}},
        {"--balance", {"none", "undersample", "x"}},
        {"--drop", backgrounds}},
       {"--dedupe", "--all-test", "--force"}},
      // A network of full size takes its time: one epoch, and not for long.
      {{"train", "--data", data, "--out", out, "--epochs", "1", "--max-seconds", "0.01"},
       {"--batch", "--learning-rate", "--patience", "--min-delta", "--fold", "--seed", "--threads"},
       {{"--model", {"cnn", "sae", ""}}},
       {"--force"}},
      {{"train", "--data", data, "--out", out, "--batch", "64"},
       {"--epochs", "--max-seconds"},
       {},
       {"--force"}},
      {{"evaluate", "--run", run, "--data", data, "--out", out},
       {"--batch", "--threads"},
       {{"--precision", {"float", "bf16", "half", ""}}},
       {"--force"}},
      {{"classify", "--run", run, capture}, {"--batch", "--threads"}, {}, {}},
      {{"synth", "--out", out},
       {"--seed"},
       {{"--scale", {"0", "-1", "nan", "inf", "1001", "0.001", "1e-300"}}},
       {}},
      {{"demo", "--out", "/dev/null/nowhere"}, {"--seed", "--threads"}, {}, {"--force"}},
  };
}

Arguments drawn(Random& random, const Command& command) {
  Arguments arguments = command.base;
  for (const std::string& option : command.numbers) {
    if (random() % 3 > 0) continue;
    arguments.push_back(option);
    if (random() % 50 > 0) arguments.push_back(random_number(random));
  }
  for (const auto& [option, words] : command.words) {
    if (random() % 3 == 0) arguments.insert(arguments.end(), {option, pick(random, words)});
  }
  for (const std::string& flag : command.flags) {
    if (random() % 3 == 0) arguments.push_back(flag);
  }
  if (random() % 20 == 0) arguments[1 + random() % (arguments.size() - 1)] = random_number(random);
  if (random() % 30 == 0)
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(random() % arguments.size()));
  return arguments;
}

}  // namespace

void random_options(int trials, std::uint64_t seed) {
  const Workshop shop;
  const std::vector<Command> all = commands(shop);
  Random random(seed);
  for (int trial = 0; trial < trials; ++trial) {
    const Arguments arguments = drawn(random, pick(random, all));
    CAPTURE(trial);
    {
      const Impatience impatience(std::chrono::seconds(2));
      (void)checked_run(arguments);
    }
    if (random() % 4 == 0) fs::remove_all(shop.path("out"));
  }
}

}  // namespace deep_packet::test

TEST_CASE("no command ends in a signal, whatever its options") { deep_packet::test::random_options(400, 1); }
