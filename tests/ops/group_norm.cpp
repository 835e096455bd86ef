#include "ebb/ops/group_norm.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/clone.hpp"
#include "ebb/ops/layer_norm.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/reshape.hpp"
#include "threads.hpp"

using ebb::group_norm;
using ebb::Index;
using ebb::Shape;
using ebb::Tensor;

namespace {

struct Case {
  Shape shape;
  Index groups;
};

const std::vector<Case> cases{{{1, 1}, 1},    {{3, 4}, 2},     {{2, 6, 7}, 3},
                              {{2, 6, 7}, 6}, {{1, 4, 33}, 1}, {{2, 2, 2, 5}, 2},
                              {{0, 4, 3}, 2}, {{2, 4, 1}, 4},  {{300, 2, 3}, 1}};

}  // namespace

TEST_CASE_TEMPLATE("group_norm: a group is standardised as one part, with one gamma and beta per channel", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const Case& c : cases) {
    CAPTURE(c.shape);
    const Index channels = c.shape[1], inner = c.shape.size_between(2, c.shape.rank());
    const Index size = channels / c.groups * inner;
    const X x = ebb::randn<T, D>(c.shape), gamma = ebb::rand<T, D>({channels}),
            beta = ebb::randn<T, D>({channels});
    const X plain = ebb::layer_norm(x.reshape({c.shape[0] * c.groups, size}), {size})
                        .reshape({c.shape[0], channels, inner});
    const X expected = plain * gamma.reshape({channels, 1}) + beta.reshape({channels, 1});
    const X y = group_norm(x, c.groups, gamma, beta);
    CHECK(y.shape() == c.shape);
    CHECK(ebb::test::difference(y, ebb::test::doubles(expected)) < 4 * ebb::test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("group_norm: gradients", D, EBB_TEST_DEVICES) {
  const auto random = [](const Shape& shape) { return ebb::randn<double, D>(shape); };
  for (const Case& c : cases) {
    if (c.shape.size() > 300) continue;
    CAPTURE(c.shape);
    const auto f = [&](const auto& x, const auto& gamma, const auto& beta) {
      return group_norm(x, c.groups, gamma, beta, {.epsilon = 0.1});
    };
    const auto x = random(c.shape), gamma = random({c.shape[1]}), beta = random({c.shape[1]});
    const auto all = ebb::gradcheck(f, {x, gamma, beta});
    CHECK_MESSAGE(all.passed, all.worst);
    const auto of_x = ebb::gradcheck(f, {x.clone().requires_grad(), gamma, beta});
    CHECK_MESSAGE(of_x.passed, of_x.worst);
    const auto of_gamma = ebb::gradcheck(f, {x, gamma.clone().requires_grad(), beta});
    CHECK_MESSAGE(of_gamma.passed, of_gamma.worst);
  }
}

TEST_CASE("group_norm: results do not depend on the number of threads") {
  const auto x = ebb::randn<float>({70, 6, 50}).requires_grad(),
             gamma = ebb::rand<float>({6}).requires_grad();
  const auto dy = ebb::randn<float>({70, 6, 50});
  std::vector<std::vector<float>> seen;
  for (const int count : {1, 2, 3, 5}) {
    const ebb::test::Threads threads(count);
    x.zero_grad();
    gamma.zero_grad();
    group_norm(x, 3, gamma).backward(dy);
    std::vector<float> all = ebb::test::values(x.grad()), more = ebb::test::values(gamma.grad());
    all.insert(all.end(), more.begin(), more.end());
    seen.push_back(all);
  }
  for (const auto& other : seen) CHECK(other == seen[0]);
}

TEST_CASE_TEMPLATE("group_norm: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  CHECK(error([] { (void)group_norm(X({5}), 1); }) == "[group_norm] input (5,) must be (N, C, ...)");
  CHECK(error([] {
          (void)group_norm(X({2, 5, 3}), 2);
        }) == "[group_norm] the 5 channels of input (2, 5, 3) cannot be divided into 2 groups");
  CHECK(error([] {
          (void)group_norm(X({2, 4, 3}), 2, X({3}));
        }).starts_with("[group_norm] input (2, 4, 3) has 4 channels, gamma (3,) and beta"));
}
