// A step of one's own: a denoising autoencoder, whose encoder then serves a classifier, frozen.
#include <ebb/ebb.hpp>

#include <iostream>

int main() {
  using namespace ebb;
  manual_seed(4);

  // Points of 30 numbers that vary in three directions only; the class is the sign of the first.
  constexpr Index count = 600, width = 30;
  const Tensor<float> hidden = randn<float>({count, 3});
  const Tensor<float> x = tanh(matmul(hidden, randn<float>({3, width})));
  const Tensor<std::int32_t> labels = cast<std::int32_t>(narrow(hidden, 1, 0, 1).reshape({count}) > 0.0f);

  nn::Sequential<float> encoder(nn::Dense<float>(width, 16), nn::ReLU<float>(), nn::Dense<float>(16, 3));
  nn::Sequential<float> decoder(nn::Dense<float>(3, 16), nn::ReLU<float>(), nn::Dense<float>(16, width));
  nn::Sequential<float> both(encoder, decoder);  // copies share their tensors

  // Batches without targets are tensors. A step gives a loss, and metrics where it likes.
  const data::Loader samples(x, {.batch_size = 50, .shuffle = true});
  const auto denoise = [](auto& model, const Tensor<float>& clean) {
    const Tensor<float> restored = model(clean + 0.3f * randn<float>(clean.shape()));
    return train::StepResult(mse_loss(restored, clean), {{"mae", l1_loss(restored, clean).item()}});
  };
  optim::Adam<float> adam(both.parameters(), {.learning_rate = 1e-2});
  const auto learnt =
      train::fit(both, adam, samples, {.epochs = 15, .step = denoise, .progress = {.out = nullptr}});
  std::cout << "reconstruction loss " << learnt.epochs.front().loss << " -> " << learnt.epochs.back().loss
            << ", mean error " << train::metric(learnt.epochs.back().metrics, "mae") << '\n';

  // Only the head is trained on labels, of which there are few.
  encoder.freeze();
  nn::Sequential<float> classifier(encoder, nn::Dense<float>(3, 2));
  optim::Adam<float> of_head(classifier.parameters(), {.learning_rate = 3e-2});
  std::cout << classifier.named_parameters().size() << " parameters are trained\n";
  const data::Loader<float> few(x.slice(0, 60), labels.slice(0, 60), {.batch_size = 20, .shuffle = true});
  train::fit(classifier, of_head, few, {.epochs = 60, .progress = {.out = nullptr}});
  const data::Loader<float> rest(x.slice(60, count), labels.slice(60, count), {.batch_size = 100});
  const double accuracy = train::evaluate(classifier, rest).confusion.accuracy();
  std::cout << "accuracy of a head that saw 60 labels: " << accuracy << '\n';
  return accuracy > 0.8 ? 0 : 1;
}
