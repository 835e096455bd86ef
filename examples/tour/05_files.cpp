// Files: a model's weights, a part of them in another model, arrays of NumPy, a training that goes on.
#include <ebb/ebb.hpp>

#include <cstdio>
#include <iostream>
#include <string>

int main() {
  using namespace ebb;
  manual_seed(2);
  const auto network = [](Index classes) {
    return nn::Sequential<float>(nn::Dense<float>(20, 16), nn::ReLU<float>(), nn::Dense<float>(16, classes));
  };

  // Names, shapes and types are checked, and a checksum: a file that does not fit changes nothing.
  nn::Sequential<float> model = network(4), same = network(4), other = network(7);
  io::save_safetensors("tour_model.safetensors", model.state(), {{"trained on", "nothing yet"}});
  io::load_safetensors("tour_model.safetensors", same.state());
  const Tensor<float> x = randn<float>({3, 20});
  std::cout << "loaded: the same results " << std::boolalpha << all_of(model(x) == same(x)).item() << '\n';
  try {
    io::load_safetensors("tour_model.safetensors", other.state());
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
  }

  // What fits can be taken, with a report of the rest.
  std::cout << "into a network with another head\n"
            << io::load_safetensors("tour_model.safetensors", other.state(), {.partial = true});

  // Arrays for, and from, NumPy.
  io::save_npy("tour_array.npy", x);
  std::cout << "array of shape " << io::read_npy<float>("tour_array.npy").shape() << '\n';

  // With a checkpoint a training that was stopped, or killed, goes on as if nothing had been.
  const Tensor<std::int32_t> labels = randint<std::int32_t>(0, 4, {3});
  const auto train_until = [&](Index epochs, bool resume) {
    manual_seed(3);
    nn::Sequential<float> fresh = network(4);
    optim::Adam<float> adam(fresh.parameters());
    train::fit(fresh, adam, data::Loader<float>(x, labels, {.shuffle = true}),
               {.epochs = epochs,
                .checkpoint = train::CheckpointOptions{.path = "tour_run.safetensors", .resume = resume},
                .progress = {.out = nullptr}});
    return fresh(x);
  };
  const Tensor<float> at_once = train_until(6, false);
  train_until(2, false);
  const bool equal = all_of(train_until(6, true) == at_once).item();
  std::cout << "two epochs and four more are six: " << equal << '\n';
  for (const char* file : {"tour_model.safetensors", "tour_array.npy", "tour_run.safetensors"})
    std::remove(file);
  return equal ? 0 : 1;
}
