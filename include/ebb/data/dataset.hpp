#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/data/batch.hpp"

namespace EBB_NAMESPACE::data {

/// Samples that are read by number, as batches of type B: Labelled<float>, a tensor, a struct of one's own
/// (batch.hpp). To read from somewhere else (a file, a generator), derive from it:
///
///     // Windows of 64 values of a series, and the value behind each.
///     class Windows final : public data::Dataset<data::Batch<Tensor<float>, Tensor<float>>> {
///      public:
///       explicit Windows(const Tensor<float>& series) : series_(series) {}
///       [[nodiscard]] Index size() const override { return series_.size() - 64; }
///       [[nodiscard]] batch_type read(std::span<const Index> samples) const override {
///         const auto n = static_cast<Index>(samples.size());
///         batch_type batch{Tensor<float>({n, 1, 64}), Tensor<float>({n, 1})};
///         for (Index i = 0; i < n; ++i) { ... }
///         return batch;
///       }
///       ...
template <class B>
class Dataset {
 public:
  using batch_type = B;
  virtual ~Dataset() = default;

  /// How many samples there are.
  [[nodiscard]] virtual Index size() const = 0;

  /// The samples of these numbers, in their order. Has to be thread-safe: a Loader calls it from a thread of
  /// its own.
  [[nodiscard]] virtual B read(std::span<const Index> samples) const = 0;
};

namespace detail {

inline void require_sample(Index sample, Index size) {
  ebb::detail::require(sample >= 0 && sample < size, "dataset", "there is no sample ", sample, " among ",
                       size);
}

}  // namespace detail

/// The rows of a tensor (N, ...) in memory, as tensors (batch, ...). Elements that are stored as another type
/// than T are converted while a batch is built; bytes become value / 255 where T is no integer, so that they
/// take a quarter of the memory of floats. Shares the tensor: it must not change while the data are in use.
/// Error [dataset] for a tensor without axes, or a sample that does not exist.
template <class T, class Stored = T>
class TensorDataset final : public Dataset<Tensor<T>> {
 public:
  [[gnu::cold]] explicit TensorDataset(const Tensor<Stored>& x) : x_(x.detach()) {
    ebb::detail::require(x.defined() && x.rank() >= 1, "dataset", "samples of shape ", x.shape(),
                         ": expected (N, ...)");
  }

  [[nodiscard]] Index size() const override { return x_.shape(0); }

  [[nodiscard]] Tensor<T> read(std::span<const Index> samples) const override {
    Shape shape = x_.shape();
    shape[0] = static_cast<Index>(samples.size());
    auto rows = Tensor<T>::uninitialized(shape);
    const Index width = x_.shape().size_between(1, x_.rank());
    T* to = rows.mutable_data();
    for (const Index sample : samples) {
      detail::require_sample(sample, size());
      const Stored* const from = x_.data() + sample * width;
      std::transform(from, from + width, to, converted);
      to += width;
    }
    return rows;
  }

 private:
  static T converted(Stored value) {
    if constexpr (std::is_same_v<Stored, std::uint8_t> && !std::is_integral_v<T>) {
      return static_cast<T>(value) / T(255);
    } else {
      return static_cast<T>(value);
    }
  }

  Tensor<Stored> x_;
};

/// Two datasets side by side: inputs and their targets. Error [dataset] where one is missing or they differ
/// in size.
template <class X, class Y>
class PairDataset final : public Dataset<Batch<X, Y>> {
 public:
  [[gnu::cold]] PairDataset(std::shared_ptr<const Dataset<X>> x, std::shared_ptr<const Dataset<Y>> y)
      : x_(std::move(x)), y_(std::move(y)) {
    ebb::detail::require(x_ && y_, "dataset", "there is no dataset");
    ebb::detail::require(x_->size() == y_->size(), "dataset", "targets of ", y_->size(),
                         " samples for inputs of ", x_->size());
  }

  [[nodiscard]] Index size() const override { return x_->size(); }
  [[nodiscard]] Batch<X, Y> read(std::span<const Index> samples) const override {
    return {x_->read(samples), y_->read(samples)};
  }

 private:
  std::shared_ptr<const Dataset<X>> x_;
  std::shared_ptr<const Dataset<Y>> y_;
};

/// Any number of datasets side by side: the inputs, or targets, of a model that has several. Errors as for
/// PairDataset.
template <class... Parts>
class TupleDataset final : public Dataset<std::tuple<Parts...>> {
 public:
  explicit TupleDataset(std::shared_ptr<const Dataset<Parts>>... parts) : parts_(std::move(parts)...) {
    std::apply(
        [&](const auto&... part) {
          ebb::detail::require((... && (part != nullptr)), "dataset", "there is no dataset");
          for (const Index other : {part->size()...})
            ebb::detail::require(other == size(), "dataset", "parts of ", size(), " and of ", other,
                                 " samples");
        },
        parts_);
  }

  [[nodiscard]] Index size() const override { return std::get<0>(parts_)->size(); }
  [[nodiscard]] std::tuple<Parts...> read(std::span<const Index> samples) const override {
    return std::apply([&](const auto&... part) { return std::tuple<Parts...>{part->read(samples)...}; },
                      parts_);
  }

 private:
  std::tuple<std::shared_ptr<const Dataset<Parts>>...> parts_;
};

/// The samples of these numbers of another dataset, in that order: a part of a split, a balanced choice.
/// Error [dataset] for no dataset, or a sample that it does not have.
template <class B>
class Subset final : public Dataset<B> {
 public:
  Subset(std::shared_ptr<const Dataset<B>> whole, std::vector<Index> samples)
      : whole_(std::move(whole)), samples_(std::move(samples)) {
    ebb::detail::require(whole_ != nullptr, "dataset", "there is no dataset");
    for (const Index sample : samples_) detail::require_sample(sample, whole_->size());
  }

  [[nodiscard]] Index size() const override { return static_cast<Index>(samples_.size()); }

  [[nodiscard]] B read(std::span<const Index> samples) const override {
    std::vector<Index> chosen;
    chosen.reserve(samples.size());
    for (const Index sample : samples) {
      detail::require_sample(sample, size());
      chosen.push_back(samples_[static_cast<std::size_t>(sample)]);
    }
    return whole_->read(chosen);
  }

 private:
  std::shared_ptr<const Dataset<B>> whole_;
  std::vector<Index> samples_;
};

namespace detail {

template <class B>
struct Source;

}  // namespace detail

/// Tensors in memory as a dataset of batches B: a tensor, a tuple of them, or x and y of a Batch.
///
///     const auto whole = data::dataset<data::Labelled<float>>(bytes, labels);
///     data::Loader loader(std::make_shared<const data::Subset<data::Labelled<float>>>(whole, split.train));
///
/// Error [dataset] where they differ in size, or one has no axes.
template <class B, class... Stored>
[[nodiscard]] std::shared_ptr<const Dataset<B>> dataset(const Stored&... stored) {
  return detail::Source<B>::of(stored...);
}

namespace detail {

template <class T>
struct Source<Tensor<T>> {
  template <class Stored>
  static std::shared_ptr<const Dataset<Tensor<T>>> of(const Tensor<Stored>& x) {
    return std::make_shared<const TensorDataset<T, Stored>>(x);
  }
};

template <class... Parts>
struct Source<std::tuple<Parts...>> {
  template <class... Stored>
  static std::shared_ptr<const Dataset<std::tuple<Parts...>>> of(const std::tuple<Stored...>& parts) {
    return std::apply(
        [](const auto&... part) {
          return std::make_shared<const TupleDataset<Parts...>>(Source<Parts>::of(part)...);
        },
        parts);
  }
};

template <class X, class Y>
struct Source<Batch<X, Y>> {
  template <class StoredX, class StoredY>
  static std::shared_ptr<const Dataset<Batch<X, Y>>> of(const StoredX& x, const StoredY& y) {
    return std::make_shared<const PairDataset<X, Y>>(Source<X>::of(x), Source<Y>::of(y));
  }
};

}  // namespace detail
}  // namespace EBB_NAMESPACE::data
