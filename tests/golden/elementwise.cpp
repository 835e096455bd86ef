#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/ceil.hpp"
#include "ebb/ops/comparison.hpp"
#include "ebb/ops/cos.hpp"
#include "ebb/ops/erf.hpp"
#include "ebb/ops/expm1.hpp"
#include "ebb/ops/floor.hpp"
#include "ebb/ops/log1p.hpp"
#include "ebb/ops/masked_fill.hpp"
#include "ebb/ops/masked_select.hpp"
#include "ebb/ops/maximum.hpp"
#include "ebb/ops/minimum.hpp"
#include "ebb/ops/pow.hpp"
#include "ebb/ops/reciprocal.hpp"
#include "ebb/ops/round.hpp"
#include "ebb/ops/rsqrt.hpp"
#include "ebb/ops/sin.hpp"
#include "ebb/ops/where.hpp"
#include "golden/golden.hpp"

TEST_CASE_TEMPLATE("unary functions and their gradients are PyTorch's", T, float, double) {
  const ebb::test::Golden golden("elementwise");
  const auto check = [&](const std::string& domain, const std::string& function, auto f) {
    const auto x = golden.get<T>("unary." + domain).requires_grad();
    const ebb::Tensor<T> y = f(x);
    y.backward(golden.get<T>("unary.upstream"));
    golden.check_each(y, "unary." + function + ".result");
    golden.check(x.grad(), "unary." + function + ".gradient.input");
  };
  check("real", "sin", [](const auto& x) { return ebb::sin(x); });
  check("real", "cos", [](const auto& x) { return ebb::cos(x); });
  check("real", "erf", [](const auto& x) { return ebb::erf(x); });
  check("real", "expm1", [](const auto& x) { return ebb::expm1(x); });
  check("real", "floor", [](const auto& x) { return ebb::floor(x); });
  check("real", "ceil", [](const auto& x) { return ebb::ceil(x); });
  check("real", "round", [](const auto& x) { return ebb::round(x); });
  check("positive", "log1p", [](const auto& x) { return ebb::log1p(x); });
  check("positive", "reciprocal", [](const auto& x) { return ebb::reciprocal(x); });
  check("positive", "rsqrt", [](const auto& x) { return ebb::rsqrt(x); });
  check("positive", "pow.2", [](const auto& x) { return ebb::pow(x, 2); });
  check("positive", "pow.3", [](const auto& x) { return ebb::pow(x, 3); });
  check("positive", "pow.-1", [](const auto& x) { return ebb::pow(x, -1); });
  check("positive", "pow.0.5", [](const auto& x) { return ebb::pow(x, T(0.5)); });
}

TEST_CASE_TEMPLATE("binary functions, masks and their gradients are PyTorch's", T, float, double) {
  const ebb::test::Golden golden("elementwise");
  const auto mask = golden.get<std::int32_t>("binary.mask") != 0;
  const auto upstream = golden.get<T>("binary.upstream");
  const auto check = [&](const std::string& function, auto f) {
    const auto a = golden.get<T>("binary.a").requires_grad(), b = golden.get<T>("binary.b").requires_grad();
    const ebb::Tensor<T> y = f(a, b);
    y.backward(upstream);
    golden.check_each(y, "binary." + function + ".result");
    golden.check(a.grad(), "binary." + function + ".gradient.a");
    golden.check(b.grad(), "binary." + function + ".gradient.b");
  };
  check("minimum", [](const auto& a, const auto& b) { return ebb::minimum(a, b); });
  check("maximum", [](const auto& a, const auto& b) { return ebb::maximum(a, b); });
  check("pow", [](const auto& a, const auto& b) { return ebb::pow(a, b); });
  check("where", [&](const auto& a, const auto& b) { return ebb::where(mask, a, b); });

  const auto x = golden.get<T>("binary.upstream").requires_grad();
  const auto filled = ebb::masked_fill(x, mask, T(0.5));
  filled.backward(upstream);
  golden.check_each(filled, "binary.masked_fill.result");
  golden.check(x.grad(), "binary.masked_fill.gradient.a");
  x.zero_grad();
  const auto selected = ebb::masked_select(x, mask);
  selected.backward(ebb::test::uniform<T>(411, 4, selected.shape()));
  golden.check_each(selected, "binary.masked_select.result");
  golden.check(x.grad(), "binary.masked_select.gradient.a");
}
