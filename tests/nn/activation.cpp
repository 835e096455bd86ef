#include "ebb/nn/activation.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"

namespace nn = ebb::nn;

TEST_CASE_TEMPLATE("activation layers: do what their operations do", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::test::uniform<X>({2, 3, 7}, -2, 2);
  const auto check = [&](const nn::Module<T, D>& layer, const X& expected) {
    CAPTURE(layer.describe());
    const X y = layer(x);
    CHECK(y.shape() == expected.shape());
    CHECK(ebb::test::values(y) == ebb::test::values(expected));
    CHECK(layer.state().size() == 0);
  };
  check(nn::ReLU<T, D>(), relu(x));
  check(nn::LeakyReLU<T, D>(), leaky_relu(x));
  check(nn::LeakyReLU<T, D>(0.3), leaky_relu(x, static_cast<T>(0.3)));
  check(nn::ELU<T, D>(), elu(x));
  check(nn::ELU<T, D>(0.3), elu(x, static_cast<T>(0.3)));
  check(nn::GELU<T, D>(), gelu(x));
  check(nn::GELU<T, D>(ebb::GeluApproximation::tanh), gelu(x, ebb::GeluApproximation::tanh));
  check(nn::SiLU<T, D>(), silu(x));
  check(nn::Softplus<T, D>(), softplus(x));
  check(nn::Softplus<T, D>(3), softplus(x, T(3)));
  check(nn::Sigmoid<T, D>(), sigmoid(x));
  check(nn::Tanh<T, D>(), tanh(x));
  check(nn::Softmax<T, D>(), softmax(x, 2));
  check(nn::Softmax<T, D>(1), softmax(x, 1));
}

TEST_CASE("activation layers: describe themselves") {
  CHECK(nn::ReLU<float>().describe() == "ReLU");
  CHECK(nn::LeakyReLU<float>().describe() == "LeakyReLU(0.01)");
  CHECK(nn::ELU<float>(0.5).describe() == "ELU(0.5)");
  CHECK(nn::GELU<float>().describe() == "GELU");
  CHECK(nn::GELU<float>(ebb::GeluApproximation::tanh).describe() == "GELU(tanh)");
  CHECK(nn::SiLU<float>().describe() == "SiLU");
  CHECK(nn::Softplus<float>().describe() == "Softplus(1)");
  CHECK(nn::Softmax<float>().describe() == "Softmax");
}
