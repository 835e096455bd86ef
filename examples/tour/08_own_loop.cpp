// A training loop of one's own, with all that fit would do: groups, clipping, a schedule, an average, a file
// from which it goes on.
#include <ebb/ebb.hpp>

#include <cstdio>
#include <iostream>

int main() {
  using namespace ebb;
  manual_seed(5);
  const Tensor<float> x = randn<float>({256, 10}), target = sin(sum(x, 1, {.keep_axes = true}));
  const data::Loader batches(x, target, {.batch_size = 32, .shuffle = true});

  nn::Sequential<float> body(nn::Dense<float>(10, 64), nn::ReLU<float>(), nn::Dense<float>(64, 32),
                             nn::ReLU<float>());
  nn::Dense<float> head(32, 1);

  // The head learns three times as fast.
  optim::Adam<float> adam(
      {{.parameters = body.parameters()}, {.parameters = head.parameters(), .learning_rate = 3}});
  const optim::Schedule schedule =
      optim::one_cycle({.peak = 3e-3, .steps = 40 * batches.size(), .start_divisor = 5});
  optim::WeightAverage<float> average(body.parameters(), {.decay = 0.95});

  // Whatever changes is in the checkpoint; in a real program load() comes before the loop.
  Index epoch = 0, step = 0;
  train::Checkpoint checkpoint("tour_loop.safetensors");
  checkpoint.add("body", body).add("head", head).add("adam", adam).add("average", average);
  checkpoint.add("generator", default_generator()).add("epoch", epoch).add("step", step);

  double first = 0, last = 0;
  for (; epoch < 40; ++epoch) {
    last = 0;
    for (const auto& [input, wanted] : batches) {
      const Tensor<float> loss = mse_loss(head(body(input)), wanted);
      adam.zero_grad();
      loss.backward();
      optim::clip_grad_norm(adam.parameters(), 1.0);
      adam.set_learning_rate(schedule(step++));
      adam.step();
      average.update();
      last += static_cast<double>(loss.item()) / static_cast<double>(batches.size());
    }
    if (epoch == 0) first = last;
    if (epoch % 10 == 9) checkpoint.save();
  }
  std::cout << "loss of the first epoch " << first << ", of the last " << last << '\n';

  // The averaged weights, for as long as they are wanted.
  average.swap();
  const NoGrad guard;
  std::cout << "loss with the averages " << mse_loss(head(body(x)), target).item() << '\n';
  average.swap();

  checkpoint.load();
  std::cout << "back at the last checkpoint: step " << step << " of epoch " << epoch << '\n';
  std::remove("tour_loop.safetensors");
  return last < first / 2 && step == 40 * batches.size() ? 0 : 1;
}
