#pragma once

#include <optional>
#include <vector>

#include "ebb/core/bfloat16.hpp"
#include "ebb/core/shape.hpp"
#include "ebb/core/tensor.hpp"

/// What an optimized model consists of. A layer's rule (conv1d.hpp, dense.hpp, ...) makes parts of it, or
/// lets a part that is there take it in.

namespace EBB_NAMESPACE::nn::detail {

/// A channel's y = scale x + shift, such as a batch normalization that does not learn any more.
struct Scale {
  std::vector<double> scale, shift;
};

template <class T>
class Part {
 public:
  Part() = default;
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  virtual ~Part() = default;

  // What may follow in the same pass; whether it was taken.
  virtual bool take_scale(const Scale&) { return false; }
  virtual bool take_relu() { return false; }

  /// Called once, when nothing more will follow.
  virtual void pack() {}
};

/// A part that computes all samples of a batch at once.
template <class T>
class Whole : public Part<T> {
 public:
  /// Nullopt where the inputs do not fit.
  [[nodiscard]] virtual std::optional<Tensor<T>> run(const std::vector<Tensor<T>>& in) const = 0;
};

/// Of some samples, one after another, the rows of all channels.
template <class T>
struct Rows {
  const T* data = nullptr;
  Index samples = 0, channels = 0, length = 0;

  [[nodiscard]] Index size() const { return samples * channels * length; }
};

/// (N, C, L) has C channels of L; any other shape has as many channels as a sample has numbers.
inline Index row_length(const Shape& shape) { return shape.rank() == 3 ? shape[2] : 1; }
inline Index row_channels(const Shape& shape) {
  return shape.rank() == 3 ? shape[1] : shape.size_between(1, shape.rank());
}

/// A part for which every sample is alone, so that a few samples at a time can pass several steps and stay in
/// cache.
template <class T>
class Step : public Part<T> {
 public:
  /// The shape of the result; nullopt where the inputs do not fit.
  [[nodiscard]] virtual std::optional<Shape> shape(const std::vector<Shape>& in) const = 0;

  virtual void run(const std::vector<Rows<T>>& in, T* y) const = 0;
  /// Whether y may be input number `input`.
  [[nodiscard]] virtual bool in_place(Index) const { return false; }

  /// The same with results as bfloat16 numbers, if it can.
  virtual void run(const std::vector<Rows<T>>&, bfloat16*) const {}
  [[nodiscard]] virtual bool gives_bfloat16() const { return false; }

  /// Channels of the first input, and of the result of inputs of so many; 0 where that is not known yet.
  [[nodiscard]] virtual Index in_channels() const { return 0; }
  [[nodiscard]] virtual Index out_channels(const std::vector<Index>&) const { return 0; }

  // Where the inputs' channels are constant from some position on, results are, too, if it keeps_tail():
  // from tail_begin(position) on. The first `outputs` results see seen(outputs, input) of an input; of rows
  // so long it makes out_length(length).
  [[nodiscard]] virtual bool keeps_tail() const { return false; }
  [[nodiscard]] virtual Index tail_begin(Index begin) const { return begin; }
  [[nodiscard]] virtual Index seen(Index outputs, Index) const { return outputs; }
  [[nodiscard]] virtual Index out_length(Index length) const { return length; }
};

}  // namespace EBB_NAMESPACE::nn::detail
