#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "deep_packet/run_program.hpp"
#include "traffic/builders.hpp"
#include "traffic/file_seal.hpp"
#include "traffic/streams.hpp"

// What `check` and `prepare` find and say: the same.

namespace fs = std::filesystem;
using deep_packet::test::Result;
using deep_packet::test::run_program;
using namespace traffic::test;

namespace {

// A capture of flows enough to be split.
Bytes capture(std::uint8_t salt) {
  std::vector<Bytes> packets;
  for (std::uint16_t flow = 0; flow < 20; ++flow) {
    packets.push_back(
        ethernet(tcp_packet({static_cast<std::uint16_t>(2000 + flow), 443}, counting(12, salt))));
  }
  return pcap(packets);
}

}  // namespace

TEST_CASE("check and prepare find the same captures and name the same others") {
  const TemporaryFolder folder, elsewhere;
  const fs::path in = folder.path() / "in";
  elsewhere.write("netflix1.pcap", capture(1));
  folder.write("in/Chat/a.pcap", capture(2));
  folder.write("in/Chat/\xff\xfe.pcap", capture(3));
  folder.write("in/Chat/b.pcap.zst", std::string("\x28\xb5\x2f\xfd and so on"));
  fs::create_directory_symlink(elsewhere.path(), in / "Streaming");
  fs::create_symlink("../Chat", in / "Chat" / "circle");
  fs::create_symlink("self", in / "self");
  folder.write("in/VoIP/c.pcap", capture(4));
  fs::create_symlink("../VoIP/c.pcap", in / "VoIP" / "skype_audio3.pcap");
  REQUIRE(mkfifo((in / "pipe").c_str(), 0600) == 0);

  const Result checked = run_program({"check", in.string()});
  REQUIRE_MESSAGE(checked.code == 0, checked.errors);
  CHECK(checked.out.find(": 2 of the 150 captures of ISCX") != std::string::npos);
  CHECK(checked.out.find("labelled by no file name (2):") != std::string::npos);
  for (const char* const name : {"Chat/b.pcap.zst: ", "Chat/circle: ", "self: ", "pipe: "}) {
    CHECK_MESSAGE(checked.errors.find((in / name).string()) != std::string::npos, name);
  }

  const fs::path out = folder.path() / "out";
  const Result prepared = run_program({"prepare", in.string(), "--task", "traffic", "--out", out.string()});
  REQUIRE_MESSAGE(prepared.code == 0, prepared.errors);
  CHECK(prepared.errors == checked.errors);
  const auto json = traffic::read_sealed(out / "prepare.json");
  REQUIRE(json["captures"].size() == 4);
  CHECK(json["captures"][0]["label"] == "Chat");
  CHECK(json["captures"][1]["label"] == "Chat");
  CHECK(json["captures"][2]["label"] == "Streaming");
  CHECK(json["captures"][3]["label"] == "VoIP");
}

TEST_CASE("prepare reads pipes and standard input, once") {
  const TemporaryFolder folder;
  folder.write("in/Chat/a.pcap", capture(2));
  const NamedPipe pipe(folder.path() / "netflix1.pcap", capture(1));
  const PipedInput input(capture(3));
  const fs::path out = folder.path() / "out";
  const Result prepared = run_program({"prepare", "-", pipe.path().string(), (folder.path() / "in").string(),
                                       "--task", "traffic", "--out", out.string()});
  REQUIRE_MESSAGE(prepared.code == 0, prepared.errors);
  const auto json = traffic::read_sealed(out / "prepare.json");
  REQUIRE(json["captures"].size() == 3);
  for (const auto& read : json["captures"]) CHECK(read["kept"] == 20);
  CHECK(json["captures"][0]["file"] == "-");
  CHECK(json["captures"][0]["reason"] == "no manifest.csv, read from standard input, no ISCX name");
  CHECK(json["captures"][1]["label"] == "Chat");
  CHECK(json["captures"][2]["label"] == "Streaming");
}

TEST_CASE("a manifest that is not understood ends prepare with its line") {
  const TemporaryFolder folder;
  folder.write("Chat/a.pcap", capture(1));
  folder.write("VoIP/b.pcap", capture(2));
  folder.write("manifest.csv", std::string("file;class\nChat/a.pcap;VoIP\n"));
  const Result prepared = run_program(
      {"prepare", folder.path().string(), "--task", "traffic", "--out", (folder.path() / "out").string()});
  CHECK(prepared.code == 1);
  CHECK(prepared.errors.find("manifest.csv, line 1: ") != std::string::npos);
  CHECK(prepared.errors.find('\n') == prepared.errors.size() - 1);
}
