#include "ebb/data/loader.hpp"

#include <atomic>
#include <memory>
#include <numeric>
#include <set>
#include <stdexcept>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/reshape.hpp"

namespace {

using ebb::Index;
using ebb::Shape;
using ebb::Tensor;
using ebb::data::Loader;
using ebb::data::LoaderOptions;

// Sample i holds i, and so does its label.
Tensor<float> samples(Index count) { return ebb::arange<float>(count).reshape({count, 1}); }
Tensor<std::int32_t> labels(Index count) { return ebb::arange<std::int32_t>(count); }

// The labels of each batch of one pass.
using Batches = std::vector<std::vector<std::int32_t>>;

template <class L>
Batches pass(const L& loader) {
  Batches batches;
  for (const auto& [x, y] : loader) {
    REQUIRE(x.shape(0) == y.shape(0));
    for (Index i = 0; i < y.size(); ++i) REQUIRE(x(i, 0) == static_cast<float>(y(i)));
    batches.push_back(ebb::test::values(y));
  }
  return batches;
}

std::vector<std::int32_t> joined(const Batches& batches) {
  std::vector<std::int32_t> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

// Fails on one sample; counts the reads of batches.
class Broken final : public ebb::data::Dataset<ebb::data::Labelled<float>> {
 public:
  explicit Broken(Index bad) : bad_(bad) {}
  Index size() const override { return 100; }
  batch_type read(std::span<const Index> wanted) const override {
    ++reads;
    const auto count = static_cast<Index>(wanted.size());
    batch_type batch{Tensor<float>({count, 1}), Tensor<std::int32_t>({count})};
    for (Index i = 0; i < count; ++i) {
      const Index sample = wanted[static_cast<std::size_t>(i)];
      if (sample == bad_) throw std::runtime_error("sample " + std::to_string(sample) + " is broken");
      batch.x(i, 0) = static_cast<float>(sample);
      batch.y(i) = static_cast<std::int32_t>(sample);
    }
    return batch;
  }
  mutable std::atomic<int> reads{0};

 private:
  Index bad_;
};

const std::vector<Index> prefetches{0, 1, 2, 5};

}  // namespace

TEST_CASE("loader: batches in order, the last one shorter") {
  for (const Index prefetch : prefetches) {
    const Loader<float> loader(samples(7), labels(7), {.batch_size = 3, .prefetch = prefetch});
    CHECK(loader.size() == 3);
    CHECK(pass(loader) == Batches{{0, 1, 2}, {3, 4, 5}, {6}});
    CHECK(pass(loader) == Batches{{0, 1, 2}, {3, 4, 5}, {6}});
  }
}

TEST_CASE("loader: drop_last leaves out what is not full") {
  for (const Index prefetch : prefetches) {
    const Loader<float> loader(samples(7), labels(7),
                               {.batch_size = 3, .drop_last = true, .prefetch = prefetch});
    CHECK(loader.size() == 2);
    CHECK(pass(loader) == Batches{{0, 1, 2}, {3, 4, 5}});
    const Loader<float> none(samples(2), labels(2),
                             {.batch_size = 3, .drop_last = true, .prefetch = prefetch});
    CHECK(none.size() == 0);
    CHECK(pass(none).empty());
  }
}

TEST_CASE("loader: a batch may be larger than all samples, as large as numbers go") {
  for (const Index prefetch : prefetches) {
    const Loader<float> loader(samples(7), labels(7), {.batch_size = INT64_MAX, .prefetch = prefetch});
    CHECK(loader.size() == 1);
    CHECK(pass(loader) == Batches{{0, 1, 2, 3, 4, 5, 6}});
  }
}

TEST_CASE("loader: no samples, no batches") {
  for (const Index prefetch : prefetches)
    CHECK(pass(Loader<float>(samples(0), labels(0), {.prefetch = prefetch})).empty());
}

TEST_CASE("loader: every pass shuffles anew, reproducibly, and prefetching changes nothing") {
  std::vector<Batches> first, second;
  for (const Index prefetch : prefetches) {
    ebb::Generator generator(17);
    const Loader<float> loader(
        samples(50), labels(50),
        {.batch_size = 8, .shuffle = true, .prefetch = prefetch, .generator = &generator});
    first.push_back(pass(loader));
    second.push_back(pass(loader));
    CHECK(first.back() == first.front());
    CHECK(second.back() == second.front());
  }
  CHECK(first[0] != second[0]);
  auto order = joined(first[0]);
  CHECK(order != ebb::test::values(labels(50)));
  std::sort(order.begin(), order.end());
  CHECK(order == ebb::test::values(labels(50)));
}

TEST_CASE("loader: the default generator decides where none is given") {
  const Loader<float> loader(samples(30), labels(30), {.shuffle = true});
  ebb::manual_seed(3);
  const Batches a = pass(loader);
  ebb::manual_seed(3);
  CHECK(pass(loader) == a);
  ebb::manual_seed(4);
  CHECK(pass(loader) != a);
}

TEST_CASE("loader: bytes are scaled and keep their shape") {
  const auto bytes = ebb::tensor<std::uint8_t>({0, 255, 51, 102}, {2, 1, 2});
  const Loader<float> loader(bytes, labels(2), {.batch_size = 2});
  for (const auto& [x, y] : loader) {
    CHECK(x.shape() == Shape{2, 1, 2});
    CHECK(ebb::test::values(x) == std::vector<float>{0, 1, 51 / 255.0f, 102 / 255.0f});
    CHECK(ebb::test::values(y) == std::vector<std::int32_t>{0, 1});
  }
}

TEST_CASE("loader: a loop may be left early, by break or by an exception") {
  for (const Index prefetch : prefetches) {
    const auto dataset = std::make_shared<Broken>(-1);
    const Loader<float> loader(dataset, {.batch_size = 1, .prefetch = prefetch});
    for (const auto& [x, y] : loader)
      if (y(0) == 2) break;
    CHECK(dataset->reads <= 3 + prefetch);
    CHECK_THROWS_WITH(
        [&] {
          for ([[maybe_unused]] const auto& batch : loader) throw std::runtime_error("thrown in the loop");
        }(),
        "thrown in the loop");
    CHECK(pass(loader).size() == 100);
  }
}

TEST_CASE("loader: an error of the dataset arrives with the batch concerned") {
  for (const Index prefetch : prefetches) {
    const Loader<float> loader(std::make_shared<Broken>(42), {.batch_size = 10, .prefetch = prefetch});
    Index batches = 0;
    CHECK_THROWS_WITH(
        [&] {
          for ([[maybe_unused]] const auto& batch : loader) ++batches;
        }(),
        "sample 42 is broken");
    CHECK(batches == 4);
  }
}

TEST_CASE("loader: passes may overlap") {
  const Loader<float> loader(samples(4), labels(4), {.batch_size = 1});
  int pairs = 0;
  for (const auto& [a, i] : loader)
    for (const auto& [b, j] : loader) pairs += i(0) < j(0);
  CHECK(pairs == 6);
}

TEST_CASE("loader: a batch may be kept") {
  const Loader<float> loader(samples(6), labels(6), {.batch_size = 2});
  std::vector<Tensor<float>> kept;
  for (const auto& [x, y] : loader) kept.push_back(x);
  REQUIRE(kept.size() == 3);
  CHECK(ebb::test::values(kept[0]) == std::vector<float>{0, 1});
  CHECK(ebb::test::values(kept[2]) == std::vector<float>{4, 5});
}

TEST_CASE("loader: the type of a batch follows from what there is") {
  const auto x = samples(5);
  for (const auto& [a, b] : Loader(x, x, {.batch_size = 5}))
    CHECK(ebb::test::values(a) == ebb::test::values(b));
  for (const Tensor<float>& batch : Loader(x, {.batch_size = 5}))
    CHECK(ebb::test::values(batch) == ebb::test::values(x));
  for (const auto& [inputs, y] : Loader(std::tuple(x, labels(5)), labels(5), {.batch_size = 5})) {
    CHECK(ebb::test::values(std::get<0>(inputs)) == ebb::test::values(x));
    CHECK(ebb::test::values(std::get<1>(inputs)) == ebb::test::values(y));
  }
  const Loader of_dataset(std::make_shared<const Broken>(-1), {.batch_size = 100});
  for (const auto& [a, b] : of_dataset) CHECK(b.size() == 100);
}

TEST_CASE("loader: a pass goes on where another one was left") {
  for (const Index prefetch : prefetches) {
    ebb::Generator generator(5);
    const Loader<float> loader(
        samples(20), labels(20),
        {.batch_size = 3, .shuffle = true, .prefetch = prefetch, .generator = &generator});
    const ebb::Generator::State before = generator.state();
    const Batches whole = pass(loader);
    for (Index first = 0; first <= loader.size(); ++first) {
      generator.set_state(before);
      Batches rest;
      for (auto at = loader.begin_at(first); at != loader.end(); ++at)
        rest.push_back(ebb::test::values((*at).y));
      CHECK(rest == Batches(whole.begin() + first, whole.end()));
    }
    CHECK(ebb::test::error([&] { (void)loader.begin_at(8); }) == "[loader] there is no batch 8 among 7");
    CHECK(ebb::test::error([&] { (void)loader.begin_at(-1); }) == "[loader] there is no batch -1 among 7");
  }
}

TEST_CASE("loader: errors") {
  CHECK(ebb::test::error([] { Loader<float>(samples(2), labels(2), {.batch_size = 0}); }) ==
        "[loader] batch size 0 must be at least 1, prefetch 2 at least 0");
  CHECK(ebb::test::error([] { Loader<float>(std::shared_ptr<const Broken>()); }) ==
        "[loader] there is no dataset");
}
