#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/cumsum.hpp"
#include "ebb/ops/logsumexp.hpp"
#include "ebb/ops/min.hpp"
#include "ebb/ops/norm.hpp"
#include "ebb/ops/prod.hpp"
#include "ebb/ops/sort.hpp"
#include "ebb/ops/stddev.hpp"
#include "ebb/ops/topk.hpp"
#include "ebb/ops/var.hpp"
#include "golden/golden.hpp"

namespace {

template <class T, class F>
void check(const ebb::test::Golden& golden, const std::string& name, F f) {
  const auto x = golden.get<T>("input").requires_grad();
  const ebb::Tensor<T> y = f(x);
  y.backward(ebb::test::uniform<T>(420, 1, y.shape()));
  golden.check_each(y, name + ".result");
  golden.check(x.grad(), name + ".gradient.input");
}

}  // namespace

TEST_CASE_TEMPLATE("reductions and their gradients are PyTorch's", T, float, double) {
  const ebb::test::Golden golden("reductions");
  const std::vector<std::pair<std::string, ebb::Axes>> cases{
      {".0", 0}, {".1", 1}, {".2", 2}, {".02", {0, 2}}};
  for (const auto& [suffix, named] : cases) {
    const ebb::Axes axes = named;
    check<T>(golden, "min" + suffix, [&](const auto& x) { return ebb::min(x, axes); });
    check<T>(golden, "var" + suffix, [&](const auto& x) { return ebb::var(x, axes); });
    check<T>(golden, "var_biased" + suffix,
             [&](const auto& x) { return ebb::var(x, axes, {.correction = 0}); });
    check<T>(golden, "stddev" + suffix, [&](const auto& x) { return ebb::stddev(x, axes); });
    check<T>(golden, "norm1" + suffix, [&](const auto& x) { return ebb::norm(x, axes, {.order = 1}); });
    check<T>(golden, "norm2" + suffix, [&](const auto& x) { return ebb::norm(x, axes); });
    check<T>(golden, "norm_inf" + suffix, [&](const auto& x) {
      return ebb::norm(x, axes, {.order = std::numeric_limits<double>::infinity()});
    });
    check<T>(golden, "logsumexp" + suffix, [&](const auto& x) { return ebb::logsumexp(x, axes); });
  }
}

TEST_CASE_TEMPLATE("prod, cumsum, sort, topk and their gradients are PyTorch's", T, float, double) {
  const ebb::test::Golden golden("reductions");
  const auto equal = [](const auto& a, const auto& b) {
    return a.shape() == b.shape() && std::equal(a.span().begin(), a.span().end(), b.span().begin());
  };
  for (ebb::Index axis = 0; axis < 3; ++axis) {
    const std::string suffix = '.' + std::to_string(axis);
    check<T>(golden, "prod" + suffix, [&](const auto& x) { return ebb::prod(x, axis); });
    check<T>(golden, "cumsum" + suffix, [&](const auto& x) { return ebb::cumsum(x, axis); });
    for (const bool down : {false, true}) {
      const std::string name = suffix + (down ? ".1" : ".0");
      check<T>(golden, "sort" + name, [&](const auto& x) {
        const auto [values, indices] = ebb::sort(x, axis, {.descending = down});
        CHECK(equal(indices, golden.get<std::int32_t>("sort" + name + ".indices")));
        return values;
      });
      check<T>(golden, "topk" + name, [&](const auto& x) {
        const auto [values, indices] = ebb::topk(x, 2, axis, {.largest = down});
        CHECK(equal(indices, golden.get<std::int32_t>("topk" + name + ".indices")));
        return values;
      });
    }
  }
}
