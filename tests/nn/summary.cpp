#include "ebb/nn/summary.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/nn/activation.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/sequential.hpp"
#include "ebb/ops/add.hpp"

namespace {

namespace nn = ebb::nn;

// Calls one layer twice, and ends with a layer that it never calls.
struct Twice : nn::Module<float> {
  explicit Twice(ebb::Index width) : body(width, width), unused(width, 1) {}
  ebb::Tensor<float> forward(const ebb::Tensor<float>& x) const override { return x + body(body(x)); }
  nn::Members<float> members() override { return {{"body", body}, {"unused", unused}}; }
  nn::Dense<float> body, unused;
};

}  // namespace

TEST_CASE("summary: the table that users expect") {
  nn::Sequential<float> model(nn::Conv1D<float>(1, 200, {.kernel = 4, .stride = 3}),
                              nn::BatchNorm<float>(200), nn::ReLU<float>(), nn::Flatten<float>(),
                              nn::Dense<float>(200 * 499, 17));
  std::ostringstream out;
  out << summary(model, {1, 1, 1500});
  CHECK(out.str() ==
        "layer                                 output shape   parameters\n"
        "---------------------------------------------------------------\n"
        "Sequential                            (1, 17)\n"
        "  Conv1D(1, 200, kernel 4, stride 3)  (1, 200, 499)       1,000\n"
        "  BatchNorm(200)                      (1, 200, 499)         800\n"
        "  ReLU                                (1, 200, 499)\n"
        "  Flatten                             (1, 99800)\n"
        "  Dense(99800, 17)                    (1, 17)         1,696,617\n"
        "---------------------------------------------------------------\n"
        "trainable parameters: 1,698,017, not trainable: 400, bytes: 6,793,668\n");
}

TEST_CASE("summary: is right for classes of the user's own") {
  Twice model(3);
  const nn::Summary s = summary(model, {5, 3});
  REQUIRE(s.rows.size() == 3);
  CHECK(s.rows[0].layer == "Twice");
  CHECK(s.rows[0].outputs.at(0) == ebb::Shape{5, 3});
  CHECK(s.rows[0].parameters == 0);
  CHECK(s.rows[1].layer == "Dense(3, 3)");
  CHECK(s.rows[1].depth == 1);
  CHECK(s.rows[1].parameters == 12);
  CHECK(s.rows[2].parameters == 0);  // called again
  CHECK(s.trainable == 16);
  CHECK(s.other == 0);
  CHECK(s.bytes == 64);
}

TEST_CASE("summary: leaves the model as it is") {
  nn::Sequential<float> model(nn::BatchNorm<float>(2));
  const nn::Summary s = summary(model, {3, 2});
  CHECK(s.trainable == 4);
  CHECK(s.other == 4);
  CHECK(s.bytes == 4 * 8);
  CHECK(model.is_training());
  CHECK(model[0].is_training());
  CHECK(model.state().get<std::int64_t>("0.num_batches_tracked").item() == 0);
  CHECK(ebb::is_grad_enabled());
}

TEST_CASE("summary: a wrong shape is the layer's error, and calls are no longer watched after it") {
  const nn::Sequential<float> model(nn::Dense<float>(2, 2));
  CHECK(ebb::test::error([&] {
          (void)summary(model, {1, 3});
        }).starts_with("[dense] layer 0, Dense(2, 2): input (1, 3)"));
  CHECK(model(ebb::zeros<float>({1, 2})).shape() == ebb::Shape{1, 2});
}
