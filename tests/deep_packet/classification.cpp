#include "deep_packet/classification.hpp"

#include <ebb/core/error.hpp>

#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "deep_packet/run_program.hpp"
#include "deep_packet/tiny.hpp"
#include "traffic/builders.hpp"
#include "traffic/streams.hpp"

namespace fs = std::filesystem;
using deep_packet::test::Result;
using deep_packet::test::run_program;
using deep_packet::test::TinyData;
using traffic::test::Bytes;
using traffic::test::PipedInput;
using traffic::test::TemporaryFolder;

namespace {

/// A run that every test case of this file classifies with.
struct TrainedRun {
  TrainedRun() : tiny(folder.path()), path(folder.path() / "run"), capture(tiny.captures / "scp1.pcap") {
    const Result trained = run_program(
        {"train", "--data", tiny.path.string(), "--out", path.string(), "--epochs", "1", "--batch", "32"});
    REQUIRE_MESSAGE(trained.code == 0, trained.errors);
  }

  TemporaryFolder folder;
  TinyData tiny;
  fs::path path;
  fs::path capture;
};

const TrainedRun& trained_run() {
  static const TrainedRun trained;
  return trained;
}

}  // namespace

TEST_CASE("the result is the same for a file, for standard input and for every batch size") {
  const TrainedRun& trained = trained_run();
  const Result of_file = run_program({"classify", "--run", trained.path.string(), trained.capture.string()});
  REQUIRE_MESSAGE(of_file.code == 0, of_file.errors);
  for (const char* const name : {"-", "/dev/stdin"}) {
    const PipedInput input(traffic::test::read_file(trained.capture));
    const Result of_pipe = run_program({"classify", "--run", trained.path.string(), name});
    CHECK(of_pipe.code == 0);
    CHECK(of_pipe.out == of_file.out);
  }
  for (const ebb::Index batch : {1, 7, 129, 1'000'000'000}) {  // the last one would take 6 TB
    std::ostringstream out;
    (void)deep_packet::classify(trained.path, trained.capture, out, batch);
    CHECK(out.str() == of_file.out);
  }
}

TEST_CASE("output that cannot be written is an error") {
  const TrainedRun& trained = trained_run();
  std::ofstream full("/dev/full");
  try {
    (void)deep_packet::classify(trained.path, trained.capture, full);
    FAIL("no error");
  } catch (const ebb::Error& error) {
    CHECK(std::string(error.what()) == "[classify] the result cannot be written: No space left on device");
  }
}

TEST_CASE("what was skipped is said, and a capture of unknown link types only is no success") {
  const TrainedRun& trained = trained_run();
  const TemporaryFolder folder;
  const Bytes packet = traffic::test::tcp_packet();
  const std::string unknown =
      folder.write("a", traffic::test::pcap({packet, packet}, {.link_type = 147})).string();
  for (const Result& result : {run_program({"classify", "--run", trained.path.string(), unknown}),
                               run_program({"vectors", "--quiet", unknown})}) {
    CHECK(result.code == 1);
    CHECK(result.errors.find(unknown +
                             ": no packet can be read; link type 147 is not known: 2 packets skipped") !=
          std::string::npos);
  }
  using namespace traffic::test;
  const Bytes mixed = pcapng_section() + pcapng_interface(147) + pcapng_interface(101) +
                      pcapng_packet(0, packet) + pcapng_packet(1, packet);
  const std::string some = folder.write("b", mixed).string();
  const Result classified = run_program({"classify", "--run", trained.path.string(), some});
  CHECK(classified.code == 0);
  CHECK(classified.errors.find("link type 147 is not known: 1 packet skipped") != std::string::npos);
  CHECK(classified.errors.find("skipped: unknown_link_type 1") != std::string::npos);
  const Result vectors = run_program({"vectors", "--quiet", some});
  CHECK(vectors.code == 0);
  CHECK(vectors.out.find("# link type 147 is not known: 1 packet skipped\n") != std::string::npos);
}
