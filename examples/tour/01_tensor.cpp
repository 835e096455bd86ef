// Tensors: handles on dense arrays. Build: make build. Run: build/release/bin/01_tensor
#include <ebb/ebb.hpp>

#include <iostream>

int main() {
  using namespace ebb;

  Tensor<float> x({2, 3});  // a shape: zeros, two rows of three
  x(0, 2) = 5;
  x(1, 0) += 1;
  std::cout << "shape " << x.shape() << ", " << x.size() << " elements, x(0, 2) = " << x(0, 2) << '\n';

  // `tensor` takes values where `Tensor` takes a shape; rows nest.
  const Tensor<float> row = tensor<float>({10, 20, 30}), square = tensor<float>({{0, 1}, {1, 0}});

  // Operations return new tensors and broadcast from the last axis, as in NumPy.
  const Tensor<float> y = 2.0f * x + row;
  std::cout << y << "\ncolumn sums " << sum(y, 0) << ", rows exchanged\n" << matmul(square, y) << '\n';

  // Copies of a handle, reshape, slice and x[i] share the elements; clone does not. An element that has been
  // given a name is a value of its own.
  Tensor<float> flat = x.reshape({-1});
  flat(0) = 7;
  x[1].fill(8);
  const auto before = x(0, 0);
  x(0, 0) = 9;
  Tensor<float> own = x.clone();
  own(0, 0) = 0;
  std::cout << x << ", x(0, 0) was " << before << '\n';

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
