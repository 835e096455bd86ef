#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ebb/core/state.hpp"

namespace ebb::test {

inline State state_of(const std::vector<std::pair<std::string, AnyTensor>>& entries) {
  State state;
  for (const auto& [name, tensor] : entries) state.add(name, tensor);
  return state;
}

}  // namespace ebb::test
