#include "ebb/ops/scatter_add_rows.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "threads.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("scatter_add_rows: rows with one number add up", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const auto numbers = [](const std::vector<std::int32_t>& v) { return tensor<std::int32_t, D>(v); };
  const X x = tensor<T, D>({1, 2, 3, 4, 5, 6}, {3, 2});
  const X y = scatter_add_rows(x, numbers({3, 0, 3}), 4);
  CHECK(y.shape() == Shape{4, 2});
  CHECK(values(y) == std::vector<T>{3, 4, 0, 0, 0, 0, 6, 8});
  CHECK(values(scatter_add_rows(X({0, 2}), numbers({}), 1)) == std::vector<T>{0, 0});
  CHECK(scatter_add_rows(X({0, 2}), numbers({}), 0).shape() == Shape{0, 2});

  CHECK(error([&] {
          (void)scatter_add_rows(x, numbers({0, 4, 1}), 4);
        }) == "[scatter_add_rows] number 4 at position 1 is not in [0, 4)");
  CHECK(error([&] { (void)scatter_add_rows(x, numbers({0}), 4); }) ==
        "[scatter_add_rows] the row numbers have shape (1,), the input (3, 2)");
  CHECK(error([&] {
          (void)scatter_add_rows(x, numbers({0, 0, 0}), -1);
        }) == "[scatter_add_rows] the number of rows -1 is negative");
  CHECK(error([&] {
          (void)scatter_add_rows(X(), numbers({}), 1);
        }).starts_with("[scatter_add_rows] the input"));
}

TEST_CASE("scatter_add_rows: the same bits for any number of threads") {
  const auto x = uniform<Tensor<float>>({500, 700}, -1, 1);
  const auto rows = Tensor<std::int32_t>({500});
  const auto with_threads = [&](int count) {
    const Threads threads(count);
    return values(scatter_add_rows(x, rows, 2));
  };
  const auto one = with_threads(1);
  CHECK(with_threads(4) == one);
  float sum = 0;
  for (Index i = 0; i < 500; ++i) sum += x(i, 3);
  CHECK(one[3] == sum);
}

TEST_CASE_TEMPLATE("scatter_add_rows: the gradient", D, EBB_TEST_DEVICES) {
  using X = Tensor<double, D>;
  const auto rows = tensor<std::int32_t, D>({4, 0, 4});
  CHECK(
      gradcheck([&](const X& x) { return scatter_add_rows(x, rows, 5); }, uniform<X>({3, 2}, -1, 1)).passed);
}

}  // namespace ebb::test
