#pragma once

#include <filesystem>
#include <memory>

#include "deep_packet/model.hpp"
#include "deep_packet/run.hpp"
#include "traffic/dataset.hpp"
#include "traffic/prepare.hpp"
#include "traffic/synthetic.hpp"

namespace deep_packet::test {

/// A few hundred synthetic packets of three types of traffic, prepared as a data set.
struct TinyData {
  explicit TinyData(const std::filesystem::path& folder, int folds = 1)
      : captures(folder / "captures"), path(folder / "data") {
    (void)traffic::write_synthetic_captures(captures, {.seed = 3, .scale = 0.1});
    traffic::PrepareOptions options;
    for (const char* const name : {"aim_chat_3a.pcap", "scp1.pcap", "voipbuster1b.pcap"}) {
      options.captures.push_back(captures / name);
    }
    options.task = traffic::Task::traffic;
    options.out = path;
    options.split.by = traffic::SplitBy::packet;
    options.split.folds = folds;
    options.mask.ports = true;
    options.drop = {"mdns"};
    (void)traffic::prepare(options);
    data = std::make_shared<const traffic::PacketDataset>(path);
  }

  std::filesystem::path captures;
  std::filesystem::path path;
  std::shared_ptr<const traffic::PacketDataset> data;
};

/// A network that trains in no time.
inline CnnOptions tiny_cnn() {
  return {.first = {.filters = 6, .kernel = 5, .stride = 3},
          .second = {.filters = 6, .kernel = 4, .stride = 3},
          .dense = {12},
          .dropout = 0.05,
          .classes = 3};
}

}  // namespace deep_packet::test
