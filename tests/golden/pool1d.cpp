#include <string>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/avg_pool1d.hpp"
#include "ebb/ops/global_pool1d.hpp"
#include "ebb/ops/max_pool1d.hpp"
#include "golden/golden.hpp"

TEST_CASE_TEMPLATE("pooling and its gradients are PyTorch's", T, float, double) {
  const ebb::test::Golden golden("pool1d");
  REQUIRE(golden.cases().size() == 10);
  for (const std::string& name : golden.cases()) {
    const auto values = golden.get<std::int32_t>(name + ".options");
    const ebb::Pool1DOptions options{.kernel = values(0), .stride = values(1), .padding = values(2)};
    const auto check = [&](const std::string& kind, auto pool) {
      const std::string prefix = name + '.' + kind;
      if (!golden.has(prefix + ".result")) return;
      const auto x = golden.get<T>(name + ".input").requires_grad();
      const ebb::Tensor<T> y = pool(x);
      y.backward(golden.get<T>(prefix + ".upstream"));
      golden.check(y, prefix + ".result");
      golden.check(x.grad(), prefix + ".gradient.input");
    };
    check("max", [&](const auto& x) { return ebb::max_pool1d(x, options); });
    check("average", [&](const auto& x) { return ebb::avg_pool1d(x, options); });
    check("global_max", [](const auto& x) { return ebb::global_max_pool1d(x); });
    check("global_average", [](const auto& x) { return ebb::global_avg_pool1d(x); });
  }
}
