#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <doctest/doctest.h>

#include "ebb/autograd/backward.hpp"
#include "ebb/ops/chunk.hpp"
#include "ebb/ops/flip.hpp"
#include "ebb/ops/index_select.hpp"
#include "ebb/ops/narrow.hpp"
#include "ebb/ops/permute.hpp"
#include "ebb/ops/repeat.hpp"
#include "ebb/ops/repeat_interleave.hpp"
#include "ebb/ops/roll.hpp"
#include "ebb/ops/select.hpp"
#include "ebb/ops/split.hpp"
#include "ebb/ops/squeeze.hpp"
#include "ebb/ops/take_along_axis.hpp"
#include "ebb/ops/transpose.hpp"
#include "ebb/ops/tril.hpp"
#include "ebb/ops/triu.hpp"
#include "ebb/ops/unsqueeze.hpp"
#include "golden/golden.hpp"

TEST_CASE_TEMPLATE("structure: operations and their gradients are PyTorch's", T, float, double) {
  using X = ebb::Tensor<T>;
  const ebb::test::Golden golden("structure");
  const auto numbers = golden.get<std::int32_t>("select.numbers");
  const auto along = golden.get<std::int32_t>("along.numbers");
  const std::map<std::string, std::function<X(const X&)>> cases{
      {"transpose", [](const X& x) { return transpose(x, 1, 2); }},
      {"permute",
       [](const X& x) {
         return permute(x, {2, 0, 1});
       }},
      {"squeeze", [](const X& x) { return squeeze(narrow(x, 1, 0, 1), 1); }},
      {"unsqueeze", [](const X& x) { return unsqueeze(x, -2); }},
      {"flip",
       [](const X& x) {
         return flip(x, {0, 2});
       }},
      {"roll", [](const X& x) { return roll(x, -2, 1); }},
      {"repeat",
       [](const X& x) {
         return repeat(x, {2, 1, 1, 3});
       }},
      {"repeat_interleave", [](const X& x) { return repeat_interleave(x, 3, 1); }},
      {"split",
       [](const X& x) {
         return split(x, {1, 3}, 1)[1];
       }},
      {"chunk", [](const X& x) { return chunk(x, 3, 2)[2]; }},
      {"index_select", [&](const X& x) { return index_select(x, 1, numbers); }},
      {"take_along_axis",
       [&](const X& x) { return take_along_axis(transpose(narrow(x, 2, 0, 3), 1, 2), 2, along); }},
      {"select", [](const X& x) { return select(x, 1, 2); }},
      {"tril", [](const X& x) { return tril(x, 1); }},
      {"triu", [](const X& x) { return triu(x, -2); }},
  };
  for (const auto& entry : cases) {
    const std::string& name = entry.first;
    CAPTURE(name);
    const auto seed = static_cast<std::uint64_t>(golden.get<std::int32_t>(name + ".seed").item());
    const X x = ebb::test::uniform<T>(seed, 0, {2, 4, 5}).requires_grad();
    const X y = entry.second(x);
    y.backward(ebb::test::uniform<T>(seed, 1, y.shape()));
    golden.check(y, name + ".result");
    golden.check(x.grad(), name + ".gradient.input");
  }
}
