// A whole model of PyTorch (Conv1d, BatchNorm1d, GRU, Linear), its state loaded under its own names.
#include <doctest/doctest.h>

#include "ebb/core/copy_state.hpp"
#include "ebb/nn/batch_norm.hpp"
#include "ebb/nn/conv1d.hpp"
#include "ebb/nn/dense.hpp"
#include "ebb/nn/gru.hpp"
#include "ebb/ops/mean.hpp"
#include "ebb/ops/relu.hpp"
#include "ebb/ops/transpose.hpp"
#include "golden/golden.hpp"

namespace {

namespace nn = ebb::nn;
using ebb::Tensor;
using ebb::test::Golden;
using ebb::test::uniform;

// What pytorch_model.py calls Reader.
template <class T>
struct Reader : nn::Module<T> {
  explicit Reader(const ebb::BatchNormOptions& o) : norm(8, o) {}

  Tensor<T> forward(const Tensor<T>& x) const override {
    const Tensor<T> features = relu(norm(conv(x)));
    return head(mean(gru(transpose(features, 1, 2)).output, 1));
  }

  nn::Members<T> members() override { return {{"conv", conv}, {"norm", norm}, {"gru", gru}, {"head", head}}; }

  nn::Conv1D<T> conv{2, 8, {.kernel = 5, .stride = 2, .padding = 2}};
  nn::BatchNorm<T> norm;
  nn::GRU<T> gru{8, 6, {.num_layers = 2, .bidirectional = true}};
  nn::Dense<T> head{12, 3};
};

}  // namespace

TEST_CASE("a PyTorch model with PyTorch's constants gives its outputs") {
  const Golden golden("pytorch_model");
  const ebb::State file = ebb::io::read_safetensors(EBB_SOURCE_DIR "/tests/golden/pytorch_model.safetensors");
  const Tensor<float> x = uniform<float>(700, 1, {5, 2, 32});
  Reader<float> model(ebb::BatchNormOptions::pytorch());
  copy_state(file.part("state."), model.state());
  model.eval();
  golden.check(model(x), "outputs", 1e-5);

  Reader<double> wide(ebb::BatchNormOptions::pytorch());
  copy_state(file.part("state."), wide.state(), {.convert = true});
  wide.eval();
  golden.check(wide(uniform<double>(700, 1, {5, 2, 32})), "outputs", 1e-12);

  // With Keras's constants, the defaults, the same state gives other numbers: what the presets are for.
  Reader<float> keras(ebb::BatchNormOptions::keras());
  copy_state(file.part("state."), keras.state());
  keras.eval();
  const Tensor<float> other = keras(x), right = model(x);
  float difference = 0;
  for (ebb::Index i = 0; i < other.size(); ++i)
    difference = std::max(difference, std::abs(other.data()[i] - right.data()[i]));
  CHECK(difference > 1e-4f);
}
