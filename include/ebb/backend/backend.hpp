#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "ebb/backend/sizes.hpp"
#include "ebb/core/random.hpp"
#include "ebb/fwd.hpp"

namespace EBB_NAMESPACE {

/// The seam between operations and devices: what a device has to offer, kernel by kernel.
///
/// Kernels see raw pointers, sizes and options, never tensors. Arguments have been checked by the operation
/// that calls; pointers of inputs and outputs do not overlap unless stated; any extent may be 0 while
/// others are huge: a kernel without output returns at once. Every kernel writes all of its output. On a CPU
/// results do not depend on the number of threads. A device is a struct of static member templates;
/// `static_assert(Backend<Device>)` names what it lacks.

/// allocate/deallocate: memory for tensors, aligned to 64 bytes; error [allocate] where there is none.
/// is_host: whether the CPU may follow pointers.
template <class D>
concept MemoryKernels = requires(void* to, const void* from, std::size_t bytes, float* x, Index n) {
  { D::is_host } -> std::convertible_to<bool>;
  { D::allocate(bytes) } -> std::same_as<void*>;
  D::deallocate(to, bytes);
  D::copy(from, to, bytes);          // within the device
  D::copy_to_host(from, to, bytes);  // returns when the bytes are there
  D::copy_from_host(from, to, bytes);
  D::fill(x, n, 1.0f);  // x[i] = value
};

/// map: y[i] = f(x[i]). zip: y = f(a, b) with broadcasting. For any functor and element types, those of a and
/// b may differ; an operand that is not repeated may be y itself.
template <class D, class T, class F, class G>
concept ElementwiseKernels = requires(F f, G g, const T* a, const T* b, T* y, Index n, BroadcastSizes sizes) {
  D::map(f, a, y, n);
  D::zip(g, a, b, y, sizes);
};

/// mask: select: y[i] = mask[i] ? a[i] : b[i]. count_true: how many are true; compress: the x[i] with
/// mask[i], in order; expand: the way back, 0 where there is none.
template <class D, class T>
concept MaskKernels = requires(const bool* mask, const T* a, T* y, Index n) {
  D::select(mask, a, a, y, n);
  { D::count_true(mask, n) } -> std::same_as<Index>;
  D::compress(mask, a, y, n);
  D::expand(mask, a, y, n);
};

/// Over the middle axis of (outer, count, inner). The sum of nothing is 0, its product 1; the operations
/// reject max and min of nothing. argmax, argmin: the first of equal values; NaN counts as the largest and as
/// the smallest.
template <class D, class T>
concept ReductionKernels = requires(const T* x, T* y, std::int32_t* index, ReduceSizes sizes) {
  D::reduce_sum(x, y, sizes);
  D::reduce_norm(x, y, sizes);  // the root of the sum of squares
  D::reduce_prod(x, y, sizes);
  D::reduce_prod_gradient(x, x, y, sizes);  // dy, x -> dx, without a division: right where elements are 0
  D::reduce_max(x, y, sizes);
  D::reduce_max_gradient(x, x, y, sizes);  // dy, x -> dx: dy at the first of the largest, else 0
  D::argmax(x, index, sizes);
  D::reduce_min(x, y, sizes);
  D::reduce_min_gradient(x, x, y, sizes);  // the same for the smallest
  D::argmin(x, index, sizes);
};

/// Along the middle axis of (outer, count, inner). cumsum: y[i] = x[0] + ... + x[i], or from the end.
template <class D, class T>
concept ScanKernels = requires(const T* x, T* y, ReduceSizes sizes, bool from_the_end) {
  D::cumsum(x, y, sizes, from_the_end);
};

/// Along the middle axis of (outer, count, inner), results of (outer, keep, inner). sort_positions: where the
/// first `keep` elements are; stable, NaN counts as the largest.
template <class D, class T>
concept SortKernels = requires(const T* x, std::int32_t* index, SortSizes sizes) {
  D::sort_positions(x, index, sizes);
};

/// c = op(a) op(b) (+ bias per column), op(a) of m x k and op(b) of k x n, row-major; bias may be null.
template <class D, class T>
concept MatmulKernels = requires(const T* a, const T* b, const T* bias, T* c, MatmulSizes sizes) {
  D::matmul(a, b, bias, c, sizes);
};

/// x (N, C, L), w (F, C / groups, K), bias (F) or null, y (N, F, M): cross-correlation with zero padding.
template <class D, class T>
concept Conv1DKernels = requires(const T* x, const T* w, const T* bias, T* y, Conv1DSizes sizes) {
  D::conv1d(x, w, bias, y, sizes);
  D::conv1d_input_gradient(x, w, y, sizes);      // dy, w -> dx
  D::conv1d_weight_gradient(x, w, y, y, sizes);  // dy, x -> dw, db; db may be null
};

/// x (N C, L), y (N C, M); index: position in the row of x that was largest, the first of equals; NaN counts
/// as the largest; max_pool1d takes null where it is not wanted. L >= 1 and no window lies in padding alone.
/// Padding never wins a maximum; an average divides by the whole kernel (PyTorch's count_include_pad).
template <class D, class T>
concept Pool1DKernels = requires(const T* x, T* y, const std::int32_t* from, std::int32_t* index,
                                 Pool1DSizes sizes) {
  D::max_pool1d(x, y, index, sizes);
  D::max_pool1d_gradient(x, from, y, sizes);  // dy, index -> dx
  D::avg_pool1d(x, y, sizes);
  D::avg_pool1d_gradient(x, y, sizes);  // dy -> dx
};

/// The same with windows that cover the whole row.
template <class D, class T>
concept AdaptivePool1DKernels = requires(const T* x, T* y, const std::int32_t* from, std::int32_t* index,
                                         AdaptivePool1DSizes sizes) {
  D::adaptive_max_pool1d(x, y, index, sizes);
  D::adaptive_max_pool1d_gradient(x, from, y, sizes);  // dy, index -> dx
  D::adaptive_avg_pool1d(x, y, sizes);
  D::adaptive_avg_pool1d_gradient(x, y, sizes);  // dy -> dx
};

/// x (rows, length), y (rows, out_length), both lengths at least 1.
template <class D, class T>
concept Upsample1DKernels = requires(const T* x, T* y, Upsample1DSizes sizes) {
  D::upsample1d(x, y, sizes);
  D::upsample1d_gradient(x, y, sizes);  // dy -> dx
};

/// x (batch, groups, channels, inner), gamma and beta (groups, channels), statistics of each of (batch,
/// groups) in double. dx may be null; dgamma and dbeta may be null together.
template <class D, class T>
concept GroupNormKernels = requires(const T* x, T* y, const double* statistic, double* saved,
                                    GroupNormSizes sizes) {
  D::group_norm(x, x, x, y, saved, saved, sizes);  // x, gamma, beta -> y, mean, 1 / standard deviation
  // dy, x, mean, 1 / standard deviation, gamma -> dx, dgamma, dbeta
  D::group_norm_gradient(x, x, statistic, statistic, x, y, y, y, sizes);
};

/// x (N, C, L), everything else (C). Variances are biased. Training: normalises with the statistics of the
/// batch, leaves them, in double whatever T is (in float, a mean of 1e4 is off by 5e-4), and moves the
/// running ones; the running variance takes in the unbiased one; N L >= 2. Evaluation: the running statistics
/// are constants. Gradients: dx may be null; dgamma and dbeta may be null together.
template <class D, class T>
concept BatchNormKernels = requires(const T* x, T* y, const double* statistic, double* saved,
                                    BatchNormSizes sizes) {
  // x, gamma, beta -> y, mean, variance, running mean, running variance
  D::batch_norm_train(x, x, x, y, saved, saved, y, y, sizes);
  D::batch_norm_eval(x, x, x, x, x, y, sizes);  // x, mean, variance, gamma, beta -> y
  // dy, x, mean, variance, gamma, beta -> dx, dgamma, dbeta
  D::batch_norm_train_gradient(x, x, statistic, statistic, x, x, y, y, y, sizes);
  D::batch_norm_eval_gradient(x, x, x, x, x, x, y, y, y, sizes);
};

/// Over the middle axis of (outer, count, inner).
template <class D, class T>
concept SoftmaxKernels = requires(const T* x, T* y, ReduceSizes sizes) {
  D::softmax(x, y, sizes);
  D::softmax_gradient(x, x, y, sizes);  // dy, y -> dx
  D::log_softmax(x, y, sizes);
  D::log_softmax_gradient(x, x, y, sizes);  // dy, y -> dx
};

/// logits (N, C, L), labels (N, L) in [0, C) or ignored, weight (C) or null. loss (N, L) is each label's
/// share, already weighted and smoothed; gradient: dlogits = scale * d(sum of loss)/dlogits.
template <class D, class T>
concept CrossEntropyKernels = requires(const T* x, const std::int32_t* labels, const T* weight, T* y,
                                       CrossEntropySizes sizes) {
  D::cross_entropy(x, labels, weight, y, sizes);
  D::cross_entropy_gradient(x, labels, weight, x, y, sizes);  // logits, labels, weight, scale -> dlogits
};

/// copy_blocks: y[o * y_stride + i] = x[o * x_stride + i] for o < outer, i < count (what concat, narrow and
/// pad are made of). copy_strided: see StridedSizes. gather_rows: y[o][i] = x[o][rows[i]]. scatter_add_rows:
/// y[o][rows[i]] += x[o][i] in order, y zeroed first. gather_along: y[o][i][n] = x[o][index[o][i][n]][n];
/// scatter_add_along: the way back, as above.
template <class D, class T>
concept RowKernels = requires(const T* x, T* y, const std::int32_t* rows, BlockSizes blocks,
                              StridedSizes strides, RowSizes sizes, AlongSizes along) {
  D::copy_blocks(x, y, blocks);
  D::copy_strided(x, y, strides);
  D::gather_rows(x, rows, y, sizes);
  D::scatter_add_rows(x, rows, y, sizes);
  D::gather_along(x, rows, y, along);
  D::scatter_add_along(x, rows, y, along);
};

/// One step of a recurrent layer (ops/gru.hpp, ops/lstm.hpp) for states (N, H), gates (N, G, H), lengths (N)
/// or null. gates: what the input gives, in place what they are in the end; hidden gates: what the state
/// gives. The state of a sequence that is over is handed on, its gates are left and its gradients of gates 0.
/// product: the gradient that came back through the hidden gates of the step after; carry: that which came
/// back beside them, in and out.
template <class D, class T>
concept RecurrentKernels = requires(const T* x, T* y, const std::int32_t* lengths, RecurrentSizes sizes) {
  // gates, hidden gates, h -> next h, hidden gate of n (null where it is not wanted)
  D::gru_cell(y, x, x, lengths, y, y, sizes);
  // dy, product, gates, hidden gate of n, h, carry -> carry, dgates, dhidden gates
  D::gru_cell_gradient(x, x, x, x, x, lengths, y, y, y, sizes);
  D::lstm_cell(y, x, x, x, lengths, y, y, sizes);  // gates, hidden gates, h, c -> next h, next c
  // dy, product, gates, c, next c, carry of h, carry of c -> both carries, dgates
  D::lstm_cell_gradient(x, x, x, x, x, lengths, y, y, y, sizes);
};

/// Element i is number i of the stream (core/random.hpp). random_integers: y = low + integer_below(count).
/// dropout: y = x / (1 - p) where uniform i >= p, else 0; the same call with dy is its gradient.
template <class D, class T>
concept RandomKernels = requires(const T* x, T* y, Index n, T p, Philox random, std::int32_t* integers,
                                 std::uint64_t count) {
  D::random_uniform(y, n, random);
  D::random_normal(y, n, random);
  D::random_integers(integers, n, std::int32_t{}, count, random);
  D::dropout(x, y, n, p, random);
};

/// One pass over a parameter (w), its gradient and its moments, in place.
template <class D, class T>
concept OptimizerKernels = requires(const T* g, T* w, Index n, SgdStep<T> sgd, AdamStep<T> adam,
                                    RmspropStep<T> rmsprop) {
  D::sgd_step(w, g, w, n, sgd);       // w, gradient, velocity (null without momentum)
  D::adam_step(w, g, w, w, n, adam);  // w, gradient, first moment, second moment
  // w, gradient, mean square, mean (null unless centered), velocity (null without momentum)
  D::rmsprop_step(w, g, w, w, w, n, rmsprop);
};

namespace detail {
struct Probe {
  template <class T>
  T operator()(T a) const {
    return a;
  }
  template <class T>
  T operator()(T a, T) const {
    return a;
  }
};
}  // namespace detail

/// Every kernel for an element type that trains.
template <class D, class T>
concept Kernels = ElementwiseKernels<D, T, detail::Probe, detail::Probe> && MaskKernels<D, T> &&
    ReductionKernels<D, T> && ScanKernels<D, T> && SortKernels<D, T> && MatmulKernels<D, T> &&
    Conv1DKernels<D, T> && Pool1DKernels<D, T> && AdaptivePool1DKernels<D, T> && Upsample1DKernels<D, T> &&
    BatchNormKernels<D, T> && GroupNormKernels<D, T> && SoftmaxKernels<D, T> && CrossEntropyKernels<D, T> &&
    RowKernels<D, T> && RecurrentKernels<D, T> && RandomKernels<D, T> && OptimizerKernels<D, T>;

template <class D>
concept Backend = MemoryKernels<D> && Kernels<D, float> && Kernels<D, double>;

}  // namespace EBB_NAMESPACE
