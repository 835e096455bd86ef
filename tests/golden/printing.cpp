#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/print.hpp"
#include "ebb/io/safetensors.hpp"

namespace ebb::test {

namespace {

std::string printed(const AnyTensor& tensor, int precision) {
  const auto print = [&]<class T>(T) { return to_string(tensor.get<T, Cpu>(), {.precision = precision}); };
  if (tensor.type() == "F32") return print(float{});
  if (tensor.type() == "F64") return print(double{});
  if (tensor.type() == "I32") return print(std::int32_t{});
  if (tensor.type() == "I64") return print(std::int64_t{});
  return print(std::uint8_t{});
}

}  // namespace

TEST_CASE("printing: the text is NumPy's") {
  const State golden = io::read_safetensors(EBB_SOURCE_DIR "/tests/golden/printing.safetensors");
  int tensors = 0;
  for (const NamedTensor& entry : golden) {
    if (entry.name.starts_with("text.")) continue;
    ++tensors;
    for (const int precision : {6, 3, 0}) {
      CAPTURE(entry.name);
      const auto text = golden.get<std::uint8_t>("text." + entry.name + '.' + std::to_string(precision));
      std::string expected(text.begin(), text.end());
      const Shape& shape = entry.tensor.shape();
      if (shape.size() > PrintOptions{}.threshold) expected += '\n' + detail::text(shape);
      CHECK(printed(entry.tensor, precision) == expected);
    }
  }
  CHECK(tensors == 38);
}

}  // namespace ebb::test
