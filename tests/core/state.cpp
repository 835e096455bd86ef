#include "ebb/core/state.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "core/state_of.hpp"

using ebb::State;
using ebb::Tensor;
using ebb::test::error;
using ebb::test::state_of;
using ebb::test::values;

TEST_CASE("state: tensors are found by name and type") {
  const auto weight = ebb::ones<float>({2, 3}), bias = ebb::ones<float>({2});
  State state = state_of({{"weight", weight}, {"bias", bias}});
  CHECK(state.size() == 2);
  CHECK(state.begin()->name == "weight");
  CHECK(state.get<float>("weight").data() == weight.data());
  CHECK(state.find("gain") == nullptr);
  CHECK(error([&] { (void)state.get<float>("gain"); }) == "[state] there is no tensor \"gain\" among 2");
  CHECK(error([&] { (void)state.get<double>("bias"); }) ==
        "[state] tensor \"bias\" holds F32 or is on another device, asked for F64");
  CHECK(error([&] { state.add("bias", weight); }) == "[state] there are two tensors named \"bias\"");
  CHECK(error([&] { state.add("gain", Tensor<float>()); }) == "[state] a tensor is undefined");
  CHECK(state.size() == 2);
}

TEST_CASE("state: a tensor made of bytes") {
  const auto bytes = ebb::tensor<std::uint8_t>({0, 0, 128, 63, 0, 0, 0, 64});  // 1.0f, 2.0f
  const State state = state_of({{"x", ebb::AnyTensor("F32", {2}, bytes)}});
  CHECK(values(state.get<float>("x")) == std::vector<float>{1, 2});
  CHECK(error([&] { (void)ebb::AnyTensor("F32", {3}, bytes); }) ==
        "[state] 8 bytes are not a tensor of F32 of shape (3,)");
  CHECK(error([&] { (void)ebb::AnyTensor("F17", {4}, bytes); }) ==
        "[state] there is no element type \"F17\"");
}

TEST_CASE("state: a clone has elements of its own") {
  auto x = ebb::tensor<double>({1, 2}).requires_grad();
  const State state = state_of({{"x", x}});
  const State copy = state.clone();
  x.fill(7);
  CHECK(values(state.get<double>("x")) == std::vector<double>{7, 7});
  CHECK(values(copy.get<double>("x")) == std::vector<double>{1, 2});
  CHECK_FALSE(copy.get<double>("x").needs_grad());
}

TEST_CASE("state: parts under prefixes") {
  const State inner = state_of({{"w", ebb::ones<float>({2})}, {"b", ebb::zeros<float>({1})}});
  State outer = state_of({{"a.x", ebb::ones<float>({3})}});
  outer.add_all("b.", inner);
  CHECK(outer.size() == 3);
  CHECK(outer.get<float>("b.w").data() == inner.get<float>("w").data());
  const State part = outer.part("b.");
  CHECK(part.size() == 2);
  CHECK(part.get<float>("b").data() == inner.get<float>("b").data());
  CHECK(outer.part("c.").size() == 0);
  CHECK(error([&] { outer.add_all("b.", inner); }) == "[state] there are two tensors named \"b.w\"");
}
