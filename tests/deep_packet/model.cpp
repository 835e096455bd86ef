#include "deep_packet/model.hpp"

#include <ebb/autograd/no_grad.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using deep_packet::build;
using deep_packet::CnnOptions;
using deep_packet::paper_cnn;
using traffic::Task;

namespace {

ebb::Index parameters(const CnnOptions& options) {
  ebb::Index count = 0;
  for (const auto& parameter : build(options).parameters()) count += parameter.size();
  return count;
}

}  // namespace

TEST_CASE("the CNN for applications has the layers of the paper") {
  const CnnOptions options = paper_cnn(Task::application, 17);
  // (1500 - 4) / 3 + 1 = 499 samples, then 499 - 5 + 1 = 495, then 247.
  CHECK(parameters(options) == (200 * 4 + 200) + 2 * 200 + (200 * 200 * 5 + 200) + 2 * 200 +
                                   (247 * 200 * 200 + 200) + (200 * 100 + 100) + (100 * 50 + 50) +
                                   (50 * 17 + 17));
  CHECK(parameters(options) == 10'108'217);
}

TEST_CASE("the CNN for traffic types has the layers of the paper") {
  const CnnOptions options = paper_cnn(Task::traffic, 12);
  // (1500 - 5) / 3 + 1 = 499 samples, then (499 - 4) / 3 + 1 = 166, then 83.
  CHECK(parameters(options) == (200 * 5 + 200) + 2 * 200 + (200 * 200 * 4 + 200) + 2 * 200 +
                                   (83 * 200 * 200 + 200) + (200 * 100 + 100) + (100 * 50 + 50) +
                                   (50 * 12 + 12));
  CHECK(parameters(options) == 3'508'162);
}

TEST_CASE("the CNN gives a logit for every class, and layers in the settled order") {
  auto model = build(paper_cnn(Task::traffic, 12));
  model.eval();
  const ebb::NoGrad guard;
  CHECK(model(ebb::Tensor<float>({2, 1, 1500})).shape() == ebb::Shape{2, 12});
  const char* const expected[] = {"Conv1D(1, 200, kernel 5, stride 3)",
                                  "BatchNorm(200)",
                                  "ReLU",
                                  "Conv1D(200, 200, kernel 4, stride 3)",
                                  "BatchNorm(200)",
                                  "ReLU",
                                  "MaxPool1D(2)",
                                  "Flatten",
                                  "Dense(16600, 200)",
                                  "ReLU",
                                  "Dropout(0.05)",
                                  "Dense(200, 100)",
                                  "ReLU",
                                  "Dropout(0.05)",
                                  "Dense(100, 50)",
                                  "ReLU",
                                  "Dropout(0.05)",
                                  "Dense(50, 12)"};
  REQUIRE(model.size() == static_cast<ebb::Index>(std::size(expected)));
  for (ebb::Index i = 0; i < model.size(); ++i) CHECK(model[i].describe() == expected[i]);
}

TEST_CASE("the count of parameters is that of the network that is built") {
  for (const auto task : {traffic::Task::application, traffic::Task::traffic}) {
    const CnnOptions options = deep_packet::paper_cnn(task, 7);
    ebb::Index count = 0;
    const auto model = deep_packet::build(options);
    for (const auto& entry : model.state()) count += entry.tensor.shape().size();
    CHECK(deep_packet::parameter_count(options) == static_cast<double>(count));
  }
}

TEST_CASE("the description of a CNN survives JSON") {
  const CnnOptions options{.first = {.filters = 3, .kernel = 7, .stride = 2},
                           .second = {.filters = 5, .kernel = 4, .stride = 1},
                           .dense = {9, 8},
                           .dropout = 0.25,
                           .length = 100,
                           .classes = 6};
  const auto json = deep_packet::to_json(options);
  const CnnOptions copy = deep_packet::cnn_from_json(nlohmann::ordered_json::parse(json.dump()));
  CHECK(deep_packet::to_json(copy) == json);
  CHECK(copy.first.kernel == 7);
  CHECK(copy.second.filters == 5);
  CHECK(copy.dense == std::vector<ebb::Index>{9, 8});
  CHECK(copy.dropout == 0.25);
  CHECK(copy.length == 100);
  CHECK(copy.classes == 6);
}

TEST_CASE("an impossible CNN is an error") {
  CnnOptions options = paper_cnn(Task::traffic, 12);
  options.length = 6;
  CHECK_THROWS_WITH_AS((void)build(options), "[cnn] a filter of 4 taps does not fit into 1 samples",
                       ebb::Error);
  options = paper_cnn(Task::traffic, 12);
  options.second.filters = 0;
  CHECK_THROWS_WITH_AS((void)build(options),
                       "[cnn] a convolution of 0 filters, kernel 4, stride 3: expected at least 1 each",
                       ebb::Error);
}
