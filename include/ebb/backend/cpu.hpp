#pragma once

#include "ebb/backend/backend.hpp"
#include "ebb/backend/cpu/adaptive_pool1d.hpp"
#include "ebb/backend/cpu/batch_norm.hpp"
#include "ebb/backend/cpu/conv1d.hpp"
#include "ebb/backend/cpu/cross_entropy.hpp"
#include "ebb/backend/cpu/elementwise.hpp"
#include "ebb/backend/cpu/group_norm.hpp"
#include "ebb/backend/cpu/mask.hpp"
#include "ebb/backend/cpu/matmul.hpp"
#include "ebb/backend/cpu/memory.hpp"
#include "ebb/backend/cpu/optimizer.hpp"
#include "ebb/backend/cpu/pool1d.hpp"
#include "ebb/backend/cpu/random.hpp"
#include "ebb/backend/cpu/recurrent.hpp"
#include "ebb/backend/cpu/reduce.hpp"
#include "ebb/backend/cpu/rows.hpp"
#include "ebb/backend/cpu/scan.hpp"
#include "ebb/backend/cpu/softmax.hpp"
#include "ebb/backend/cpu/sort.hpp"
#include "ebb/backend/cpu/strided.hpp"
#include "ebb/backend/cpu/upsample1d.hpp"

namespace EBB_NAMESPACE {

/// The processor: the kernels of backend/cpu/, one family per file.
struct Cpu : cpu::Memory,
             cpu::Elementwise,
             cpu::Mask,
             cpu::Random,
             cpu::Matmul,
             cpu::Conv1D,
             cpu::Reduce,
             cpu::Rows,
             cpu::Scan,
             cpu::BatchNorm,
             cpu::CrossEntropy,
             cpu::Optimizer,
             cpu::Pool1D,
             cpu::AdaptivePool1D,
             cpu::Upsample1D,
             cpu::GroupNorm,
             cpu::Recurrent,
             cpu::Softmax,
             cpu::Sort,
             cpu::Strided {};

static_assert(Backend<Cpu>);

}  // namespace EBB_NAMESPACE
