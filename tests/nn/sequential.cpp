#include "ebb/nn/sequential.hpp"

#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/nn/activation.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/dropout.hpp"
#include "ebb/nn/flatten.hpp"
#include "ebb/nn/pool.hpp"

namespace nn = ebb::nn;

TEST_CASE_TEMPLATE("sequential: layers run one after another", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const nn::Dense<T, D> first(3, 4), second(4, 2);
  nn::Sequential<T, D> model(first, nn::ReLU<T, D>());
  model.add(second).add(nn::Tanh<T, D>());
  CHECK(model.size() == 4);
  const X x = ebb::test::uniform<X>({5, 3}, -1, 1);
  CHECK(ebb::test::values(model(x)) == ebb::test::values(tanh(second(relu(first(x))))));
  CHECK(dynamic_cast<const nn::Dense<T, D>&>(model[2]).weight.data() == second.weight.data());
}

TEST_CASE("sequential: without layers it returns its input") {
  const nn::Sequential<float> model;
  const auto x = ebb::tensor<float>({1, 2});
  CHECK(model(x).data() == x.data());
  CHECK(model.parameters().empty());
}

TEST_CASE("sequential: the type of a model does not depend on its layers") {
  std::vector<nn::Sequential<float>> models;
  models.push_back(nn::Sequential<float>(nn::Dense<float>(2, 3)));
  models.emplace_back(nn::Dense<float>(2, 3),
                      nn::Sequential<float>(nn::ReLU<float>(), nn::Dense<float>(3, 1)));
  models[0] = models[1];
  CHECK(models[0].size() == 2);
  CHECK(models[0].state().find("1.1.bias") != nullptr);
}

TEST_CASE("sequential: an error names the layer and keeps its id") {
  const nn::Sequential<float> model(nn::Flatten<float>(), nn::Dense<float>(6, 3), nn::Dense<float>(4, 2));
  CHECK(ebb::test::error([&] {
          (void)model(ebb::zeros<float>({5, 2, 3}));
        }) == "[dense] layer 2, Dense(4, 2): input (5, 3) has 3 features, the weight (2, 4) expects 4");
  const nn::Sequential<float> outer(model);
  CHECK(ebb::test::error([&] { (void)outer[3]; }) == "[sequential] there is no layer 3 among 3");
}

TEST_CASE("sequential: a copy shares tensors, a clone does not") {
  nn::Sequential<float> model(nn::Dense<float>(2, 2), nn::Dropout<float>(0.5));
  nn::Sequential<float> copy = model;
  const nn::Sequential<float> deep = model.clone();
  copy.eval();
  CHECK(model[1].is_training());
  CHECK(model.parameters()[0].data() == copy.parameters()[0].data());
  CHECK(model.parameters()[0].data() != deep.parameters()[0].data());
  CHECK(model.parameters()[0].node() == copy.parameters()[0].node());
  CHECK(model.parameters()[0].node() != deep.parameters()[0].node());
}

TEST_CASE("sequential: prints as a tree") {
  const nn::Sequential<float> model(
      nn::Conv1D<float>(1, 8, {.kernel = 4, .stride = 3, .bias = false}), nn::MaxPool1D<float>(2),
      nn::Sequential<float>(nn::Flatten<float>(), nn::Dropout<float>(0.05)), nn::LeakyReLU<float>(0.2));
  std::ostringstream out;
  out << model;
  CHECK(out.str() ==
        "Sequential(\n"
        "  (0): Conv1D(1, 8, kernel 4, stride 3, no bias)\n"
        "  (1): MaxPool1D(2)\n"
        "  (2): Sequential(\n"
        "    (0): Flatten\n"
        "    (1): Dropout(0.05)\n"
        "  )\n"
        "  (3): LeakyReLU(0.2)\n"
        ")");
}

TEST_CASE("sequential: a const model may be called from several threads") {
  nn::Sequential<float> model(nn::Conv1D<float>(1, 4, {.kernel = 3}), nn::BatchNorm<float>(4),
                              nn::ReLU<float>(), nn::Flatten<float>(), nn::Dropout<float>(0.5),
                              nn::Dense<float>(4 * 14, 3));
  model.eval();
  const nn::Sequential<float>& shared = model;
  std::vector<ebb::Tensor<float>> inputs;
  std::vector<std::vector<float>> expected, found(4);
  for (std::uint64_t i = 0; i < 4; ++i) {
    inputs.push_back(ebb::test::uniform<ebb::Tensor<float>>({8, 1, 16}, -1, 1, i));
    expected.push_back(ebb::test::values(shared(inputs.back())));
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int repetition = 0; repetition < 20; ++repetition) found[i] = ebb::test::values(shared(inputs[i]));
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found == expected);
}
