#include "ebb/ops/all_of.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("all_of: over axes", D, EBB_TEST_DEVICES) {
  using Bits = std::vector<bool>;
  const auto mask = tensor<bool, D>({false, true, true, false, false, true}, {2, 3});
  CHECK(values(all_of(mask, 0)) == Bits{false, false, true});
  CHECK(values(all_of(mask, 1)) == Bits{false, false});
  CHECK(all_of(mask, {0, 1}).shape() == Shape{});
  CHECK(all_of(mask, -1, {.keep_axes = true}).shape() == Shape{2, 1});
  CHECK(values(all_of(mask, Axes{})) == values(mask));
  CHECK(all_of(Tensor<bool, D>({0, 3})).item() == true);
  CHECK(values(all_of(Tensor<bool, D>({0, 3}), 0)) == Bits(3, true));
}

TEST_CASE_TEMPLATE("all_of: one element of many", D, EBB_TEST_DEVICES) {
  for (const Index size : {1, 31, 64, 1000, 40001}) {
    for (const bool rest : {false, true}) {
      const auto uniform = full<bool, D>({size}, rest);
      CHECK(all_of(uniform).item() == rest);
      std::vector<bool> bits(static_cast<std::size_t>(size), rest);
      bits[bits.size() / 2] = !rest;
      const bool expected = size == 1 ? !rest : false;
      CHECK(all_of(tensor<bool, D>(bits)).item() == expected);
    }
  }
}

TEST_CASE_TEMPLATE("all_of: errors", D, EBB_TEST_DEVICES) {
  const Tensor<bool, D> mask({2, 3});
  CHECK(error([&] { (void)all_of(mask, 2); }) == "[all_of] axis 2 does not exist in (2, 3)");
  CHECK(error([&] { (void)all_of(mask, {0, 0}); }) == "[all_of] axis 0 of (2, 3) is named twice");
  CHECK(error([&] { (void)all_of(Tensor<bool, D>()); }) == "[all_of] the mask is undefined");
}

}  // namespace ebb::test
