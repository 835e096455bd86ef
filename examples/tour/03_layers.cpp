// Layers: a model is a list of them; a layer of one's own is a few lines.
#include <ebb/ebb.hpp>

#include <iostream>

// Multiplies every channel by a number that is learnt.
template <class T, class D = ebb::Cpu>
struct ChannelScale : ebb::nn::Module<T, D> {
  explicit ChannelScale(ebb::Index channels) : weight(ebb::ones<T, D>({channels, 1}).requires_grad()) {}
  ebb::Tensor<T, D> forward(const ebb::Tensor<T, D>& x) const override { return x * weight; }
  ebb::nn::Members<T, D> members() override { return {{"weight", weight}}; }
  ebb::Tensor<T, D> weight;
};

int main() {
  using namespace ebb;
  manual_seed(1);

  nn::Sequential<float> model(
      nn::Conv1D<float>(1, 16, {.kernel = 5, .stride = 2}),  // (N, 1, 96) -> (N, 16, 46)
      nn::BatchNorm<float>(16), nn::ReLU<float>(), ChannelScale<float>(16),
      nn::MaxPool1D<float>(2),  // -> (N, 16, 23)
      nn::Flatten<float>(), nn::Dense<float>(16 * 23, 3));
  std::cout << summary(model, {1, 1, 96}) << '\n';

  // A model starts in training mode; eval() makes batch normalization and dropout deterministic.
  model.eval();
  const Tensor<float> x = randn<float>({8, 1, 96});
  const Tensor<float> logits = model(x);
  std::cout << "logits " << logits.shape() << '\n';

  // Its tensors have names, the same as PyTorch gives them, and travel as safetensors.
  io::save_safetensors("tour.safetensors", model.state());
  nn::Sequential<float> copy = model.clone();
  for (Tensor<float> parameter : copy.parameters()) parameter.fill(0);
  io::load_safetensors("tour.safetensors", copy.state());
  std::cout << "largest difference after a round trip " << max(abs(copy(x) - logits)).item() << '\n';
}
