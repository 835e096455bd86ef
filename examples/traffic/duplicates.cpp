#include "traffic/duplicates.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "traffic/file.hpp"
#include "traffic/hash.hpp"

namespace traffic {

void for_each_equal_group(const std::filesystem::path& hashes,
                          const std::function<void(std::span<const std::uint32_t>)>& visit,
                          std::size_t group_capacity) {
  struct Entry {
    Hash128 hash;
    std::uint32_t position;
  };
  const std::uint64_t count = std::filesystem::file_size(hashes) / sizeof(Hash128);
  const std::uint64_t rounds = count / group_capacity + 1;
  std::vector<Entry> entries;
  std::vector<std::uint32_t> group;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    entries.clear();
    RecordReader<Hash128> reader(hashes);
    Hash128 hash;
    for (std::uint32_t position = 0; reader.next(hash); ++position) {
      if (hash.high % rounds == round) entries.push_back({hash, position});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.hash, a.position) < std::tie(b.hash, b.position);
    });
    for (std::size_t first = 0, end = 0; first < entries.size(); first = end) {
      group.clear();
      for (end = first; end < entries.size() && entries[end].hash == entries[first].hash; ++end) {
        group.push_back(entries[end].position);
      }
      if (group.size() > 1) visit(group);
    }
  }
}

}  // namespace traffic
