#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/print.hpp"
#include "ebb/io/safetensors.hpp"

namespace ebb::test {

namespace {

// "name.type" of a tensor and "name.type.precision" of its text.
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
  const std::string path = EBB_SOURCE_DIR "/tests/golden/printing.safetensors";
  const State tensors = io::read_safetensors(path);
  io::SafetensorsMetadata texts = io::read_safetensors_metadata(path);
  REQUIRE(tensors.size() == 38);
  for (const NamedTensor& entry : tensors) {
    for (const int precision : {6, 3, 0}) {
      CAPTURE(entry.name);
      const Shape& shape = entry.tensor.shape();
      std::string expected = texts.at(entry.name + '.' + std::to_string(precision));
      if (shape.size() > PrintOptions{}.threshold) expected += '\n' + detail::text(shape);
      CHECK(printed(entry.tensor, precision) == expected);
    }
  }
}

}  // namespace ebb::test
