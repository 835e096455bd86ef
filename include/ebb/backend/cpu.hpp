#pragma once

#include "ebb/backend/backend.hpp"
#include "ebb/backend/cpu/elementwise.hpp"
#include "ebb/backend/cpu/memory.hpp"
#include "ebb/backend/cpu/random.hpp"

namespace EBB_NAMESPACE {

/// The processor: the kernels of backend/cpu/, one family per file.
struct Cpu : cpu::Memory, cpu::Elementwise, cpu::Random {};

}  // namespace EBB_NAMESPACE
