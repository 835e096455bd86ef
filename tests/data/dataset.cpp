#include "ebb/data/dataset.hpp"

#include <cstdint>
#include <memory>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace {

using ebb::Index;
using ebb::Shape;
using ebb::Tensor;
using ebb::data::Batch;
using ebb::data::dataset;
using ebb::data::Labelled;
using ebb::data::Subset;
using ebb::data::TensorDataset;
using ebb::test::error;
using ebb::test::values;

const Tensor<std::int32_t> labels = ebb::tensor<std::int32_t>({5, 6, 7});
const std::vector<Index> chosen{2, 0, 2};

}  // namespace

TEST_CASE("dataset: rows of a tensor") {
  const TensorDataset<float> rows(ebb::tensor<float>({1, 2, 3, 4, 5, 6}, {3, 1, 2}));
  CHECK(rows.size() == 3);
  const Tensor<float> x = rows.read(chosen);
  CHECK(x.shape() == Shape{3, 1, 2});
  CHECK(values(x) == std::vector<float>{5, 6, 1, 2, 5, 6});
  CHECK(rows.read({}).shape() == Shape{0, 1, 2});
  CHECK(error([&] { (void)rows.read(std::vector<Index>{3}); }) == "[dataset] there is no sample 3 among 3");
  CHECK(error([] { TensorDataset<float>(ebb::full<float>({}, 1.0f)); }) ==
        "[dataset] samples of shape (): expected (N, ...)");
}

TEST_CASE("dataset: bytes become value / 255, other numbers what they are") {
  const TensorDataset<float, std::uint8_t> bytes(ebb::tensor<std::uint8_t>({0, 51, 255}, {3, 1}));
  CHECK(values(bytes.read(std::vector<Index>{0, 1, 2})) == std::vector<float>{0, 51 / 255.0f, 1});
  const TensorDataset<std::int32_t, std::uint8_t> whole(ebb::tensor<std::uint8_t>({0, 51, 255}, {3, 1}));
  CHECK(values(whole.read(std::vector<Index>{2})) == std::vector<std::int32_t>{255});
  const TensorDataset<std::int32_t, std::int64_t> wide(ebb::tensor<std::int64_t>({7, 8}, {2}));
  CHECK(values(wide.read(std::vector<Index>{1})) == std::vector<std::int32_t>{8});
}

TEST_CASE("dataset: inputs and targets side by side") {
  const auto classes = dataset<Labelled<float>>(ebb::tensor<float>({1, 2, 3}, {3, 1}), labels);
  CHECK(classes->size() == 3);
  const auto [x, y] = classes->read(chosen);
  CHECK(values(x) == std::vector<float>{3, 1, 3});
  CHECK(values(y) == std::vector<std::int32_t>{7, 5, 7});
  CHECK(error([] {
          (void)dataset<Labelled<float>>(ebb::zeros<float>({4, 2}), labels);
        }) == "[dataset] targets of 3 samples for inputs of 4");
  CHECK(error([] {
          (void)dataset<Labelled<float>>(ebb::zeros<float>({3, 2}), Tensor<std::int32_t>());
        }).starts_with("[dataset] samples of shape"));
}

TEST_CASE("dataset: several inputs, two of the same type") {
  using Inputs = std::tuple<Tensor<float>, Tensor<float>, Tensor<std::int32_t>>;
  const auto a = ebb::tensor<float>({1, 2, 3}), b = ebb::tensor<float>({4, 5, 6, 7, 8, 9}, {3, 2});
  const auto whole = dataset<Batch<Inputs, Tensor<float>>>(std::tuple(a, b, labels), a);
  const auto [inputs, y] = whole->read(chosen);
  const auto& [first, second, third] = inputs;
  CHECK(values(first) == std::vector<float>{3, 1, 3});
  CHECK(values(second) == std::vector<float>{8, 9, 4, 5, 8, 9});
  CHECK(values(third) == std::vector<std::int32_t>{7, 5, 7});
  CHECK(values(y) == values(first));
  CHECK(ebb::data::batch_size(inputs) == 3);
  CHECK(error([&] { (void)dataset<Inputs>(std::tuple(a, b, ebb::zeros<std::int32_t>({2}))); }) ==
        "[dataset] parts of 3 and of 2 samples");
}

TEST_CASE("dataset: a subset renumbers") {
  const auto whole = dataset<Labelled<float>>(ebb::tensor<float>({1, 2, 3}, {3, 1}), labels);
  const Subset<Labelled<float>> part(whole, {2, 1});
  CHECK(part.size() == 2);
  const auto [x, y] = part.read(std::vector<Index>{1, 0});
  CHECK(values(x) == std::vector<float>{2, 3});
  CHECK(values(y) == std::vector<std::int32_t>{6, 7});
  CHECK(error([&] { (void)part.read(std::vector<Index>{2}); }) == "[dataset] there is no sample 2 among 2");
  CHECK(error([&] { Subset<Labelled<float>>(whole, {0, 3}); }) == "[dataset] there is no sample 3 among 3");
  CHECK(error([] { Subset<Labelled<float>>(nullptr, {}); }) == "[dataset] there is no dataset");
}

TEST_CASE("batch_size: of anything") {
  struct Own {
    std::vector<int> sequences;
    [[nodiscard]] Index batch_size() const { return static_cast<Index>(sequences.size()); }
  };
  struct Fields {
    Tensor<float> x;
  };
  const Tensor<float> x({5, 2});
  CHECK(ebb::data::batch_size(x) == 5);
  CHECK(ebb::data::batch_size(std::pair(x, labels)) == 5);
  CHECK(ebb::data::batch_size(Batch<std::tuple<Tensor<float>>, int>{{x}, 1}) == 5);
  CHECK(ebb::data::batch_size(Own{{1, 2}}) == 2);
  CHECK(ebb::data::batch_size(Fields{x}) == 5);
}
