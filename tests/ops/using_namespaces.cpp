// Names of operations beside those of the standard library, in a program that uses both namespaces.
#include <algorithm>
#include <any>
#include <cmath>
#include <complex>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <valarray>

#include <doctest/doctest.h>

#include "ebb/ebb.hpp"

using namespace std;
using namespace ebb;

TEST_CASE_TEMPLATE("using namespaces: what people call compiles", T, float, double) {
  const Tensor<T> x = tensor<T>({1, 2, 3, 4, 5, 6}, {2, 3}), y = ones<T>({2, 3});
  const Tensor<bool> small = (x < T(3)) | (x == y);
  CHECK(any_of(small).item());
  CHECK_FALSE(all_of(small | !isfinite(x)).item());
  CHECK(count_nonzero(small).item() == 2);
  CHECK(min(x).item() == 1);
  CHECK(max(x, 0)(1) == 5);
  CHECK(minimum(x, y)(1, 1) == 1);
  CHECK(maximum(x, T(2))(0, 0) == 2);
  CHECK(where(small, x, T(0))(1, 2) == 0);
  CHECK(pow(x, T(2))(0, 1) == 4);
  CHECK(round(floor(abs(sin(x) + cos(x)))).size() == 6);
  CHECK(sum(log1p(expm1(erf(exp(log(sqrt(x))))))).item() > 0);
  CHECK(prod(x).item() == 720);
  CHECK(norm(y, 1, {.order = 1})(0) == 3);
  CHECK(var(x, 1)(0) == 1);
  CHECK(stddev(x, 1)(0) == 1);
  CHECK(cumsum(x, 1)(0, 2) == 6);
  CHECK(sort(x, -1, {.descending = true}).values(0, 0) == 3);
  CHECK(topk(x, 1).indices(1, 0) == 2);
  CHECK(string("std") == "std");
}

TEST_CASE("using namespaces: bfloat16 has every elementwise operation") {
  const auto x = cast<bfloat16>(tensor<float>({0.5f, 1, 2}));
  const auto close = [&](const Tensor<bfloat16>& y, double first) {
    CHECK(static_cast<double>(y(0)) == doctest::Approx(first).epsilon(0.01));
  };
  close(sin(x), 0.4794);
  close(cos(x), 0.8776);
  close(erf(x), 0.5205);
  close(gelu(x), 0.3457);
  close(silu(x), 0.3112);
  close(elu(-x), -0.3935);
  close(softplus(x), 0.9741);
  close(pow(x, bfloat16(3)), 0.125);
  close(minimum(x, bfloat16(1)), 0.5);
  close(where(x > bfloat16(1), x, bfloat16(4)), 4);
  close(cumsum(x, 0), 0.5);
  close(sort(x, 0, {.descending = true}).values, 2);
  close(prod(x, Axes{}), 0.5);
  CHECK(static_cast<float>(max(x).item()) == 2);
  CHECK(static_cast<float>(norm(x).item()) == doctest::Approx(2.2913).epsilon(0.01));
  CHECK(static_cast<float>(stddev(x).item()) == doctest::Approx(0.7638).epsilon(0.01));
}
