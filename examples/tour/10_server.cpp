// Inference in a server: one optimized model, many threads that call it, memory that stands still.
#include <ebb/ebb.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>
#include <vector>

int main() {
  using namespace ebb;
  manual_seed(7);
  nn::Sequential<float> model(nn::Conv1D<float>(1, 32, {.kernel = 5, .stride = 2}), nn::BatchNorm<float>(32),
                              nn::ReLU<float>(), nn::Conv1D<float>(32, 32, {.kernel = 5}),
                              nn::BatchNorm<float>(32), nn::ReLU<float>(), nn::MaxPool1D<float>(2),
                              nn::Flatten<float>(), nn::Dense<float>(32 * 125, 10));
  model.eval();
  const auto fast = nn::optimize_for_inference(model);
  std::cout << fast.describe() << '\n';

  const Tensor<float> requests = randn<float>({64, 1, 512}), expected = model(requests);

  // Threads of a server share the processor by themselves: one thread for each call.
  set_num_threads(1);
  constexpr std::size_t callers = 4, calls = 200;
  std::vector<std::vector<double>> microseconds(callers);
  std::vector<double> largest(callers);
  std::vector<std::thread> threads;
  for (std::size_t caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      for (std::size_t i = 0; i < calls; ++i) {
        const auto at = static_cast<Index>((caller * calls + i) % 64);
        const auto start = std::chrono::steady_clock::now();
        const Tensor<float> scores = fast(requests.slice(at, at + 1));
        const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
        microseconds[caller].push_back(taken.count());
        const auto difference = static_cast<double>(max(abs(scores - expected.slice(at, at + 1))).item());
        largest[caller] = std::max(largest[caller], difference);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::vector<double> all;
  for (const auto& times : microseconds) all.insert(all.end(), times.begin(), times.end());
  std::sort(all.begin(), all.end());
  std::cout << all.size() << " calls of " << callers << " threads: median " << all[all.size() / 2]
            << " us, 99th percentile " << all[all.size() * 99 / 100] << " us\n";
  const double difference = *std::max_element(largest.begin(), largest.end());
  std::cout << "largest difference from the model itself " << difference << '\n';
  return difference < 1e-3 ? 0 : 1;
}
