#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/nn/inference/activation.hpp"
#include "ebb/nn/inference/conv1d.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/concat.hpp"
#include "ebb/ops/multiply.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// a + b or a b, broadcast against each other, where either may first pass a function of its numbers.
template <class T>
class JoinStep final : public Step<T> {
 public:
  using Function = std::unique_ptr<ElementStep<T>>;

  JoinStep(Join how, Function a, Function b) : how_(how), functions_{std::move(a), std::move(b)} {}

  bool take_relu() override { return relu_ = true; }

  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    if (in[0] == in[1]) return in[0].rank() > 0 ? std::optional(in[0]) : std::nullopt;
    // Samples must stay samples.
    if (in[0].rank() != in[1].rank() || in[0].rank() < 2 || in[0].rank() > 3 || in[0][0] != in[1][0])
      return std::nullopt;
    Shape y = in[0];
    for (Index axis = 1; axis < y.rank(); ++axis) {
      if (in[0][axis] != in[1][axis] && in[0][axis] != 1 && in[1][axis] != 1) return std::nullopt;
      if (in[0][axis] == 1) y[axis] = in[1][axis];
    }
    return y;
  }

  void run(const std::vector<Rows<T>>& in, T* y) const override {
    // A piece of either input, what its function makes of it, and the result stay in first-level cache.
    constexpr Index piece = 1024;
    const Rows<T>&a = in[0], &b = in[1];
    if (a.channels != b.channels || a.length != b.length) return run_broadcast(a, b, y);
    parallel_for(a.size(), 1 << 14, [&](Index first, Index last) {
      alignas(64) T copies[2][piece];
      for (Index i = first; i < last; i += piece) {
        const Index n = std::min(piece, last - i);
        join(of(0, a.data + i, copies[0], n), of(1, b.data + i, copies[1], n), y + i, n);
      }
    });
  }
  [[nodiscard]] bool in_place(Index) const override { return true; }

  [[nodiscard]] Index out_channels(const std::vector<Index>& in) const override {
    return in[0] == in[1] ? in[0] : 0;
  }
  [[nodiscard]] bool keeps_tail() const override { return true; }

 private:
  const T* of(std::size_t i, const T* x, T* copy, Index n) const {
    if (!functions_[i]) return x;
    functions_[i]->apply(x, copy, n);
    return copy;
  }

  void join(const T* a, const T* b, T* y, Index n) const {
    cpu::vectorized([=, how = how_, relu = relu_] {
      if (how == Join::multiply) {
        cpu::simd_for(n, [=](Index i) { y[i] = a[i] * b[i]; });
        if (relu) cpu::simd_for(n, [=](Index i) { y[i] = y[i] < T(0) ? T(0) : y[i]; });
      } else if (relu) {
        cpu::simd_for(n, [=](Index i) { y[i] = a[i] + b[i] < T(0) ? T(0) : a[i] + b[i]; });
      } else {
        cpu::simd_for(n, [=](Index i) { y[i] = a[i] + b[i]; });
      }
    });
  }

  void run_broadcast(const Rows<T>& a, const Rows<T>& b, T* y) const {
    const Shape x0{a.samples, a.channels, a.length}, x1{b.samples, b.channels, b.length};
    const Shape shape{a.samples, std::max(a.channels, b.channels), std::max(a.length, b.length)};
    const BroadcastSizes sizes(shape, x0, x1);
    // Apart from the inputs, one of which may lie where the result comes.
    const cpu::Scratch<T> copy_a(functions_[0] ? a.size() : 0), copy_b(functions_[1] ? b.size() : 0);
    const cpu::Scratch<T> result(shape.size());
    const T *const from_a = of(0, a.data, copy_a.data(), a.size()), *const from_b = of(
                                                                        1, b.data, copy_b.data(), b.size());
    how_ == Join::multiply ? Cpu::zip(ebb::detail::Times{}, from_a, from_b, result.data(), sizes)
                           : Cpu::zip(ebb::detail::Plus{}, from_a, from_b, result.data(), sizes);
    if (relu_) cpu::finish<T>(result.data(), nullptr, true, result.data(), shape.size());
    std::copy_n(result.data(), shape.size(), y);
  }

  Join how_;
  Function functions_[2];
  bool relu_ = false;
};

/// A join of two convolutions of the same input, which are one of the filters of both. Of a sample, their
/// results stay in cache until they are joined.
template <class T>
class GateStep final : public Step<T> {
 public:
  GateStep(std::unique_ptr<Conv1DStep<T>> convolutions, std::unique_ptr<JoinStep<T>> join)
      : convolutions_(std::move(convolutions)), join_(std::move(join)) {}

  bool take_relu() override { return join_->take_relu(); }
  void pack() override { convolutions_->pack(); }

  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    std::optional<Shape> y = convolutions_->shape(in);
    if (y) (*y)[1] /= 2;
    return y;
  }

  void run(const std::vector<Rows<T>>& in, T* y) const override {
    const Rows<T>& x = in[0];
    const Index channels = out_channels({}), length = out_length(x.length);
    parallel_for(x.samples, 1, [&](Index first, Index last) {
      const cpu::Scratch<T> both(2 * channels * length);
      Rows<T> half{both.data(), 1, channels, length};
      for (Index n = first; n < last; ++n) {
        convolutions_->run({x.data + n * x.channels * x.length, 1, x.channels, x.length}, nullptr,
                           both.data());
        const Rows<T> other{both.data() + half.size(), 1, channels, length};
        join_->run({half, other}, y + n * half.size());
      }
    });
  }

  [[nodiscard]] Index in_channels() const override { return convolutions_->in_channels(); }
  [[nodiscard]] Index out_channels(const std::vector<Index>& in) const override {
    return convolutions_->out_channels(in) / 2;
  }
  [[nodiscard]] bool keeps_tail() const override { return convolutions_->keeps_tail(); }
  [[nodiscard]] Index tail_begin(Index begin) const override { return convolutions_->tail_begin(begin); }
  [[nodiscard]] Index seen(Index outputs, Index input) const override {
    return convolutions_->seen(outputs, input);
  }
  [[nodiscard]] Index out_length(Index length) const override { return convolutions_->out_length(length); }

 private:
  std::unique_ptr<Conv1DStep<T>> convolutions_;
  std::unique_ptr<JoinStep<T>> join_;
};

/// Values behind one another along axis 1 or 2.
template <class T>
class ConcatStep final : public Step<T> {
 public:
  explicit ConcatStep(Index axis) : axis_(axis) {}

  [[nodiscard]] std::optional<Shape> shape(const std::vector<Shape>& in) const override {
    Shape y = in[0];
    if (y.rank() > 3 || axis_ >= y.rank()) return std::nullopt;
    y[axis_] = 0;
    for (const Shape& x : in) {
      if (x.rank() != y.rank()) return std::nullopt;
      for (Index i = 0; i < y.rank(); ++i)
        if (i != axis_ && x[i] != y[i]) return std::nullopt;
      y[axis_] += x[axis_];
    }
    return y;
  }

  void run(const std::vector<Rows<T>>& in, T* y) const override {
    const bool along_rows = axis_ == 2;
    const Index blocks = in[0].samples * (along_rows ? in[0].channels : 1);
    for (Index block = 0; block < blocks; ++block) {
      for (const Rows<T>& x : in) {
        const Index size = x.length * (along_rows ? 1 : x.channels);
        y = std::copy_n(x.data + block * size, size, y);
      }
    }
  }

  [[nodiscard]] Index out_channels(const std::vector<Index>& in) const override {
    if (axis_ != 1) return 0;
    Index sum = 0;
    for (const Index channels : in) {
      if (channels == 0) return 0;
      sum += channels;
    }
    return sum;
  }
  [[nodiscard]] bool keeps_tail() const override { return axis_ == 1; }

 private:
  Index axis_;
};

inline const char* join_name(Join how) {
  return how == Join::add ? "addition" : how == Join::multiply ? "product" : "concatenation";
}

/// An addition goes into the convolution that makes one of its terms, if the other is there before.
template <class T>
[[gnu::cold]] bool add_into_convolution(Builder<T>& b) {
  for (const Index i : b.input(0) > b.input(1) ? std::vector<Index>{0, 1} : std::vector<Index>{1, 0}) {
    auto* const conv = b.template before<Conv1DStep<T>>(i);
    if (!conv || b.input(1 - i) >= b.input(i) || !conv->take_addition()) continue;
    b.fuse(i, join_name(Join::add), {b.input(1 - i)});
    return true;
  }
  return false;
}

/// A function in front of a sum or product, which then computes it piece by piece.
template <class T>
typename JoinStep<T>::Function take_function(Builder<T>& b, Index i, Index& input, std::string& name) {
  if (!b.template before<ElementStep<T>>(i)) return nullptr;
  Place<T> place = b.remove(b.input(i));
  input = place.inputs[0];
  name += place.name + " + ";
  return typename JoinStep<T>::Function(static_cast<ElementStep<T>*>(place.part.release()));
}

template <class T>
[[gnu::cold]] bool optimize_join(Builder<T>& b) {
  const Join how = b.node().join;
  if (how == Join::concat) {
    // Others join samples, or may do so.
    if (b.node().axis < 1 || b.node().axis > 2) return false;
    b.add(std::make_unique<ConcatStep<T>>(b.node().axis), b.inputs(), join_name(how));
    return true;
  }
  if (how == Join::add && add_into_convolution(b)) return true;
  std::vector<Index> inputs = b.inputs();
  std::string name;
  auto first = take_function(b, 0, inputs[0], name), second = take_function(b, 1, inputs[1], name);
  auto join = std::make_unique<JoinStep<T>>(how, std::move(first), std::move(second));
  name += join_name(how);
  auto *const a = b.template maker<Conv1DStep<T>>(inputs[0]), *const c =
                                                                  b.template maker<Conv1DStep<T>>(inputs[1]);
  if (inputs[0] != inputs[1] && a && c && b.place_of(inputs[0]).inputs == b.place_of(inputs[1]).inputs &&
      a->out_channels({}) == c->out_channels({}) && a->take_sibling(*c)) {
    Place<T> one = b.remove(inputs[0]), other = b.remove(inputs[1]);
    std::unique_ptr<Conv1DStep<T>> both(static_cast<Conv1DStep<T>*>(one.part.release()));
    b.add(std::make_unique<GateStep<T>>(std::move(both), std::move(join)), one.inputs,
          one.name + " + " + other.name + " + " + name);
  } else {
    b.add(std::move(join), inputs, name);
  }
  return true;
}

}  // namespace EBB_NAMESPACE::nn::detail
