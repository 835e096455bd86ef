#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "deep_packet/run_program.hpp"
#include "deep_packet/tiny.hpp"
#include "traffic/builders.hpp"
#include "traffic/csv.hpp"
#include "traffic/file.hpp"

namespace fs = std::filesystem;
using deep_packet::test::Result;
using deep_packet::test::run_program;
using deep_packet::test::TinyData;
using traffic::test::TemporaryFolder;

TEST_CASE("train, evaluate and classify, with all folds of a cross-validation") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path(), 2);
  const std::string data = tiny.path.string(), out = (folder.path() / "run").string();
  const Result trained =
      run_program({"train", "--data", data, "--out", out, "--epochs", "1", "--batch", "32"});
  REQUIRE_MESSAGE(trained.code == 0, trained.errors);
  for (const char* const text : {"trainable parameters: 3,507,703", "all 2 folds", "cnn, mean",
                                 "port lookup, spread", "macro average"}) {
    CHECK_MESSAGE(trained.out.find(text) != std::string::npos, text);
  }
  CHECK(fs::exists(fs::path(out) / "fold1" / "model.json"));
  CHECK(fs::exists(fs::path(out) / "metrics.json"));

  const std::string report = traffic::file_content(fs::path(out) / "report.html");
  const Result evaluated = run_program({"evaluate", "--run", out, "--data", data});
  REQUIRE_MESSAGE(evaluated.code == 0, evaluated.errors);
  const std::string tables = evaluated.out.substr(0, evaluated.out.rfind("\n\n"));
  CHECK(trained.out.find(tables) != std::string::npos);
  CHECK(traffic::file_content(fs::path(out) / "report.html") == report);
  const auto metrics =
      nlohmann::json::parse(traffic::file_content(fs::path(out) / "evaluations" / "data" / "metrics.json"));
  for (const char* const what : {"run", "data", "data_hash", "seed", "date", "batch", "precision"}) {
    CHECK_MESSAGE(metrics.at("about").contains(what), what);
  }

  const std::string page = traffic::file_content(fs::path(out) / "evaluations" / "data" / "report.html");
  for (const char* const what : {"<td>data</td>", "<td>seed</td>", "<td>date</td>", "<td>batch</td>"}) {
    CHECK_MESSAGE(page.find(what) != std::string::npos, what);
  }

  const std::string elsewhere = (folder.path() / "elsewhere").string();
  const Result in_bf16 =
      run_program({"evaluate", "--run", out, "--data", data, "--precision", "bf16", "--out", elsewhere});
  REQUIRE_MESSAGE(in_bf16.code == 0, in_bf16.errors);
  CHECK(in_bf16.out.starts_with(tables));
  CHECK(in_bf16.out.find("difference") != std::string::npos);
  CHECK(fs::exists(fs::path(elsewhere) / "report.html"));
  CHECK(run_program({"evaluate", "--run", out, "--data", data}).code == 1);
  CHECK(run_program({"evaluate", "--run", out, "--data", data, "--force"}).code == 0);

  const std::string capture = (tiny.captures / "scp1.pcap").string();
  const Result classified = run_program({"classify", "--run", out + "/fold0", capture});
  CHECK(classified.code == 0);
  CHECK(classified.out.starts_with("packet,class,probability\n"));

  const Result of_all = run_program({"classify", "--run", out, capture});
  CHECK(of_all.code == 1);
  CHECK(of_all.errors.find(out) != std::string::npos);
}

TEST_CASE("one class is nothing to tell apart") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  const std::string out = (folder.path() / "one").string(), capture = (tiny.captures / "scp1.pcap").string();
  const Result prepared = run_program({"prepare", capture, "--task", "traffic", "--out", out});
  CHECK(prepared.code == 1);
  CHECK(prepared.out.find("Class sizes") != std::string::npos);
  CHECK(prepared.errors.find("expected at least 2 classes with enough packets to split, found 1") !=
        std::string::npos);
  CHECK_FALSE(fs::exists(out));
  CHECK(run_program({"prepare", capture, "--task", "traffic", "--all-test", "--out", out}).code == 0);
  const Result trained = run_program({"train", "--data", out, "--out", (folder.path() / "run").string()});
  CHECK(trained.errors.find("expected at least 2 classes to tell apart, found 1") != std::string::npos);
}

TEST_CASE("errors are one line and exit code 1") {
  const TemporaryFolder folder;
  const std::string missing = (folder.path() / "missing").string();
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"train", "--data", missing, "--out", missing},
        std::vector<std::string>{"evaluate", "--run", missing, "--data", missing},
        std::vector<std::string>{"classify", "--run", missing, missing}}) {
    const Result result = run_program(arguments);
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
    const Result result = run_program(arguments);
    CAPTURE(result.errors);
    CHECK(result.code == 1);
    CHECK(result.errors.find('\n') == result.errors.size() - 1);
  }
}

TEST_CASE("every subcommand explains itself") {
  for (const char* const name :
       {"check", "classify", "demo", "evaluate", "prepare", "synth", "train", "vectors"}) {
    const Result result = run_program({name, "--help"});
    CHECK_MESSAGE(result.code == 0, name);
    CHECK_MESSAGE(result.out.find("Usage: ") != std::string::npos, name);
  }
}
