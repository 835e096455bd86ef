#pragma once

/// Everything that runs on a CPU. Inside the library, and in large programs, include the narrow headers.

#include "ebb/autograd/backward.hpp"
#include "ebb/autograd/differentiable.hpp"
#include "ebb/autograd/gradcheck.hpp"
#include "ebb/autograd/no_grad.hpp"
#include "ebb/backend/cpu.hpp"
#include "ebb/core/factory.hpp"
#include "ebb/ops/conv1d.hpp"
#include "ebb/ops/dense.hpp"
#include "ebb/ops/map.hpp"
#include "ebb/ops/matmul.hpp"
