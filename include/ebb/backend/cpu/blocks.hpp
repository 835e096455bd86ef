#pragma once

#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE::cpu {

/// How many blocks of `size` cover `count`, and how much they cover.
constexpr Index blocks_of(Index count, Index size) { return (count + size - 1) / size; }
constexpr Index round_up(Index count, Index size) { return blocks_of(count, size) * size; }

}  // namespace EBB_NAMESPACE::cpu
