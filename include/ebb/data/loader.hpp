#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
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

namespace detail {

/// Loader<float> is short for samples of floats with a class each.
template <class B>
struct BatchOf {
  using type = B;
};
template <class T>
requires std::is_arithmetic_v<T>
struct BatchOf<T> {
  using type = Labelled<T>;
};

/// One pass over a dataset: builds batches, ahead of its reader where asked to.
template <class B, class D>
class Pass {
 public:
  using Built = decltype(to_device<D>(std::declval<const B&>()));

  [[gnu::cold]] Pass(std::shared_ptr<const Dataset<B>> dataset, const LoaderOptions& options,
                     std::vector<Index> order, std::size_t position)
      : dataset_(std::move(dataset)), options_(options), order_(std::move(order)), position_(position) {
    if (options_.prefetch > 0 && position_ < order_.size()) worker_ = std::thread([this] { build_ahead(); });
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
  std::optional<Built> next() {
    if (!worker_.joinable()) return build();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty() || finished_; });
    if (ready_.empty()) {
      if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
      return std::nullopt;
    }
    std::optional<Built> batch = std::move(ready_.front());
    ready_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return batch;
  }

 private:
  std::optional<Built> build() {
    const std::size_t count =
        std::min(order_.size() - position_, static_cast<std::size_t>(options_.batch_size));
    if (count == 0) return std::nullopt;
    const std::span<const Index> samples(order_.data() + position_, count);
    position_ += count;
    return to_device<D>(dataset_->read(samples));
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
        std::optional<Built> batch = build();
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

  std::shared_ptr<const Dataset<B>> dataset_;
  LoaderOptions options_;
  std::vector<Index> order_;
  std::size_t position_;  // in order_; of the building thread

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Built> ready_;
  std::exception_ptr error_;
  bool finished_ = false, stop_ = false;
  std::thread worker_;
};

}  // namespace detail

/// What a dataset in memory can be made of: a tensor, or a tuple of tensors.
template <class S>
concept Stored = detail::is_tensor<S> || detail::Tuple<S>;

/// Goes over a dataset in batches of type B; every range-for is a new pass, in a new order where it shuffles.
///
///     data::Loader<float> loader(signals, labels, {.batch_size = 64, .shuffle = true});  // Labelled<float>
///     for (const auto& [x, y] : loader) ...
///
///     data::Loader loader(signals, next_values, {.batch_size = 64});  // Batch<Tensor<float>, Tensor<float>>
///     data::Loader loader(std::tuple(bytes, lengths), labels);        // of two inputs
///     for (const Tensor<float>& x : data::Loader(signals)) ...        // without targets
///     data::Loader loader(std::make_shared<const Windows>(series));   // a Dataset of one's own
///
/// Orders come from a generator of counter-based streams, one per pass: the batches are the same, bit by bit,
/// whatever `prefetch` is. A pass may be left at any time. An error of the dataset is thrown by the loop when
/// it gets to the batch concerned. Passes may overlap, also on several threads.
/// Error [loader] for no dataset, a batch size below 1 or a prefetch below 0; [dataset] for tensors that are
/// no samples, or differ in how many.
template <class B, class D = Cpu>
class Loader {
 public:
  using stored_batch = typename detail::BatchOf<B>::type;  ///< as the dataset gives it
  using batch_type = typename detail::Pass<stored_batch, D>::Built;

  [[gnu::cold]] explicit Loader(std::shared_ptr<const Dataset<stored_batch>> dataset,
                                const LoaderOptions& options = {})
      : dataset_(std::move(dataset)), options_(options) {
    ebb::detail::require(dataset_ != nullptr, "loader", "there is no dataset");
    ebb::detail::require(options.batch_size >= 1 && options.prefetch >= 0, "loader", "batch size ",
                         options.batch_size, " must be at least 1, prefetch ", options.prefetch,
                         " at least 0");
  }

  /// Over inputs (N, ...) and targets (N, ...) in memory, converted as TensorDataset does it.
  template <Stored X, Stored Y>
  Loader(const X& x, const Y& y, const LoaderOptions& options = {})
      : Loader(data::dataset<stored_batch>(x, y), options) {}

  /// Over samples (N, ...) in memory that have no targets.
  template <Stored X>
  explicit Loader(const X& x, const LoaderOptions& options = {})
      : Loader(data::dataset<stored_batch>(x), options) {}

  /// How many batches a pass has.
  [[nodiscard]] Index size() const {
    const Index samples = dataset_->size(), full = samples / options_.batch_size;
    return full + (!options_.drop_last && samples % options_.batch_size > 0 ? 1 : 0);
  }

  [[nodiscard]] const Dataset<stored_batch>& dataset() const { return *dataset_; }
  [[nodiscard]] const LoaderOptions& options() const { return options_; }

  /// Of the orders.
  [[nodiscard]] Generator& generator() const {
    return options_.generator ? *options_.generator : default_generator();
  }

  class Iterator {
   public:
    using value_type = batch_type;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(std::unique_ptr<detail::Pass<stored_batch, D>> pass)
        : pass_(std::move(pass)), batch_(pass_->next()) {}

    const batch_type& operator*() const { return *batch_; }
    Iterator& operator++() {
      batch_.reset();  // its memory serves the next one
      batch_ = pass_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return !it.batch_; }

   private:
    std::unique_ptr<detail::Pass<stored_batch, D>> pass_;
    std::optional<batch_type> batch_;
  };

  [[nodiscard]] Iterator begin() const { return begin_at(0); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

  /// A pass without its first batches, which are not read: a pass that was cut off goes on, where the
  /// generator is in the state in which that pass found it. Error [loader] for a batch that it does not have.
  [[nodiscard, gnu::cold]] Iterator begin_at(Index batch) const {
    ebb::detail::require(batch >= 0 && batch <= size(), "loader", "there is no batch ", batch, " among ",
                         size());
    std::vector<Index> order = all_samples(dataset_->size());
    if (options_.shuffle) shuffle(order, generator().next());
    if (options_.drop_last) order.resize(static_cast<std::size_t>(size() * options_.batch_size));
    const Index position = batch < size() ? batch * options_.batch_size : static_cast<Index>(order.size());
    return Iterator(std::make_unique<detail::Pass<stored_batch, D>>(dataset_, options_, std::move(order),
                                                                    static_cast<std::size_t>(position)));
  }

 private:
  std::shared_ptr<const Dataset<stored_batch>> dataset_;
  LoaderOptions options_;
};

template <class Data>
requires requires { typename Data::batch_type; }
Loader(std::shared_ptr<Data>, const LoaderOptions& = {})->Loader<typename Data::batch_type>;
template <Stored X, Stored Y>
Loader(const X&, const Y&, const LoaderOptions& = {}) -> Loader<Batch<X, Y>>;
template <Stored X>
Loader(const X&, const LoaderOptions& = {}) -> Loader<X>;

}  // namespace EBB_NAMESPACE::data
