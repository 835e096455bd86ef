#include "ebb/core/print.hpp"

#include <cmath>
#include <cstdint>
#include <iomanip>
#include <limits>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "backends.hpp"

// The layout in general is compared with NumPy's: tests/golden/printing.cpp.

namespace ebb::test {

TEST_CASE_TEMPLATE("print: rows in brackets, numbers aligned at their points", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = tensor<T, D>({1, T(-2.5), 3, T(0.125)}, {2, 2});
  CHECK(to_string(x) == "[[ 1.    -2.5  ]\n [ 3.     0.125]]");
  CHECK(to_string(x, {.precision = 1}) == "[[ 1.  -2.5]\n [ 3.   0.1]]");
  std::ostringstream out;
  out << x << '\n' << std::setprecision(2) << x;
  CHECK(out.str() == "[[ 1.    -2.5  ]\n [ 3.     0.125]]\n[[ 1.   -2.5 ]\n [ 3.    0.12]]");
}

TEST_CASE_TEMPLATE("print: what has no rows", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  CHECK(to_string(full<T, D>({}, T(2.5))) == "2.5");
  CHECK(to_string(full<T, D>({}, T(3))) == "3");
  CHECK(to_string(full<T, D>({}, std::numeric_limits<T>::quiet_NaN())) == "nan");
  CHECK(to_string(X({2, 0, 3})) == "[] (2, 0, 3)");
  CHECK(to_string(X()) == "undefined");
}

TEST_CASE_TEMPLATE("print: long tensors show their ends, and their shape", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  CHECK(to_string(arange<T, D>(1000)).ends_with(" 999.]"));
  CHECK(to_string(X({1001})) == "[0. 0. 0. ... 0. 0. 0.]\n(1001,)");
  CHECK(to_string(X({5}), {.threshold = 4, .edge_items = 1}) == "[0. ... 0.]\n(5,)");
  CHECK(to_string(X({3, 2}), {.threshold = 4, .edge_items = 1}) == "[[0. 0.]\n ...\n [0. 0.]]\n(3, 2)");
  CHECK(to_string(X({5}), {.line_width = 7}) == "[0. 0.\n 0. 0.\n 0.]");
  CHECK(to_string(X({2}), {.line_width = 0}) == "[0.\n 0.]");
}

TEST_CASE("print: other element types") {
  CHECK(to_string(tensor<std::int32_t>({1, -20, 300})) == "[  1 -20 300]");
  CHECK(to_string(tensor<std::uint8_t>({1, 255})) == "[  1 255]");
  Tensor<bool> mask({2});
  mask(1) = true;
  CHECK(to_string(mask) == "[false  true]");
  Tensor<bfloat16> halves({2});
  halves(0) = bfloat16(1.5f);
  CHECK(to_string(halves) == "[1.5 0. ]");
  CHECK(to_string(full<double>({1}, 0.1)) == "[0.1]");
  CHECK(to_string(full<double>({1}, 1.0 / 3), {.precision = 20}) == "[0.3333333333333333]");
  CHECK(to_string(full<float>({1}, 1.0f / 3), {.precision = 20}) == "[0.33333334]");
}

}  // namespace ebb::test
