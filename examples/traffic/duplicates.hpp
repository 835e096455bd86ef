#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

namespace traffic {

/// Calls `visit` with the positions, ascending, of every group of two or more equal hashes in a file of
/// Hash128. Memory does not grow with the file: it is read once per `group_capacity` hashes.
void for_each_equal_group(const std::filesystem::path& hashes,
                          const std::function<void(std::span<const std::uint32_t>)>& visit,
                          std::size_t group_capacity = std::size_t{1} << 21);

}  // namespace traffic
