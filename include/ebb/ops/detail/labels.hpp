#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ebb/backend/backend.hpp"
#include "ebb/core/tensor.hpp"
#include "ebb/ops/reduction.hpp"

/// What the losses with class labels share.

namespace EBB_NAMESPACE::detail {

/// Checks, in the name of `op`, scores (N, C), labels (N) in [0, C) and a weight (C) or undefined. Labels on
/// another device are copied to the host to be looked at.
template <class T, class D>
void check_labels(std::string_view op, const Tensor<T, D>& scores, const Tensor<std::int32_t, D>& labels,
                  const Tensor<T, D>& weight) {
  require(scores.rank() == 2 && labels.shape() == Shape{scores.shape(0)}, op, "input ", scores.shape(),
          " and labels ", labels.shape(), " must be (N, C) and (N)");
  const Index n = scores.shape(0), classes = scores.shape(1);
  require(!weight.defined() || weight.shape() == Shape{classes}, op, "weight ", weight.shape(),
          " does not fit input ", scores.shape(), ": expected (", classes, ",)");
  const std::int32_t* values = labels.data();
  std::vector<std::int32_t> copied;
  if constexpr (!D::is_host) {
    copied.resize(static_cast<std::size_t>(n));
    D::copy_to_host(labels.data(), copied.data(), copied.size() * sizeof(std::int32_t));
    values = copied.data();
  }
  for (Index i = 0; i < n; ++i) {
    require(values[i] >= 0 && values[i] < classes, op, "label ", values[i], " at position ", i,
            " is not in [0, ", classes, ")");
  }
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
