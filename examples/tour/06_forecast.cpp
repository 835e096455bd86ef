// Regression on sequences: causal, dilated convolutions in the manner of WaveNet forecast a series.
#include <ebb/ebb.hpp>

#include <iostream>

using namespace ebb;

// x + conv(tanh(conv(x)) sigmoid(conv(x))): each output sees the past alone.
struct Block : nn::Module<float> {
  Block(Index channels, Index dilation)
      : filter(channels, channels, {.kernel = 2, .padding = Padding::causal, .dilation = dilation}),
        gate(channels, channels, {.kernel = 2, .padding = Padding::causal, .dilation = dilation}),
        mix(channels, channels, {.kernel = 1}) {}
  Tensor<float> forward(const Tensor<float>& x) const override {
    return x + mix(tanh(filter(x)) * sigmoid(gate(x)));
  }
  nn::Members<float> members() override { return {{"filter", filter}, {"gate", gate}, {"mix", mix}}; }
  nn::Conv1D<float> filter, gate, mix;
};
// Windows of a series, and the same windows one step later: a target for every position.
class Windows final : public data::Dataset<data::Batch<Tensor<float>, Tensor<float>>> {
 public:
  Windows(const Tensor<float>& series, Index length) : series_(series), length_(length) {}
  Index size() const override { return (series_.size() - 1) / length_; }
  batch_type read(std::span<const Index> samples) const override {
    std::vector<Tensor<float>> x, y;
    for (const Index from : samples) {
      x.push_back(series_.slice(from * length_, (from + 1) * length_).reshape({1, length_}));
      y.push_back(series_.slice(from * length_ + 1, (from + 1) * length_ + 1).reshape({1, length_}));
    }
    return {stack(x, 0), stack(y, 0)};
  }

 private:
  Tensor<float> series_;
  Index length_;
};

int main() {
  manual_seed(8);
  const Tensor<float> time = arange<float>(8001);
  const Tensor<float> series = sin(0.2f * time) * sin(0.03f * time) + 0.02f * randn<float>({8001});
  const data::Loader training(std::make_shared<const Windows>(series.slice(0, 6401), 64), {.shuffle = true});
  const data::Loader later(std::make_shared<const Windows>(series.slice(6400, 8001), 64));

  nn::Sequential<float> model(nn::Conv1D<float>(1, 16, {.kernel = 1}), Block(16, 1), Block(16, 2),
                              Block(16, 4), Block(16, 8), nn::ReLU<float>(),
                              nn::Conv1D<float>(16, 1, {.kernel = 1}));
  optim::Adam<float> adam(model.parameters(), {.learning_rate = 5e-3});
  const auto history = train::fit(model, adam, training, later,
                                  {.epochs = 15,
                                   .loss = [](auto& y, auto& target) { return mse_loss(y, target); },
                                   .progress = {.out = nullptr}});
  const auto guess = [](auto&, const auto& batch) { return train::StepResult(mse_loss(batch.x, batch.y)); };
  const double last = train::measure(model, later, guess).loss, ours = history.epochs.back().validation_loss;
  std::cout << "mean squared error " << ours << ", of the last value as a forecast " << last << '\n';
  return ours < last / 2 ? 0 : 1;
}
