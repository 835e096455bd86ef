// Gradients: what requires_grad, backward and grad do, and an operation of one's own.
#include <ebb/ebb.hpp>

#include <cmath>
#include <iostream>
#include <vector>

// Forward by map, gradient by differentiable: that is a whole operation, on a par with the library's own.
template <class T>
ebb::Tensor<T> sine(const ebb::Tensor<T>& x) {
  const auto y = ebb::map(x, [](T v) { return std::sin(v); });
  return ebb::differentiable(
      y, {x},
      [x](const ebb::Tensor<T>& dy) {
        return std::vector{dy * ebb::map(x, [](T v) { return std::cos(v); })};
      },
      "sine");
}

int main() {
  using namespace ebb;

  // backward() leaves a gradient on every leaf that the loss depends on.
  const Tensor<double> w = tensor<double>({1, 2, 3}).requires_grad();
  const Tensor<double> x = tensor<double>({4, 5, 6});
  sum(w * w * x).backward();
  std::cout << "d/dw of w^2 x at w = 2, x = 5: " << w.grad()(1) << '\n';

  // grad() returns what is asked for, computes nothing else and leaves no trace on the leaves.
  const Tensor<double> input = rand<double>({3}).requires_grad();
  const std::vector<Tensor<double>> gradients = grad(sum(w * sine(input)), {input});
  std::cout << "gradient of the input " << gradients[0](0) << ", expected " << 1 * std::cos(input(0)) << '\n';

  // Every gradient can be checked against differences.
  const GradCheck check = gradcheck([](const auto& v) { return sine(v); }, input);
  std::cout << (check.passed ? "sine is right" : check.worst) << '\n';

  // Nothing is recorded under NoGrad, and a saved tensor that is changed before backward is noticed.
  {
    NoGrad guard;
    std::cout << "under NoGrad a result needs a gradient: " << std::boolalpha << sum(w).needs_grad() << '\n';
  }
  Tensor<double> leaf = ones<double>({3}).requires_grad();
  const Tensor<double> loss = sum(sine(leaf));
  leaf.fill(0);
  try {
    loss.backward();
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
  }
  return check.passed ? 0 : 1;
}
