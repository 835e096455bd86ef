// What stays in the folder of a data set, and when.
#include <ebb/core/error.hpp>

#include <filesystem>

#include <doctest/doctest.h>

#include "prepare_cases.hpp"
#include "traffic/dataset.hpp"

using namespace traffic;
using namespace traffic::test;

TEST_CASE("a finished data set stays until another one is finished") {
  const TemporaryFolder folder;
  write_captures(folder);
  PrepareOptions options = options_for(folder, SplitBy::flow, 3);
  options.replace = false;
  prepare(options);
  const auto finished = files_in(options.out);

  SUBCASE("it is replaced only where that is asked for") {
    CHECK_THROWS_WITH_AS(
        prepare(options),
        ("[folder] " + options.out.string() + ": holds a finished data set; --force replaces it").c_str(),
        ebb::Error);
    CHECK(files_in(options.out) == finished);
  }
  SUBCASE("a capture that is not there, a class too few and a wrong option change nothing") {
    options.replace = true;
    PrepareOptions gone = options;
    gone.captures = {folder.path() / "gone"};
    CHECK_THROWS_AS(prepare(gone), ebb::Error);
    PrepareOptions lonely = options;
    lonely.captures = {folder.path() / "in" / "Chat"};
    CHECK_THROWS_AS(prepare(lonely), TooFewClasses);
    PrepareOptions wrong = options;
    wrong.split.folds = 0;
    CHECK_THROWS_AS(prepare(wrong), ebb::Error);
    CHECK(files_in(options.out) == finished);
  }
  SUBCASE("with all its files, and no others") {
    folder.write("out/fold7.bin", Bytes{1});  // somebody else's
    options.replace = true;
    options.split.folds = 1;
    prepare(options);
    CHECK_FALSE(std::filesystem::exists(options.out / "fold0.bin"));
    CHECK(std::filesystem::exists(options.out / "fold7.bin"));
    CHECK(PacketDataset(options.out).folds() == 1);
  }
}

TEST_CASE("fewer than two classes are no data set, one is enough to test with") {
  const TemporaryFolder folder;
  write_captures(folder);
  PrepareOptions options = options_for(folder);
  options.captures = {folder.path() / "in" / "Chat" / "0.pcap"};
  folder.write("in/Chat/manifest.csv", std::string("file,class\n0.pcap,Chat\n"));
  try {
    prepare(options);
    FAIL("expected TooFewClasses");
  } catch (const TooFewClasses& error) {
    CHECK(error.report.plan.classes.size() == 1);
  }
  CHECK_FALSE(std::filesystem::exists(options.out));
  options.captures.clear();
  CHECK_THROWS_AS(prepare(options), TooFewClasses);

  options.captures = {folder.path() / "in" / "Chat" / "0.pcap"};
  options.split.by = SplitBy::none;
  const PrepareReport report = prepare(options);
  const PacketDataset data(options.out);
  CHECK(data.split() == SplitBy::none);
  CHECK(data.classes() == std::vector<std::string>{"Chat"});
  CHECK(data.indices(Part::test).size() == data.size());
  CHECK(report.plan.classes[0].folds[0][static_cast<std::size_t>(Part::test)] == data.size());
}
