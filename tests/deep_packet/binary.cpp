// The program as a process of its own: what it does to streams, limits of the system, and beside itself.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <sys/wait.h>

#include "deep_packet/run_program.hpp"
#include "deep_packet/tiny.hpp"
#include "traffic/builders.hpp"
#include "traffic/file.hpp"

namespace fs = std::filesystem;
using deep_packet::test::TinyData;
using traffic::test::TemporaryFolder;

namespace {

struct Outcome {
  int code = 0;  ///< negative: the signal that ended it
  std::string errors;
};

// `deep_packet` stands for the program, and $program for it in a process that can be signalled; what it
// prints is lost where the line does not say otherwise.
Outcome shell(const TemporaryFolder& folder, const std::string& line) {
  const std::string errors = (folder.path() / "errors").string();
  const std::string script = "program='" DEEP_PACKET_PROGRAM "'; cd '" + folder.path().string() +
                             "'; deep_packet() { \"$program\" \"$@\"; }; exec 2>'" + errors +
                             "' >/dev/null; " + line;
  traffic::write_file(folder.path() / "script", script);
  const int status = std::system(("sh '" + (folder.path() / "script").string() + "'").c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), traffic::file_content(errors)};
}

}  // namespace

TEST_CASE("output that cannot be written is an error, whatever the command") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  for (const char* const command :
       {"vectors captures/scp1.pcap", "vectors captures/scp1.pcap --quiet", "check captures", "--help",
        "--version", "prepare --help", "prepare captures --task traffic --out other",
        "train --data data --out run --epochs 1 --max-seconds 0.01"}) {
    CAPTURE(command);
    const Outcome full = shell(folder, "deep_packet " + std::string(command) + " > /dev/full");
    CAPTURE(full.errors);
    CHECK(full.code == 1);
    CHECK(full.errors.find("deep_packet: ") != std::string::npos);
    CHECK(full.errors.find(" cannot be written: No space left on device\n") != std::string::npos);
  }
  CHECK(shell(folder, "deep_packet evaluate --run run --data data > /dev/full").code == 1);
  const Outcome classified = shell(folder, "deep_packet classify --run run captures/scp1.pcap > /dev/full");
  CHECK(classified.code == 1);
  CHECK(classified.errors ==
        "deep_packet: [classify] the result cannot be written: No space left on device\n");
  CHECK(shell(folder, "deep_packet vectors captures/scp1.pcap >&-").code == 1);
  const Outcome gone =
      shell(folder, "{ deep_packet vectors captures/scp1.pcap --hex; echo $? > code; } | true");
  CHECK(traffic::file_content(folder.path() / "code") == "1\n");
}

TEST_CASE("a standard stream that is closed is not taken for a file") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  CHECK(shell(folder, "deep_packet prepare captures --task traffic --out other >&- <&-").code == 1);
  CHECK(fs::exists(folder.path() / "other" / "prepare.json"));
  CHECK(shell(folder, "deep_packet train --data other --out run --epochs 1 --max-seconds 0.01").code == 0);
}

TEST_CASE("too little memory is an error of one line") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  for (const char* const kilobytes : {"50000", "150000", "300000"}) {
    const Outcome outcome = shell(folder, "ulimit -v " + std::string(kilobytes) +
                                              "; deep_packet train --data data --out run --threads 1");
    CAPTURE(outcome.errors);
    CHECK(outcome.code != 0);
    // Where the program itself cannot be loaded, the shell or the loader says so.
    CHECK(outcome.code > 0);
    CHECK(std::count(outcome.errors.begin(), outcome.errors.end(), '\n') == 1);
  }
  CHECK_FALSE(fs::exists(folder.path() / "run"));
}

TEST_CASE("a disk that is full is noticed before anything is trained, and what was there stays") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  CHECK(shell(folder, "deep_packet train --data data --out run --epochs 1 --max-seconds 0.01").code == 0);
  const std::string weights = traffic::file_content(folder.path() / "run" / "weights.safetensors");
  // No file over a megabyte, as if the disk had no more: dash counts in 512 bytes, bash in 1,024.
  const std::string limit = "trap '' XFSZ; ulimit -f 1000; ";
  const Outcome training = shell(folder, limit + "deep_packet train --data data --out run --force");
  CHECK(training.code == 1);
  CHECK(training.errors.find("weights.safetensors: File too large") != std::string::npos);
  CHECK(training.errors.find("epoch") == std::string::npos);
  CHECK(traffic::file_content(folder.path() / "run" / "weights.safetensors") == weights);
  CHECK(shell(folder, "deep_packet classify --run run captures/scp1.pcap").code == 0);
}

TEST_CASE("of two programs in one folder the second one says so") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  // The first one waits for a capture that comes through a pipe.
  const Outcome second =
      shell(folder,
            "mkfifo pipe.pcap; $program prepare captures pipe.pcap --task traffic --out both & "
            "while [ ! -s both/.lock ]; do sleep 0.01; done; "
            "deep_packet prepare captures --task traffic --out both; code=$?; "
            "cat captures/scp1.pcap > pipe.pcap; wait $! && exit $code");
  CAPTURE(second.errors);
  CHECK(second.code == 1);
  CHECK(second.errors.find("both: in use by process ") != std::string::npos);
  CHECK(shell(folder, "deep_packet train --data both --out run --epochs 1 --max-seconds 0.01").code == 0);
}

// Not SIGINT: shells have what they start in the background ignore it.
TEST_CASE("a training that is terminated ends with the weights of the best epoch") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path(), 2);
  const Outcome outcome =
      shell(folder,
            "$program train --data data --out run --batch 16 & "
            "while [ ! -s run/unfinished/fold0/log.csv ]; do sleep 0.05; done; kill -TERM $!; wait $!");
  CAPTURE(outcome.errors);
  CHECK(outcome.code == 128 + 15);
  CHECK(outcome.errors.find("the best weights so far are in run/unfinished") != std::string::npos);
  CHECK(fs::exists(folder.path() / "run" / "unfinished" / "fold0" / "weights.safetensors"));
  CHECK(shell(folder, "deep_packet evaluate --run run/unfinished --data data --out report").code == 0);
  CHECK(shell(folder, "deep_packet evaluate --run run --data data --out report2")
            .errors.find("run/unfinished holds one that was interrupted") != std::string::npos);
}

TEST_CASE("killed after an epoch, the weights of the best one are on the disk") {
  const TemporaryFolder folder;
  const TinyData tiny(folder.path());
  const Outcome outcome = shell(folder,
                                "$program train --data data --out run --batch 16 & "
                                "while [ ! -s run/unfinished/log.csv ]; do sleep 0.05; done; "
                                "sleep 1; kill -KILL $!; wait $!");
  CHECK(outcome.code == 128 + 9);
  CHECK(fs::file_size(folder.path() / "run" / "unfinished" / "weights.safetensors") > 14'000'000);
  CHECK(shell(folder, "deep_packet train --data data --out run --epochs 1 --max-seconds 0.01").code == 0);
}
