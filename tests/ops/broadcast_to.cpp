#include "ebb/ops/broadcast_to.hpp"

#include <doctest/doctest.h>

#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("broadcast_to: every element comes from its place", X, EBB_TEST_TYPES) {
  for (const Broadcast& c : broadcasts()) {
    for (const Shape& from : {c.a, c.b}) {
      CAPTURE(from);
      CAPTURE(c.y);
      const X x = uniform<X>(from, -1, 1);
      const X y = broadcast_to(x, c.y);
      REQUIRE(y.shape() == c.y);
      const auto in = values(x), out = values(y);
      for (std::size_t i = 0; i < out.size(); ++i) CHECK(out[i] == in[broadcast_source(i, c.y, from)]);
    }
  }
  CHECK(error([] {
          (void)broadcast_to(X({2, 3}), {3});
        }) == "[broadcast_to] a tensor of shape (2, 3) does not broadcast to (3,)");
  CHECK(error([] { (void)broadcast_to(X({2}), {3}); }).starts_with("[broadcast_to] shapes (2,) and (3,)"));
  CHECK(error([] { (void)broadcast_to(X(), {3}); }) == "[broadcast_to] the input is undefined");
}

TEST_CASE_TEMPLATE("broadcast_to: the gradient", D, EBB_TEST_DEVICES) {
  for (const Broadcast& c : broadcasts()) {
    CAPTURE(c.a);
    CAPTURE(c.y);
    const GradCheck check = gradcheck([&](const auto& x) { return broadcast_to(x, c.y); },
                                      uniform<Tensor<double, D>>(c.a, -1, 1));
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

}  // namespace ebb::test
