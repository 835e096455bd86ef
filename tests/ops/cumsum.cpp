#include "ebb/ops/cumsum.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("cumsum: the formula", X, EBB_TEST_TYPES) {
  for (const Shape& shape : {Shape{5}, Shape{1}, Shape{0}, Shape{4, 7}, Shape{0, 3}, Shape{2, 3, 4},
                             Shape{3, 500, 2}, Shape{2, 3, 130}, Shape{20001}}) {
    const X x = uniform<X>(shape, -1, 1);
    const auto in = values(x);
    for (Index axis = -shape.rank(); axis < shape.rank(); ++axis) {
      CAPTURE(shape);
      CAPTURE(axis);
      const Index along = axis < 0 ? axis + shape.rank() : axis;
      const Index inner = shape.size_between(along + 1, shape.rank());
      const X y = cumsum(x, axis);
      REQUIRE(y.shape() == shape);
      const auto out = values(y);
      std::vector<double> expected(in.begin(), in.end());
      for (std::size_t i = 0; i < in.size(); ++i) {
        if (static_cast<Index>(i) / inner % shape[along] > 0)
          expected[i] += expected[i - static_cast<std::size_t>(inner)];
        check_close(out[i], expected[i]);
      }
    }
  }
  CHECK(error([] { (void)cumsum(X({2, 3}), 2); }) == "[cumsum] axis 2 does not exist in (2, 3)");
  CHECK(error([] { (void)cumsum(X(), 0); }) == "[cumsum] the input is undefined");
}

TEST_CASE_TEMPLATE("cumsum: the gradient", D, EBB_TEST_DEVICES) {
  for (const Shape& shape : {Shape{5}, Shape{1}, Shape{2, 3, 4}, Shape{0, 3}}) {
    for (Index axis = 0; axis < shape.rank(); ++axis) {
      const GradCheck check = gradcheck([axis](const auto& x) { return cumsum(x, axis); },
                                        uniform<Tensor<double, D>>(shape, -1, 1));
      CHECK_MESSAGE(check.passed, check.worst);
    }
  }
}

TEST_CASE("cumsum: integers") {
  CHECK(values(cumsum(tensor<std::int64_t>({1, 2, 3, 4}), 0)) == std::vector<std::int64_t>{1, 3, 6, 10});
}

}  // namespace ebb::test
