#include "ebb/ops/conv1d.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "golden/golden.hpp"

namespace {

using ebb::Index;
using ebb::Tensor;
using ebb::test::Golden;
using ebb::test::uniform;

/// The inputs of a case, as `conv1d` of make_golden.py draws them.
template <class T>
struct Case {
  Case(const Golden& golden, const std::string& name) {
    const Tensor<std::int32_t> seed = golden.get<std::int32_t>(name + ".seed");
    const Tensor<std::int32_t> columns = golden.get<std::int32_t>(name + ".columns");
    const auto stream = [&](std::uint64_t number, const ebb::Shape& shape) {
      return uniform<T>(static_cast<std::uint64_t>(seed(0)), number, shape);
    };
    const auto column = [&](Index i) -> Index { return columns(i); };
    const Index channels = column(1), filters = column(3), groups = column(8);
    options = {.stride = column(5), .padding = column(6), .dilation = column(7), .groups = groups};
    input = stream(0, {column(0), channels, column(2)}).requires_grad();
    weight = stream(1, {filters, channels / groups, column(4)}).requires_grad();
    if (column(9)) bias = stream(2, {filters}).requires_grad();
    const Index reach = options.dilation * (column(4) - 1) + 1;
    const Index length = (column(2) + 2 * options.padding - reach) / options.stride + 1;
    upstream = stream(3, {column(0), filters, length});
  }

  Tensor<T> input, weight, bias, upstream;
  ebb::Conv1DOptions options;
};

}  // namespace

TEST_CASE_TEMPLATE("conv1d and its gradients are PyTorch's", T, float, double) {
  const Golden golden("conv1d");
  REQUIRE(golden.cases().size() >= 30);
  for (const std::string& name : golden.cases()) {
    CAPTURE(name);
    const Case<T> c(golden, name);
    const Tensor<T> y = ebb::conv1d(c.input, c.weight, c.bias, c.options);
    y.backward(c.upstream);
    golden.check(y, name + ".result");
    golden.check(c.input.grad(), name + ".gradient.input");
    golden.check(c.weight.grad(), name + ".gradient.weight");
    if (c.bias.defined()) golden.check(c.bias.grad(), name + ".gradient.bias");
  }
}
