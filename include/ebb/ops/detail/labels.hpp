#pragma once

#include <cstdint>
#include <string_view>

#include "ebb/backend/backend.hpp"
#include "ebb/core/tensor.hpp"
#include "ebb/ops/detail/rows.hpp"
#include "ebb/ops/reduction.hpp"

/// What the losses with class labels share.

namespace EBB_NAMESPACE::detail {

/// Checks, in the name of `op`, scores (N, C), labels (N) in [0, C) and a weight (C) or undefined.
template <class T, class D>
void require_labels(std::string_view op, const Tensor<T, D>& scores, const Tensor<std::int32_t, D>& labels,
                    const Tensor<T, D>& weight) {
  require(scores.rank() == 2 && labels.shape() == Shape{scores.shape(0)}, op, "input ", scores.shape(),
          " and labels ", labels.shape(), " must be (N, C) and (N)");
  require(!weight.defined() || weight.shape() == Shape{scores.shape(1)}, op, "weight ", weight.shape(),
          " does not fit input ", scores.shape(), ": expected (", scores.shape(1), ",)");
  require_rows(op, labels, scores.shape(1), "label");
}

/// What a mean of weighted losses is divided by: the sum over samples of the weight of their class.
template <class T, class D>
double mean_divisor(std::string_view op, const Tensor<std::int32_t, D>& labels, const Tensor<T, D>& weight,
                    Reduction reduction) {
  if (reduction != Reduction::mean || !weight.defined()) return static_cast<double>(labels.size());
  const Index n = labels.size();
  auto of_sample = Tensor<T, D>::uninitialized({n});
  D::gather_rows(weight.data(), labels.data(), of_sample.mutable_data(),
                 RowSizes{.rows = n, .table = weight.size(), .width = 1});
  auto total = Tensor<T, D>::uninitialized({});
  D::reduce_sum(of_sample.data(), total.mutable_data(), ReduceSizes{.count = n});
  const double divisor = static_cast<double>(total.item());
  require(divisor > 0, op, "the weights of the labels sum to ", divisor, ": their mean would be 0 / 0");
  return divisor;
}

}  // namespace EBB_NAMESPACE::detail
