#include "ebb/core/copy_state.hpp"

#include <cstdint>
#include <sstream>
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

TEST_CASE("copy_state: numbers of another type are converted where that is asked for") {
  const State from = state_of({{"a", ebb::tensor<double>({1.5, -2})},
                               {"h", ebb::AnyTensor("F16", {1}, ebb::tensor<std::uint8_t>({0, 60}))},
                               {"n", ebb::tensor<std::int64_t>({7})},
                               {"same", ebb::tensor<bool>({true})}});
  const State to = state_of({{"a", ebb::zeros<float>({2})},
                             {"h", ebb::zeros<ebb::bfloat16>({1})},
                             {"n", ebb::zeros<double>({1})},
                             {"same", ebb::zeros<bool>({1})}});
  CHECK(copy_state(from, to, {.convert = true}).copied.size() == 4);
  CHECK(values(to.get<float>("a")) == std::vector<float>{1.5f, -2});
  CHECK(to.get<ebb::bfloat16>("h")(0) == ebb::bfloat16(1.0f));
  CHECK(to.get<double>("n")(0) == 7);
  CHECK(to.get<bool>("same")(0));
  const State truth = state_of({{"a", ebb::tensor<bool>({true, false})}});
  CHECK(error([&] {
          (void)copy_state(truth, state_of({{"a", ebb::zeros<float>({2})}}), {.convert = true});
        }) == "[copy_state] tensor \"a\": expected F32 (2,), found BOOL (2,)");
}

TEST_CASE("copy_state: a part, under other names, with a report of the rest") {
  const State from = state_of({{"module.a", ebb::ones<float>({2})},
                               {"module.b", ebb::ones<float>({3})},
                               {"module.gone", ebb::ones<float>({1})},
                               {"step", ebb::ones<float>({1})}});
  const State to = state_of(
      {{"a", ebb::zeros<float>({2})}, {"b", ebb::zeros<float>({4})}, {"new", ebb::zeros<float>({1})}});
  const auto report = copy_state(from, to, {.partial = true, .rename = [](const std::string& name) {
                                              return name.starts_with("module.") ? name.substr(7) : "";
                                            }});
  CHECK(values(to.get<float>("a")) == std::vector<float>{1, 1});
  CHECK(values(to.get<float>("b")) == std::vector<float>{0, 0, 0, 0});
  std::ostringstream out;
  out << report;
  CHECK(out.str() ==
        "copied: 1\nmissing (1)\n  new\nunexpected (1)\n  gone\nof another shape or type (1)\n"
        "  \"b\": expected F32 (4,), found F32 (3,)\n");
  CHECK(error([&] { (void)copy_state(from, to, {.rename = [](const std::string&) { return "a"; }}); }) ==
        "[state] there are two tensors named \"a\"");
}
