#include "ebb/ops/embedding.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("embedding: rows by number, for indices of any shape", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X weight = tensor<T, D>({0, 1, 10, 11, 20, 21}, {3, 2}).requires_grad();
  const auto indices = tensor<std::int32_t, D>({2, 0, 2, 1}, {2, 2});
  const X y = embedding(weight, indices);
  CHECK(y.shape() == Shape{2, 2, 2});
  CHECK(values(y) == std::vector<T>{20, 21, 0, 1, 20, 21, 10, 11});
  y.backward(tensor<T, D>({1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2}));
  CHECK(values(weight.grad()) == std::vector<T>{3, 4, 7, 8, 6, 8});

  weight.zero_grad();
  embedding(weight, indices, {.padding_index = 2}).backward(ones<T, D>({2, 2, 2}));
  CHECK(values(weight.grad()) == std::vector<T>{1, 1, 1, 1, 0, 0});
  CHECK(embedding(weight, Tensor<std::int32_t, D>({0, 4})).shape() == Shape{0, 4, 2});
  CHECK(embedding(weight, Tensor<std::int32_t, D>(Shape{})).shape() == Shape{2});
}

TEST_CASE_TEMPLATE("embedding: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  const auto indices = tensor<std::int32_t, D>({2, 0, 2, 2, 1, 1}, {3, 2});
  CHECK(gradcheck([&](const X& w) { return embedding(w, indices); }, uniform<X>({4, 3}, -1, 1)).passed);
}

TEST_CASE_TEMPLATE("embedding: errors", X, EBB_TEST_TYPES) {
  using D = typename X::device_type;
  const X weight({3, 2});
  CHECK(error([&] {
          (void)embedding(weight, tensor<std::int32_t, D>({0, 3}));
        }) == "[embedding] index 3 at position 1 is not in [0, 3)");
  CHECK(error([&] { (void)embedding(X({3}), tensor<std::int32_t, D>({0})); }) ==
        "[embedding] the weight (3,) must be (V, E)");
  CHECK(error([&] { (void)embedding(weight, tensor<std::int32_t, D>({0}), {.padding_index = 3}); }) ==
        "[embedding] the padding index 3 is no row of the weight (3, 2)");
}

}  // namespace ebb::test
