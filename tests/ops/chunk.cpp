#include "ebb/ops/chunk.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/multiply.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("chunk: parts of equal size", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({{1, 2, 3, 4}, {5, 6, 7, 8}});
  const auto halves = chunk(x, 2, -1);
  REQUIRE(halves.size() == 2);
  CHECK(values(halves[1]) == std::vector<T>{3, 4, 7, 8});
  // Sizes as PyTorch chooses them.
  const auto sizes = [](Index extent, Index count) {
    std::vector<Index> out;
    for (const X& part : chunk(X({extent}), count)) out.push_back(part.size());
    return out;
  };
  CHECK(sizes(11, 6) == std::vector<Index>{2, 2, 2, 2, 2, 1});
  CHECK(sizes(12, 5) == std::vector<Index>{3, 3, 3, 3});
  CHECK(sizes(2, 3) == std::vector<Index>{1, 1});
  CHECK(sizes(0, 2) == std::vector<Index>{0, 0});

  CHECK(error([&] { (void)chunk(x, 0); }) == "[chunk] there cannot be 0 parts");
  CHECK(error([&] { (void)chunk(x, 1, 2); }) == "[chunk] axis 2 does not exist in (2, 4)");
  CHECK(error([&] { (void)chunk(X(), 1); }) == "[chunk] the input is undefined");
}

TEST_CASE_TEMPLATE("chunk: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  CHECK(gradcheck(
            [](const X& x) {
              const auto parts = chunk(x, 3, 1);
              return parts[0] * parts[2];
            },
            uniform<X>({2, 6, 3}, -1, 1))
            .passed);
}

}  // namespace ebb::test
