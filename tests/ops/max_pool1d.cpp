#include "ebb/ops/max_pool1d.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "pool1d_cases.hpp"

using ebb::Index;
using ebb::max_pool1d;
using ebb::Tensor;

TEST_CASE_TEMPLATE("max_pool1d takes the largest of each window, whose place takes the gradient", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const auto& c : ebb::test::pool1d_cases()) {
    for (const bool with_nan : {false, true}) {
      CAPTURE(c.shape);
      CAPTURE(c.options.kernel);
      CAPTURE(with_nan);
      std::vector<T> values = ebb::test::values(ebb::randn<T, D>(c.shape));
      for (std::size_t i = with_nan ? 0 : values.size(); i < values.size(); i += 301)
        values[i] = std::numeric_limits<T>::quiet_NaN();
      const X x = ebb::tensor<T, D>(values, c.shape).requires_grad();
      const X y = max_pool1d(x, c.options);
      const ebb::test::Windows windows(c.shape, c.options);
      CHECK(y.shape() == windows.shape);
      const X dy = ebb::randn<T, D>(windows.shape);
      y.backward(dy);
      const std::vector<double> from = ebb::test::doubles(dy);
      std::vector<double> largest, dx(values.size());
      for (std::size_t i = 0; i < windows.places.size(); ++i) {
        const std::vector<std::size_t>& window = windows.places[i];
        const std::size_t winner = *std::max_element(window.begin(), window.end(), [&](auto a, auto b) {
          return values[a] < values[b] || (std::isnan(values[b]) && !std::isnan(values[a]));
        });
        largest.push_back(static_cast<double>(values[winner]));
        dx[winner] += from[i];
      }
      CHECK(ebb::test::difference(y, largest) == 0);
      CHECK(ebb::test::difference(max_pool1d(x.detach(), c.options), largest) == 0);
      CHECK(ebb::test::difference(x.grad(), dx) < ebb::test::tolerance<T>);
    }
  }
}

TEST_CASE_TEMPLATE("max_pool1d: gradient", D, EBB_TEST_DEVICES) {
  for (const auto& c : ebb::test::pool1d_cases()) {
    if (c.shape.size() > 300) continue;
    CAPTURE(c.shape);
    const auto check = ebb::gradcheck([&](const auto& x) { return max_pool1d(x, c.options); },
                                      ebb::randn<double, D>(c.shape));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE_TEMPLATE("max_pool1d: the first of equal values takes the gradient, NaN is the largest", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X ties = ebb::tensor<T, D>({1, 1, 1, 0, 2, 2, -1, -1}, {1, 1, 8}).requires_grad();
  max_pool1d(ties).backward(ebb::ones<T, D>({1, 1, 4}));
  CHECK(ebb::test::values(ties.grad()) == std::vector<T>{1, 0, 1, 0, 1, 0, 1, 0});

  const T nan = std::numeric_limits<T>::quiet_NaN();
  const X holes = ebb::tensor<T, D>({1, nan, 3, nan, nan, 5}, {1, 1, 6}).requires_grad();
  const X y = max_pool1d(holes, {.kernel = 3});
  for (const T value : ebb::test::values(y)) CHECK(std::isnan(value));
  y.backward(ebb::ones<T, D>({1, 1, 2}));
  CHECK(ebb::test::values(holes.grad()) == std::vector<T>{0, 1, 0, 1, 0, 0});
}

TEST_CASE_TEMPLATE("max_pool1d: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  const X x({2, 3, 5});
  CHECK(error([&] { (void)max_pool1d(X({4, 5})); }) == "[max_pool1d] input (4, 5) must be (N, C, L)");
  CHECK(error([&] { (void)max_pool1d(X()); }) == "[max_pool1d] input () must be (N, C, L)");
  CHECK(error([&] { (void)max_pool1d(x, {.kernel = 0}); }) ==
        "[max_pool1d] kernel 0, stride 0 and padding 0 are no window: expected a kernel of at least 1 and a "
        "stride of at least 0, both below 2^60, and a padding from 0 to half the kernel");
  CHECK(error([&] { (void)max_pool1d(x, {.kernel = 3, .padding = 2}); }) ==
        "[max_pool1d] kernel 3, stride 0 and padding 2 are no window: expected a kernel of at least 1 and a "
        "stride of at least 0, both below 2^60, and a padding from 0 to half the kernel");
  CHECK(error([&] { (void)max_pool1d(x, {.kernel = 8, .padding = 1}); }) ==
        "[max_pool1d] input (2, 3, 5) with padding 1 is shorter than kernel 8");
}
