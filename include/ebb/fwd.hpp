#pragma once

#include <cstdint>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE {

/// Sizes, axes and positions: signed, so that differences and loops downwards are safe.
using Index = std::int64_t;

class Shape;
class Generator;
struct bfloat16;
struct Cpu;
struct Cuda;

template <class T, class Device = Cpu>
class Tensor;

}  // namespace EBB_NAMESPACE
