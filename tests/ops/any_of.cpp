#include "ebb/ops/any_of.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("any_of: over axes", D, EBB_TEST_DEVICES) {
  using Bits = std::vector<bool>;
  const auto mask = tensor<bool, D>({false, true, true, false, false, true}, {2, 3});
  CHECK(values(any_of(mask, 0)) == Bits{false, true, true});
  CHECK(values(any_of(mask, 1)) == Bits{true, true});
  CHECK(any_of(mask, {0, 1}).shape() == Shape{});
  CHECK(any_of(mask, -1, {.keep_axes = true}).shape() == Shape{2, 1});
  CHECK(values(any_of(mask, Axes{})) == values(mask));
  CHECK(any_of(Tensor<bool, D>({0, 3})).item() == false);
  CHECK(values(any_of(Tensor<bool, D>({0, 3}), 0)) == Bits(3, false));
}

TEST_CASE_TEMPLATE("any_of: one element of many", D, EBB_TEST_DEVICES) {
  for (const Index size : {1, 31, 64, 1000, 40001}) {
    for (const bool rest : {false, true}) {
      const auto uniform = full<bool, D>({size}, rest);
      CHECK(any_of(uniform).item() == rest);
      std::vector<bool> bits(static_cast<std::size_t>(size), rest);
      bits[bits.size() / 2] = !rest;
      const bool expected = size == 1 ? !rest : true;
      CHECK(any_of(tensor<bool, D>(bits)).item() == expected);
    }
  }
}

TEST_CASE_TEMPLATE("any_of: errors", D, EBB_TEST_DEVICES) {
  const Tensor<bool, D> mask({2, 3});
  CHECK(error([&] { (void)any_of(mask, 2); }) == "[any_of] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)any_of(mask, {0, 0}); }) == "[any_of] axis 0 of (2, 3) is named twice");
  CHECK(error([&] { (void)any_of(Tensor<bool, D>()); }) == "[any_of] the mask is undefined");
}

}  // namespace ebb::test
