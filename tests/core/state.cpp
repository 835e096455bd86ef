#include "ebb/core/state.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"

using ebb::State;
using ebb::Tensor;
using ebb::test::error;
using ebb::test::values;

namespace {

State state_of(const std::vector<std::pair<std::string, ebb::AnyTensor>>& entries) {
  State state;
  for (const auto& [name, tensor] : entries) state.add(name, tensor);
  return state;
}

}  // namespace

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

TEST_CASE("copy_state: copies every element type") {
  const State from = state_of({{"a", ebb::tensor<float>({1, 2})},
                               {"b", ebb::full<ebb::bfloat16>({2}, ebb::bfloat16(0.5f))},
                               {"c", ebb::full<std::int64_t>({}, 5)}});
  const State to = state_of({{"c", ebb::zeros<std::int64_t>({})},
                             {"a", ebb::zeros<float>({2})},
                             {"b", ebb::zeros<ebb::bfloat16>({2})}});
  copy_state(from, to);
  CHECK(values(to.get<float>("a")) == std::vector<float>{1, 2});
  CHECK(to.get<ebb::bfloat16>("b")(1) == ebb::bfloat16(0.5f));
  CHECK(to.get<std::int64_t>("c").item() == 5);
}

TEST_CASE("copy_state: what does not fit is named and nothing is copied") {
  const State from = state_of({{"a", ebb::ones<float>({2})}, {"b", ebb::ones<float>({3})}});
  const auto message = [&](const std::vector<std::pair<std::string, ebb::AnyTensor>>& rest) {
    const auto first = ebb::zeros<float>({2});
    State to = state_of({{"a", first}});
    for (const auto& [name, tensor] : rest) to.add(name, tensor);
    const std::string text = error([&] { copy_state(from, to); });
    CHECK(values(first) == std::vector<float>{0, 0});
    return text;
  };
  CHECK(message({{"b", ebb::zeros<float>({4})}}) ==
        "[copy_state] tensor \"b\": expected F32 (4,), found F32 (3,)");
  CHECK(message({{"b", ebb::zeros<double>({3})}}) ==
        "[copy_state] tensor \"b\": expected F64 (3,), found F32 (3,)");
  CHECK(message({}) == "[copy_state] tensor \"b\" is not expected: found F32 (3,)");
  CHECK(message({{"b", ebb::zeros<float>({3})}, {"c", ebb::zeros<float>({1})}}) ==
        "[copy_state] tensor \"c\" is missing: expected F32 (1,)");
}
