#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE::data {

/// Samples with a label each, read by number. To read from somewhere else (a file, a generator), derive from
/// it. `read` has to be thread-safe: a Loader calls it from a thread of its own.
template <class T>
class Dataset {
 public:
  virtual ~Dataset() = default;

  /// How many samples there are.
  [[nodiscard]] virtual Index size() const = 0;

  /// The shape of one sample, without the batch.
  [[nodiscard]] virtual Shape sample_shape() const = 0;

  /// Writes the samples of these numbers one after another to x, and their labels to `labels`.
  virtual void read(std::span<const Index> samples, T* x, std::int32_t* labels) const = 0;
};

/// Samples and labels in memory: x (N, ...) and labels (N). Elements that are stored as another type than T
/// are converted while a batch is built; bytes become value / 255, so that they take a quarter of the memory
/// of floats. Shares the tensors: they must not change while the data are in use.
/// Error [dataset] where the labels are not (N), or for a sample that does not exist.
template <class T, class Stored = T>
class TensorDataset final : public Dataset<T> {
 public:
  TensorDataset(const Tensor<Stored>& x, const Tensor<std::int32_t>& labels)
      : x_(x.detach()), labels_(labels.detach()) {
    ebb::detail::require(x.defined() && x.rank() >= 1, "dataset", "samples of shape ", x.shape(),
                         ": expected (N, ...)");
    ebb::detail::require(labels.defined() && labels.shape() == Shape{x.shape(0)}, "dataset",
                         "labels of shape ", labels.shape(), " for samples ", x.shape(), ": expected (",
                         x.shape(0), ",)");
  }

  [[nodiscard]] Index size() const override { return x_.shape(0); }

  [[nodiscard]] Shape sample_shape() const override {
    return Shape(std::span(x_.shape().begin() + 1, x_.shape().end()));
  }

  void read(std::span<const Index> samples, T* x, std::int32_t* labels) const override {
    const Index width = x_.shape().size_between(1, x_.rank());
    const Stored* const elements = x_.data();
    for (const Index sample : samples) {
      ebb::detail::require(sample >= 0 && sample < size(), "dataset", "there is no sample ", sample,
                           " among ", size());
      const Stored* const row = elements + sample * width;
      if constexpr (std::is_same_v<Stored, T>) {
        std::copy(row, row + width, x);
      } else {
        for (Index i = 0; i < width; ++i) x[i] = converted(row[i]);
      }
      x += width;
      *labels++ = labels_.data()[sample];
    }
  }

 private:
  static T converted(Stored value) {
    if constexpr (std::is_same_v<Stored, std::uint8_t>) {
      return static_cast<T>(value) / T(255);
    } else {
      return static_cast<T>(value);
    }
  }

  Tensor<Stored> x_;
  Tensor<std::int32_t> labels_;
};

/// The samples of these numbers of another dataset, in that order: a part of a split, a balanced choice.
/// Error [dataset] for no dataset, or a sample that it does not have.
template <class T>
class Subset final : public Dataset<T> {
 public:
  Subset(std::shared_ptr<const Dataset<T>> whole, std::vector<Index> samples)
      : whole_(std::move(whole)), samples_(std::move(samples)) {
    ebb::detail::require(whole_ != nullptr, "dataset", "there is no dataset");
    for (const Index sample : samples_)
      ebb::detail::require(sample >= 0 && sample < whole_->size(), "dataset", "there is no sample ", sample,
                           " among ", whole_->size());
  }

  [[nodiscard]] Index size() const override { return static_cast<Index>(samples_.size()); }
  [[nodiscard]] Shape sample_shape() const override { return whole_->sample_shape(); }

  void read(std::span<const Index> samples, T* x, std::int32_t* labels) const override {
    std::vector<Index> chosen;
    chosen.reserve(samples.size());
    for (const Index sample : samples) {
      ebb::detail::require(sample >= 0 && sample < size(), "dataset", "there is no sample ", sample,
                           " among ", size());
      chosen.push_back(samples_[static_cast<std::size_t>(sample)]);
    }
    whole_->read(chosen, x, labels);
  }

 private:
  std::shared_ptr<const Dataset<T>> whole_;
  std::vector<Index> samples_;
};

}  // namespace EBB_NAMESPACE::data
