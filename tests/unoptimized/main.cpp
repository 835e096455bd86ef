#include <iostream>

#include "ebb/ebb.hpp"
#include "ebb/nn/inference.hpp"

int main() {
  using namespace ebb;
  nn::Sequential<float> model(nn::Conv1D<float>(1, 8, {.kernel = 5, .stride = 3}), nn::ReLU<float>(),
                              nn::Conv1D<float>(8, 16, {.kernel = 3}), nn::Flatten<float>(),
                              nn::Dense<float>(16 * 30, 3));
  const Tensor<float> x = randn<float>({4, 1, 98});
  sum(square(model(x))).backward();
  model.eval();
  for (const bool bfloat16 : {false, true}) {
    const auto fast = nn::optimize_for_inference(model, {.bfloat16 = bfloat16});
    const float difference = max(abs(fast(x) - model(x))).item();
    std::cout << (bfloat16 ? "bfloat16" : "float") << ": largest difference " << difference << '\n';
    if (!(difference < (bfloat16 ? 5e-2f : 1e-5f))) return 1;
  }
}
