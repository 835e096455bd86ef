#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "ebb/backend/cpu/packed_dense.hpp"
#include "ebb/nn/inference/part.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// A step and the numbers of the values that it reads.
template <class T>
struct StepOf {
  const Step<T>* step;
  std::vector<Index> inputs;
};

/// What steps make of zeros at the end of a sample: behind the last number that is not zero, every result is
/// the same number for each channel, as long as windows see nothing else.
///
///     sample            5 3 8 1 2 0 0 0 0 0 0 0 0        begin 5
///     3 taps            . . . . . t t t t t t            begin 5, t: the sum of zeros, which is the bias
///     pooling by 2      . . . t t                        begin 3
///
/// Nothing behind `begin` has to be computed, and so nothing that is seen only there.
template <class T>
class Tail {
 public:
  /// Of steps with one input; nullopt where one of them does not keep a tail.
  static std::optional<Tail> find(const std::vector<StepOf<T>>& steps) {
    Index channels = steps.empty() ? 1 : 0;
    for (const StepOf<T>& s : steps) {
      if (!s.step->keeps_tail()) return std::nullopt;
      if (std::find(s.inputs.begin(), s.inputs.end(), 0) != s.inputs.end() && channels == 0)
        channels = s.step->in_channels();
    }
    if (channels == 0) return std::nullopt;
    Tail tail;
    tail.values_.emplace_back(static_cast<std::size_t>(channels));
    for (const StepOf<T>& s : steps) tail.add(s);
    return tail;
  }

  /// Of each value, a number for each channel.
  [[nodiscard]] const std::vector<std::vector<T>>& values() const { return values_; }

  /// How much of the rows of each value, of `full` ones, is needed for a sample x (channels, full[0]).
  void find_lengths(const std::vector<StepOf<T>>& steps, const cpu::PackedDense<T>& dense, const T* x,
                    Index channels, const std::vector<Index>& full, Index* lengths) const {
    // First where the tails begin, then backwards what is needed in front of them.
    lengths[0] = used_length(x, channels, full[0]);
    Index* length = lengths;
    for (const StepOf<T>& s : steps) {
      Index begin = 0;
      for (const Index i : s.inputs) begin = std::max(begin, lengths[i]);
      ++length;
      *length = std::min(full[static_cast<std::size_t>(length - lengths)], s.step->tail_begin(begin));
    }
    const Index needed = dense.positions_needed(*length);
    std::fill(lengths, length, Index{0});
    *length = needed;
    for (auto s = steps.rbegin(); s != steps.rend(); ++s, --length)
      for (std::size_t k = 0; k < s->inputs.size(); ++k) {
        Index& input = lengths[s->inputs[k]];
        input = std::max(input, std::min(full[static_cast<std::size_t>(s->inputs[k])],
                                         s->step->seen(*length, static_cast<Index>(k))));
      }
    // Where another reader needs more of a value, all of them make use of it, if that gives equal lengths.
    for (const StepOf<T>& s : steps) {
      ++length;
      if (lengths[s.inputs[0]] > 0) *length = s.step->out_length(lengths[s.inputs[0]]);
      for (std::size_t k = 1; k < s.inputs.size(); ++k)
        if (lengths[s.inputs[k]] != *length) std::copy(full.begin(), full.end(), lengths);
    }
  }

 private:
  static Index used_length(const T* x, Index channels, Index length) {
    Index used = 0;
    for (Index c = 0; c < channels; ++c, x += length) {
      Index end = length;
      while (end > used && x[end - 1] == T(0)) --end;
      used = std::max(used, end);
    }
    return used;
  }

  // The step, of rows that are tails and as long as its first result needs that sees nothing else, such as
  // zeros in front of the rows.
  void add(const StepOf<T>& s) {
    const Index outputs = s.step->tail_begin(0) + 1;
    std::vector<std::vector<T>> inputs;
    std::vector<Rows<T>> rows;
    std::vector<Index> channels;
    for (std::size_t k = 0; k < s.inputs.size(); ++k) {
      const std::vector<T>& tail = values_[static_cast<std::size_t>(s.inputs[k])];
      const Index length = s.step->seen(outputs, static_cast<Index>(k));
      std::vector<T>& x = inputs.emplace_back();
      for (const T value : tail) x.insert(x.end(), static_cast<std::size_t>(length), value);
      rows.push_back({x.data(), 1, static_cast<Index>(tail.size()), length});
      channels.push_back(rows.back().channels);
    }
    std::vector<T> results(static_cast<std::size_t>(s.step->out_channels(channels) * outputs));
    s.step->run(rows, results.data());
    std::vector<T>& tail = values_.emplace_back();
    for (auto last = static_cast<std::size_t>(outputs) - 1; last < results.size();
         last += static_cast<std::size_t>(outputs))
      tail.push_back(results[last]);
  }

  std::vector<std::vector<T>> values_;
};

}  // namespace EBB_NAMESPACE::nn::detail
