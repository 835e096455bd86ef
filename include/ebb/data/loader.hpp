#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "ebb/data/dataset.hpp"
#include "ebb/data/shuffle.hpp"

namespace EBB_NAMESPACE::data {

struct LoaderOptions {
  Index batch_size = 32;
  bool shuffle = false;            ///< another order in every pass
  bool drop_last = false;          ///< leave out a last batch that is not full
  Index prefetch = 2;              ///< batches built ahead on another thread; 0: built when asked for
  Generator* generator = nullptr;  ///< of the orders; null: the default generator
};

/// Samples x (batch, ...) and labels y (batch) on device D.
template <class T, class D = Cpu>
struct Batch {
  Tensor<T, D> x;
  Tensor<std::int32_t, D> y;
};

namespace detail {

/// One pass over a dataset: builds batches, ahead of its reader where asked to.
template <class T, class D>
class Pass {
 public:
  Pass(std::shared_ptr<const Dataset<T>> dataset, const LoaderOptions& options, std::vector<Index> order)
      : dataset_(std::move(dataset)), options_(options), order_(std::move(order)) {
    if (options_.prefetch > 0 && !order_.empty()) worker_ = std::thread([this] { build_ahead(); });
  }

  ~Pass() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    if (worker_.joinable()) worker_.join();
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  /// The next batch, or nothing behind the last one. An error of the dataset is thrown here, in its place.
  std::optional<Batch<T, D>> next() {
    if (!worker_.joinable()) return build();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty() || finished_; });
    if (ready_.empty()) {
      if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
      return std::nullopt;
    }
    std::optional<Batch<T, D>> batch = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return batch;
  }

 private:
  std::optional<Batch<T, D>> build() {
    const std::size_t count =
        std::min(order_.size() - position_, static_cast<std::size_t>(options_.batch_size));
    if (count == 0) return std::nullopt;
    const std::span<const Index> samples(order_.data() + position_, count);
    position_ += count;
    Shape shape{static_cast<Index>(count)};
    for (const Index extent : dataset_->sample_shape()) shape.push_back(extent);
    Batch<T, Cpu> batch{Tensor<T>::uninitialized(shape), Tensor<std::int32_t>::uninitialized({shape[0]})};
    dataset_->read(samples, batch.x.mutable_data(), batch.y.mutable_data());
    if constexpr (std::is_same_v<D, Cpu>) {
      return batch;
    } else {
      return Batch<T, D>{moved(batch.x), moved(batch.y)};
    }
  }

  template <class E>
  static Tensor<E, D> moved(const Tensor<E>& from) {
    auto to = Tensor<E, D>::uninitialized(from.shape());
    D::copy_from_host(from.data(), to.mutable_data(), static_cast<std::size_t>(from.size()) * sizeof(E));
    return to;
  }

  void build_ahead() {
    const auto limit = static_cast<std::size_t>(options_.prefetch);
    std::exception_ptr error;
    try {
      while (true) {
        {
          std::unique_lock lock(mutex_);
          changed_.wait(lock, [&] { return ready_.size() < limit || stop_; });
          if (stop_) return;
        }
        std::optional<Batch<T, D>> batch = build();
        if (!batch) break;
        {
          const std::lock_guard lock(mutex_);
          ready_.push_back(std::move(*batch));
        }
        changed_.notify_all();
      }
    } catch (...) {
      error = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      error_ = error;
      finished_ = true;
    }
    changed_.notify_all();
  }

  std::shared_ptr<const Dataset<T>> dataset_;
  LoaderOptions options_;
  std::vector<Index> order_;
  std::size_t position_ = 0;  // in order_; of the building thread

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch<T, D>> ready_;
  std::exception_ptr error_;
  bool finished_ = false, stop_ = false;
  std::thread worker_;
};

}  // namespace detail

/// Goes over a dataset in batches; every range-for is a new pass, in a new order where it shuffles.
///
///     data::Loader<float> loader(signals, labels, {.batch_size = 64, .shuffle = true});
///     for (const auto& [x, y] : loader) ...
///
/// Orders come from a generator of counter-based streams, one per pass: the batches are the same, bit by bit,
/// whatever `prefetch` is. A pass may be left at any time. An error of the dataset is thrown by the loop when
/// it gets to the batch concerned. Passes may overlap, also on several threads.
/// Error [loader] for no dataset, a batch size below 1 or a prefetch below 0.
template <class T, class D = Cpu>
class Loader {
 public:
  explicit Loader(std::shared_ptr<const Dataset<T>> dataset, const LoaderOptions& options = {})
      : dataset_(std::move(dataset)), options_(options) {
    ebb::detail::require(dataset_ != nullptr, "loader", "there is no dataset");
    ebb::detail::require(options.batch_size >= 1 && options.prefetch >= 0, "loader", "batch size ",
                         options.batch_size, " must be at least 1, prefetch ", options.prefetch,
                         " at least 0");
  }

  /// Over tensors in memory: x (N, ...) of T, or of bytes that become value / 255, and labels (N).
  Loader(const Tensor<T>& x, const Tensor<std::int32_t>& labels, const LoaderOptions& options = {})
      : Loader(std::make_shared<const TensorDataset<T>>(x, labels), options) {}
  Loader(const Tensor<std::uint8_t>& x, const Tensor<std::int32_t>& labels, const LoaderOptions& options = {})
      : Loader(std::make_shared<const TensorDataset<T, std::uint8_t>>(x, labels), options) {}

  /// How many batches a pass has.
  [[nodiscard]] Index size() const {
    const Index samples = dataset_->size(), full = samples / options_.batch_size;
    return full + (!options_.drop_last && samples % options_.batch_size > 0 ? 1 : 0);
  }

  [[nodiscard]] const Dataset<T>& dataset() const { return *dataset_; }
  [[nodiscard]] const LoaderOptions& options() const { return options_; }

  class Iterator {
   public:
    using value_type = Batch<T, D>;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(std::unique_ptr<detail::Pass<T, D>> pass)
        : pass_(std::move(pass)), batch_(pass_->next()) {}

    const Batch<T, D>& operator*() const { return *batch_; }
    Iterator& operator++() {
      batch_.reset();  // its memory serves the next one
      batch_ = pass_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return !it.batch_; }

   private:
    std::unique_ptr<detail::Pass<T, D>> pass_;
    std::optional<Batch<T, D>> batch_;
  };

  [[nodiscard]] Iterator begin() const {
    std::vector<Index> order = all_samples(dataset_->size());
    Generator& generator = options_.generator ? *options_.generator : default_generator();
    if (options_.shuffle) shuffle(order, generator.next());
    if (options_.drop_last) order.resize(static_cast<std::size_t>(size() * options_.batch_size));
    return Iterator(std::make_unique<detail::Pass<T, D>>(dataset_, options_, std::move(order)));
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

 private:
  std::shared_ptr<const Dataset<T>> dataset_;
  LoaderOptions options_;
};

}  // namespace EBB_NAMESPACE::data
