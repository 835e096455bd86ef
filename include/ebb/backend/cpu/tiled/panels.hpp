#pragma once

#include "ebb/backend/cpu/blocks.hpp"
#include "ebb/backend/cpu/tiled/tile.hpp"

namespace EBB_NAMESPACE::cpu::tiled {

/// How many groups of lanes a panel of b takes, of `vectors` that are shared out evenly.
struct Panels {
  explicit Panels(Index vectors_) : vectors(vectors_), count(blocks_of(vectors_, max_vectors)) {}
  [[nodiscard]] Index first(Index panel) const { return panel * vectors / count; }
  [[nodiscard]] Index width(Index panel) const { return first(panel + 1) - first(panel); }
  [[nodiscard]] Index of(Index vector) const { return ((vector + 1) * count - 1) / vectors; }
  Index vectors, count;
};

}  // namespace EBB_NAMESPACE::cpu::tiled
