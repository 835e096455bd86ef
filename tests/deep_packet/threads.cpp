// A training step gives the same bits for any number of threads: Deep Packet's CNNs and its stacked
// autoencoder, with dropout.
#include "threads.hpp"

#include <ebb/ebb.hpp>

#include <cstring>
#include <vector>

#include <doctest/doctest.h>

#include "deep_packet/model.hpp"

using namespace ebb;

namespace {

nn::Sequential<float> stacked_autoencoder() {
  nn::Sequential<float> model{nn::Flatten<float>()};
  Index width = 1500;
  for (const Index next : {400, 300, 200, 100, 50}) {
    model.add(nn::Dense<float>(width, next));
    model.add(nn::ReLU<float>());
    model.add(nn::Dropout<float>(0.05));
    width = next;
  }
  model.add(nn::Dense<float>(width, 17));
  return model;
}

/// The weights after two steps, all in a row, and the losses.
template <class Build>
std::vector<float> trained(Build build, Index batch, int count) {
  const test::Threads threads(count);
  manual_seed(5);
  const nn::Sequential<float> model = build();
  const Tensor<float> x = rand<float>({batch, 1, 1500});
  Tensor<std::int32_t> labels({batch});
  for (Index i = 0; i < batch; ++i) labels(i) = static_cast<std::int32_t>(i % 7);
  optim::Adam<float> adam(model.parameters());
  std::vector<float> numbers;
  for (int step = 0; step < 2; ++step) {
    const Tensor<float> loss = cross_entropy(model(x), labels);
    adam.zero_grad();
    loss.backward();
    adam.step();
    numbers.push_back(loss.item());
  }
  for (const Tensor<float>& parameter : model.parameters())
    numbers.insert(numbers.end(), parameter.data(), parameter.data() + parameter.size());
  return numbers;
}

template <class Build>
void check_same_bits(Build build, Index batch) {
  const std::vector<float> one = trained(build, batch, 1);
  for (const int threads : {2, 3, 4}) {
    const std::vector<float> many = trained(build, batch, threads);
    CAPTURE(threads);
    REQUIRE(many.size() == one.size());
    CHECK(std::memcmp(many.data(), one.data(), one.size() * sizeof(float)) == 0);
  }
}

}  // namespace

TEST_CASE("the CNN for applications") {
  check_same_bits([] { return deep_packet::build(deep_packet::paper_cnn(traffic::Task::application, 17)); },
                  5);
}

TEST_CASE("the CNN for traffic types") {
  check_same_bits([] { return deep_packet::build(deep_packet::paper_cnn(traffic::Task::traffic, 12)); }, 5);
}

TEST_CASE("the stacked autoencoder") { check_same_bits(stacked_autoencoder, 33); }
