// Tensors: handles on dense arrays. Build: make build. Run: build/release/bin/01_tensor
#include <ebb/ebb.hpp>

#include <iostream>

int main() {
  using namespace ebb;

  Tensor<float> x({2, 3});  // zeros, two rows of three
  x(0, 2) = 5;
  x(1, 0) += 1;
  std::cout << "shape " << x.shape() << ", " << x.size() << " elements, x(0, 2) = " << x(0, 2) << '\n';

  // Operations return new tensors and broadcast from the last axis, as in NumPy.
  const Tensor<float> row = tensor<float>({10, 20, 30});
  const Tensor<float> y = 2.0f * x + row;
  std::cout << "y(0, 2) = " << y(0, 2) << ", column sums " << sum(y, 0)(0) << ' ' << sum(y, 0)(1) << '\n';

  // Copies of a handle, reshape and slice share the elements; clone does not.
  Tensor<float> flat = x.reshape({-1});
  flat(0) = 7;
  Tensor<float> own = x.clone();
  own(0, 0) = 0;
  std::cout << "x(0, 0) is " << x(0, 0) << " through its reshaped handle\n";

  // Random numbers depend on the seed alone, not on the number of threads.
  manual_seed(42);
  const Tensor<float> a = randn<float>({64, 32}), b = randn<float>({32, 8});
  std::cout << "a b has shape " << matmul(a, b).shape() << ", mean " << mean(matmul(a, b)).item() << '\n';

  // Wrong use throws ebb::Error, whose message has every fact.
  try {
    (void)matmul(a, a);
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
  }
}
