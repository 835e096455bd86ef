#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "deep_packet/files.hpp"
#include "deep_packet/program_run.hpp"
#include "deep_packet/tiny.hpp"
#include "traffic/builders.hpp"
#include "traffic/csv.hpp"

namespace fs = std::filesystem;
using deep_packet::test::Result;
using deep_packet::test::run;
using deep_packet::test::TinyData;
using traffic::test::TemporaryFolder;

TEST_CASE("train, evaluate and classify, with all folds of a cross-validation") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path(), 2);
  const std::string data = tiny.path.string(), out = (folder.path() / "run").string();
  const Result trained = run({"train", "--data", data, "--out", out, "--epochs", "1", "--batch", "32"});
  REQUIRE_MESSAGE(trained.code == 0, trained.errors);
  for (const char* const text : {"trainable parameters: 3,507,703", "all 2 folds", "cnn, mean",
                                 "port lookup, spread", "macro average"}) {
    CHECK_MESSAGE(trained.out.find(text) != std::string::npos, text);
  }
  CHECK(fs::exists(fs::path(out) / "fold1" / "model.json"));
  CHECK(fs::exists(fs::path(out) / "metrics.json"));
  CHECK_FALSE(fs::exists(fs::path(out) / "model.json"));

  const std::string metrics = deep_packet::read_file(fs::path(out) / "metrics.json");
  const Result evaluated = run({"evaluate", "--run", out, "--data", data});
  REQUIRE_MESSAGE(evaluated.code == 0, evaluated.errors);
  CHECK(trained.out.find(evaluated.out) != std::string::npos);
  CHECK(deep_packet::read_file(fs::path(out) / "metrics.json") == metrics);

  const Result in_bf16 = run({"evaluate", "--run", out, "--data", data, "--precision", "bf16"});
  REQUIRE_MESSAGE(in_bf16.code == 0, in_bf16.errors);
  CHECK(in_bf16.out.starts_with(evaluated.out));
  CHECK(in_bf16.out.find("difference") != std::string::npos);
  CHECK(deep_packet::read_file(fs::path(out) / "metrics.json") == metrics);

  const std::string capture = (tiny.captures / "scp1.pcap").string();
  const Result classified = run({"classify", "--run", out + "/fold0", capture});
  CHECK(classified.code == 0);
  CHECK(classified.out.starts_with("packet,class,probability\n"));

  const Result of_all = run({"classify", "--run", out, capture});
  CHECK(of_all.code == 1);
  CHECK(of_all.errors.find(out) != std::string::npos);
}

TEST_CASE("errors are one line and exit code 1") {
  const TemporaryFolder folder;
  const std::string missing = (folder.path() / "missing").string();
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"train", "--data", missing, "--out", missing},
        std::vector<std::string>{"evaluate", "--run", missing, "--data", missing},
        std::vector<std::string>{"classify", "--run", missing, missing}}) {
    const Result result = run(arguments);
    CAPTURE(result.errors);
    CHECK(result.code == 1);
    CHECK(result.errors.starts_with("deep_packet: "));
    CHECK(result.errors.find(missing) != std::string::npos);
    CHECK(result.errors.find('\n') == result.errors.size() - 1);
  }
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, std::vector<std::string>{"frobnicate"}, std::vector<std::string>{"train"},
        std::vector<std::string>{"train", "--data", "a", "--out", "b", "--batch", "0"},
        std::vector<std::string>{"train", "--data", "a", "--out", "b", "--model", "oracle"}}) {
    const Result result = run(arguments);
    CAPTURE(result.errors);
    CHECK(result.code == 1);
    CHECK(result.errors.find('\n') == result.errors.size() - 1);
  }
}

TEST_CASE("every subcommand explains itself") {
  for (const char* const name :
       {"check", "classify", "demo", "evaluate", "prepare", "synth", "train", "vectors"}) {
    const Result result = run({name, "--help"});
    CHECK_MESSAGE(result.code == 0, name);
    CHECK_MESSAGE(result.out.find("Usage: ") != std::string::npos, name);
  }
}
