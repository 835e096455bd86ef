#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/backend/cpu/scratch.hpp"
#include "ebb/nn/inference/dense.hpp"
#include "ebb/nn/inference/part.hpp"
#include "ebb/nn/inference/tail.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// Steps, and perhaps a Dense layer behind them, in groups of samples that stay in cache from the first step
/// to the last.
///
/// If it skips zeros (tail.hpp), samples get as much of their rows as the outputs in front of the tail see,
/// and samples of similar length are taken together; the Dense layer knows the tail's share.
template <class T>
class Samples {
 public:
  /// Values are numbered from the inputs on; the Dense layer, if there is one, takes the last. Otherwise
  /// `results` are wanted. `from_start`: the input is that of the model, and may end in zeros.
  Samples(Index inputs, std::vector<StepOf<T>> steps, std::vector<Index> results, DensePart<T>* dense,
          Index dense_channels, bool from_start)
      : inputs_(inputs), steps_(std::move(steps)), results_(std::move(results)), dense_(dense) {
    plan_memory();
    if (!dense_) return;
    if (from_start) tail_ = Tail<T>::find(steps_);
    const bool known = tail_ || !steps_.empty();
    dense_->pack(known ? dense_channels : 1, tail_ ? tail_->values().back().data() : nullptr);
  }

  [[nodiscard]] Index inputs() const { return inputs_; }

  /// Nullopt where the inputs do not fit.
  [[nodiscard]] std::optional<std::vector<Tensor<T>>> run(const std::vector<Tensor<T>>& in) const {
    Call call;
    for (const Tensor<T>& x : in) {
      if (x.rank() == 0) return std::nullopt;
      call.shapes.push_back(x.shape());
    }
    for (const StepOf<T>& step : steps_) {
      std::vector<Shape> shapes;
      for (const Index i : step.inputs) shapes.push_back(call.shapes[at(i)]);
      const std::optional<Shape> shape = step.step->shape(shapes);
      if (!shape || (*shape)[0] != in[0].shape(0)) return std::nullopt;
      call.shapes.push_back(*shape);
    }
    call.batch = in[0].shape(0);
    std::vector<Tensor<T>> out;
    if (dense_) {
      const std::optional<Shape> shape = dense_->shape(call.shapes.back());
      if (!shape) return std::nullopt;
      out.push_back(Tensor<T>::uninitialized(*shape));
    }
    for (const Index result : results_) out.push_back(Tensor<T>::uninitialized(call.shapes[at(result)]));
    if (call.batch == 0) return out;
    for (const Tensor<T>& x : in) call.in.push_back(x.data());
    const bool rows_are_samples = tail_ && steps_.empty();  // of a Dense layer alone
    for (const Shape& shape : call.shapes) {
      const Index channels = row_channels(shape), length = row_length(shape);
      call.channels.push_back(rows_are_samples ? 1 : channels);
      call.full.push_back(rows_are_samples ? channels * length : length);
    }
    if (dense_) {
      run_dense(call, out[0].mutable_data());
    } else {
      for (Tensor<T>& y : out) call.out.push_back(y.mutable_data());
      const cpu::Scratch<Index> order(call.batch);
      for (Index n = 0; n < call.batch; ++n) order.data()[n] = n;
      call.order = order.data();
      run_groups(call);
    }
    return out;
  }

 private:
  struct Call {
    Index batch = 0;
    std::vector<Shape> shapes;
    std::vector<Index> channels, full;  // of each value; the length of its rows
    std::vector<const T*> in;
    std::vector<T*> out;             // of each result
    bfloat16* rounded = nullptr;     // the last value, in place of out
    const Index* order = nullptr;    // samples in the order in which they are computed
    const Index* lengths = nullptr;  // of every sample, how much of each value's rows it needs; null: full

    [[nodiscard]] const Index* needs(Index i) const {
      return lengths ? lengths + order[i] * static_cast<Index>(full.size()) : full.data();
    }
  };

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] Index value_of(std::size_t step) const { return inputs_ + static_cast<Index>(step); }

  // Values in memory of a group get a slot each; one whose last reader has run gives its slot back, before
  // the reader's result gets one if it may lie in the same place.
  [[gnu::cold]] void plan_memory() {
    std::vector<Index> last(at(inputs_) + steps_.size(), -1);
    for (std::size_t i = 0; i < steps_.size(); ++i)
      for (const Index input : steps_[i].inputs) last[at(input)] = static_cast<Index>(i);
    std::vector<Index> free;
    slots_.assign(last.size(), -1);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const StepOf<T>& step = steps_[i];
      const Index value = value_of(i);
      // Has a place of its own.
      const bool result = std::find(results_.begin(), results_.end(), value) != results_.end() ||
                          (dense_ && i + 1 == steps_.size());
      std::vector<Index> later;
      for (std::size_t k = 0; k < step.inputs.size(); ++k) {
        const Index input = step.inputs[k];
        const bool again = std::find(step.inputs.begin(), step.inputs.begin() + static_cast<Index>(k),
                                     input) != step.inputs.begin() + static_cast<Index>(k);
        if (last[at(input)] != static_cast<Index>(i) || slots_[at(input)] < 0 || again) continue;
        // In place is best: it is what is taken first.
        if (step.step->in_place(static_cast<Index>(k)) && !result && slots_[at(value)] < 0) {
          slots_[at(value)] = slots_[at(input)];
        } else {
          later.push_back(slots_[at(input)]);
        }
      }
      if (!result && slots_[at(value)] < 0) {
        if (free.empty()) free.push_back(slot_count_++);
        slots_[at(value)] = free.back();
        free.pop_back();
      }
      free.insert(free.end(), later.begin(), later.end());
    }
  }

  // All samples up to the Dense layer, and it.
  void run_dense(Call& call, T* y) const {
    const cpu::PackedDense<T>& dense = dense_->packed();
    const Index batch = call.batch, values = static_cast<Index>(call.full.size());
    const cpu::Scratch<Index> lengths(tail_ ? batch * values : 0), order(batch), used(batch);
    for (Index n = 0; n < batch; ++n) order.data()[n] = n;
    const auto result = [&](Index n) {
      return tail_ ? lengths.data()[(n + 1) * values - 1] : call.full.back();
    };
    if (tail_) {
      parallel_for(batch, 16, [&](Index first, Index last) {
        for (Index n = first; n < last; ++n)
          tail_->find_lengths(steps_, dense, call.in[0] + n * call.channels[0] * call.full[0],
                              call.channels[0], call.full, lengths.data() + n * values);
      });
      call.lengths = lengths.data();
      std::sort(order.data(), order.data() + batch,
                [&](Index a, Index b) { return result(a) != result(b) ? result(a) > result(b) : a < b; });
    }
    call.order = order.data();
    const Index features = dense.sizes().features();
    if (dense.takes_bfloat16() && !steps_.empty() && steps_.back().step->gives_bfloat16()) {
      const cpu::Scratch<bfloat16> buffer(batch * features);
      call.rounded = buffer.data();
      run_groups(call);
      dense(buffer.data(), batch, order.data(), y);
      return;
    }
    // Inputs that need no work before the Dense layer and lie in order are taken where they are.
    const bool in_place = steps_.empty() && std::is_sorted(order.data(), order.data() + batch);
    const cpu::Scratch<T> buffer(in_place ? 0 : batch * features);
    for (Index i = 0; tail_ && i < batch; ++i) used.data()[i] = dense.used_features(result(order.data()[i]));
    call.out = {buffer.data()};
    if (!in_place) run_groups(call);
    dense(
        {{.x = in_place ? call.in[0] : buffer.data(), .count = batch, .used = tail_ ? used.data() : nullptr},
         in_place ? nullptr : order.data()},
        y);
  }

  // Result i, of sample order[i], begins at out + i * its size.
  void run_groups(const Call& call) const {
    const cpu::Scratch<Index> first(call.batch + 1);
    Index groups = 0;
    for (Index i = 0; i < call.batch;) {
      first.data()[groups++] = i;
      const Index size = std::max<Index>(1, sample_size(call, call.needs(i)));
      const Index end = std::min(call.batch, i + std::max<Index>(1, group_size / size));
      // All of a group have as much work as its first.
      const Index least = call.lengths ? call.needs(i)[call.full.size() - 1] * 7 / 8 : 0;
      for (++i; i < end && call.needs(i)[call.full.size() - 1] >= least;) ++i;
    }
    first.data()[groups] = call.batch;
    const auto run = [&](Index group) {
      run_group(call, first.data()[group], first.data()[group + 1] - first.data()[group]);
    };
    if (groups < 2 * num_threads()) {
      for (Index group = 0; group < groups; ++group) run(group);  // the steps are parallel themselves
    } else {
      parallel_for(groups, 1, [&](Index group, Index) { run(group); });
    }
  }

  static constexpr Index group_size = 3 << 18;  ///< numbers that the steps of a group may leave behind

  [[nodiscard]] Index sample_size(const Call& call, const Index* needs) const {
    Index size = 0;
    for (std::size_t v = at(inputs_); v < call.full.size(); ++v) size += call.channels[v] * needs[v];
    return size;
  }

  void run_group(const Call& call, Index begin, Index count) const {
    const Index* const needs = call.needs(begin);
    const std::size_t values = call.full.size(), last = values - 1;
    if (needs[last] > 0) {
      std::vector<Index> sizes(at(slot_count_));  // then where each slot begins
      for (std::size_t v = 0; v < values; ++v)
        if (slots_[v] >= 0)
          sizes[at(slots_[v])] = std::max(sizes[at(slots_[v])], count * call.channels[v] * needs[v]);
      Index total = 0;
      for (Index& size : sizes) total += std::exchange(size, total);
      const Inputs inputs(call, inputs_, begin, count);
      const cpu::Scratch<T> memory(total);
      std::vector<Rows<T>> rows;
      for (std::size_t v = 0; v < values; ++v)
        rows.push_back({slots_[v] >= 0 ? memory.data() + sizes[at(slots_[v])] : nullptr, count,
                        call.channels[v], needs[v]});
      for (Index v = 0; v < inputs_; ++v) rows[at(v)].data = inputs.data(v);
      for (std::size_t i = 0; i < results_.size(); ++i) {
        Rows<T>& r = rows[at(results_[i])];
        r.data = call.out[i] + begin * r.channels * r.length;
      }
      const std::size_t direct = dense_ ? steps_.size() - 1 : steps_.size();
      std::vector<Rows<T>> in;
      for (std::size_t i = 0; i < direct && i < steps_.size(); ++i)
        steps_[i].step->run(gather(steps_[i], rows, in), const_cast<T*>(rows[at(value_of(i))].data));
      if (dense_) finish_for_dense(call, begin, rows, in);
    }
    if (dense_ && needs[last] < call.full[last] && !dense_->packed().by_positions())
      fill_tail(call, begin, count);
  }

  const std::vector<Rows<T>>& gather(const StepOf<T>& step, const std::vector<Rows<T>>& rows,
                                     std::vector<Rows<T>>& in) const {
    in.clear();
    for (const Index i : step.inputs) in.push_back(rows[at(i)]);
    return in;
  }

  // The last step's results, as the Dense layer wants them.
  void finish_for_dense(const Call& call, Index begin, std::vector<Rows<T>>& rows,
                        std::vector<Rows<T>>& in) const {
    if (call.rounded) return finish_for_dense(call, begin, rows, in, call.rounded);
    finish_for_dense(call, begin, rows, in, call.out[0]);
  }

  template <class Out>
  void finish_for_dense(const Call& call, Index begin, std::vector<Rows<T>>& rows, std::vector<Rows<T>>& in,
                        Out* out) const {
    const cpu::PackedDense<T>& dense = dense_->packed();
    const Rows<T> result = rows.back();
    const Index full = call.full.back(), channels = result.channels, length = result.length;
    Out* const to = out + begin * channels * full;
    const auto arrange = [&](const auto* from) {
      parallel_for(result.samples, 4, [&](Index first, Index last) {
        for (Index n = first; n < last; ++n)
          dense.arrange(from + n * channels * length, length, length, to + n * channels * full);
      });
    };
    if (steps_.empty()) {
      if constexpr (std::is_same_v<Out, T>) arrange(result.data);
      return;
    }
    // Whether the last step may write there itself.
    const bool direct = length == full && (channels == 1 || !dense.by_positions());
    const cpu::Scratch<Out> apart(direct ? 0 : result.size());
    Out* const results = direct ? to : apart.data();
    steps_.back().step->run(gather(steps_.back(), rows, in), results);
    if (!direct) arrange(static_cast<const Out*>(results));
  }

  void fill_tail(const Call& call, Index begin, Index count) const {
    const std::vector<T>& tail = tail_->values().back();
    const Index full = call.full.back(), length = call.needs(begin)[call.full.size() - 1];
    const Index channels = call.channels.back();
    const auto fill = [&](auto* y) {
      for (Index r = 0; r < count * channels; ++r)
        std::fill(y + r * full + length, y + (r + 1) * full,
                  static_cast<std::remove_pointer_t<decltype(y)>>(tail[at(r % channels)]));
    };
    const Index from = begin * channels * full;
    call.rounded ? fill(call.rounded + from) : fill(call.out[0] + from);
  }

  // The inputs of a group: where they lie, or copies of as much of them as is needed.
  class Inputs {
   public:
    Inputs(const Call& call, Index inputs, Index begin, Index count) {
      const Index* const order = call.order + begin;
      const bool in_order = order[count - 1] - order[0] == count - 1 && std::is_sorted(order, order + count);
      for (Index v = 0; v < inputs; ++v) {
        const Index channels = call.channels[at(v)], full = call.full[at(v)], length = call.needs(begin)[v];
        const T* const x = call.in[at(v)];
        if (in_order && length == full) {
          data_.push_back(x + order[0] * channels * full);
          continue;
        }
        copies_.push_back(std::make_unique<cpu::Scratch<T>>(count * channels * length));
        T* to = copies_.back()->data();
        data_.push_back(to);
        for (Index r = 0; r < count * channels; ++r, to += length)
          std::copy_n(x + (order[r / channels] * channels + r % channels) * full, length, to);
      }
    }
    [[nodiscard]] const T* data(Index v) const { return data_[at(v)]; }

   private:
    std::vector<const T*> data_;
    std::vector<std::unique_ptr<cpu::Scratch<T>>> copies_;
  };

  Index inputs_;
  std::vector<StepOf<T>> steps_;
  std::vector<Index> results_;
  DensePart<T>* dense_;
  std::optional<Tail<T>> tail_;
  std::vector<Index> slots_;  // of each value; -1: none
  Index slot_count_ = 0;
};

}  // namespace EBB_NAMESPACE::nn::detail
