#include "ebb/ops/upsample1d.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"

using ebb::Index;
using ebb::Shape;
using ebb::upsample1d;
using ebb::Upsample1DOptions;
using ebb::UpsampleMode;

namespace {

const std::vector<Upsample1DOptions> modes{
    {}, {.mode = UpsampleMode::linear}, {.mode = UpsampleMode::linear, .align_corners = true}};

}  // namespace

TEST_CASE_TEMPLATE("upsample1d: the sample to the left, or a point between two", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const X x = ebb::tensor<T, D>({0, 8, 4}, {1, 1, 3});
  CHECK(ebb::test::values(upsample1d(x, 6)) == std::vector<T>{0, 0, 8, 8, 4, 4});
  CHECK(ebb::test::values(upsample1d(x, 4)) == std::vector<T>{0, 0, 8, 4});
  CHECK(ebb::test::values(upsample1d(x, 2)) == std::vector<T>{0, 8});
  CHECK(ebb::test::values(upsample1d(x, 6, modes[1])) == std::vector<T>{0, 2, 6, 7, 5, 4});
  CHECK(ebb::test::values(upsample1d(x, 5, modes[2])) == std::vector<T>{0, 4, 8, 6, 4});
  for (const Upsample1DOptions& options : modes) {
    CHECK(ebb::test::values(upsample1d(x, 3, options)) == ebb::test::values(x));
    CHECK(upsample1d(X({0, 2, 3}), 5, options).shape() == Shape{0, 2, 5});
    CHECK(ebb::test::values(upsample1d(ebb::ones<T, D>({1, 1, 1}), 3, options)) == std::vector<T>{1, 1, 1});
  }
}

TEST_CASE_TEMPLATE("upsample1d: gradient", D, EBB_TEST_DEVICES) {
  for (const Upsample1DOptions& options : modes) {
    for (const Index length : {1, 2, 5, 7, 10, 17}) {
      CAPTURE(length);
      const auto check = ebb::gradcheck([&](const auto& x) { return upsample1d(x, length, options); },
                                        ebb::randn<double, D>({2, 2, 5}));
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

TEST_CASE_TEMPLATE("upsample1d: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] {
          (void)upsample1d(X({4, 5}), 2);
        }) == "[upsample1d] input (4, 5) must be (N, C, L) with L at least 1");
  CHECK(error([] {
          (void)upsample1d(X({1, 4, 5}), 0);
        }) == "[upsample1d] the length 0 of the result must be at least 1");
}
