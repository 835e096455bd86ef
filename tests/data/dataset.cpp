#include "ebb/data/dataset.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace {

using ebb::Index;
using ebb::Shape;
using ebb::data::Dataset;
using ebb::data::Subset;
using ebb::data::TensorDataset;

const ebb::Tensor<std::int32_t> labels = ebb::tensor<std::int32_t>({5, 6, 7});

struct Read {
  std::vector<float> x;
  std::vector<std::int32_t> labels;
};

Read read(const Dataset<float>& dataset, const std::vector<Index>& samples) {
  Read out{std::vector<float>(samples.size() * static_cast<std::size_t>(dataset.sample_shape().size())),
           std::vector<std::int32_t>(samples.size())};
  dataset.read(samples, out.x.data(), out.labels.data());
  return out;
}

}  // namespace

TEST_CASE("dataset: tensors in memory") {
  const TensorDataset<float> dataset(ebb::tensor<float>({1, 2, 3, 4, 5, 6}, {3, 1, 2}), labels);
  CHECK(dataset.size() == 3);
  CHECK(dataset.sample_shape() == Shape{1, 2});
  const Read got = read(dataset, {2, 0, 2});
  CHECK(got.x == std::vector<float>{5, 6, 1, 2, 5, 6});
  CHECK(got.labels == std::vector<std::int32_t>{7, 5, 7});
  CHECK(ebb::test::error([&] { read(dataset, {3}); }) == "[dataset] there is no sample 3 among 3");
}

TEST_CASE("dataset: bytes become value / 255") {
  const TensorDataset<float, std::uint8_t> dataset(ebb::tensor<std::uint8_t>({0, 51, 255}, {3, 1}), labels);
  CHECK(read(dataset, {0, 1, 2}).x == std::vector<float>{0, 51 / 255.0f, 1});
}

TEST_CASE("dataset: a subset renumbers") {
  const auto whole = std::make_shared<TensorDataset<float>>(ebb::tensor<float>({1, 2, 3}, {3, 1}), labels);
  const Subset<float> part(whole, {2, 1});
  CHECK(part.size() == 2);
  CHECK(part.sample_shape() == Shape{1});
  const Read got = read(part, {1, 0});
  CHECK(got.x == std::vector<float>{2, 3});
  CHECK(got.labels == std::vector<std::int32_t>{6, 7});
  CHECK(ebb::test::error([&] { read(part, {2}); }) == "[dataset] there is no sample 2 among 2");
  CHECK(ebb::test::error([&] { Subset<float>(whole, {0, 3}); }) == "[dataset] there is no sample 3 among 3");
}

TEST_CASE("dataset: as many labels as samples") {
  CHECK(ebb::test::error([] {
          TensorDataset<float>(ebb::zeros<float>({4, 2}), labels);
        }) == "[dataset] labels of shape (3,) for samples (4, 2): expected (4,)");
}
