#include <cmath>
#include <cstddef>
#include <string>

#include <doctest/doctest.h>

#include "ebb/backend/cpu.hpp"
#include "ebb/io/safetensors.hpp"

TEST_CASE("element types: as float they have NumPy's values") {
  const ebb::State file = ebb::io::read_safetensors(EBB_SOURCE_DIR "/tests/golden/element_types.safetensors");
  REQUIRE(file.size() == 20);
  for (const ebb::NamedTensor& entry : file) {
    const std::string& name = entry.name;
    if (name.ends_with(".float")) continue;
    CAPTURE(name);
    CHECK(entry.tensor.type() == name);
    const ebb::Tensor<float> found = file.cast<float>(name), expected = file.get<float>(name + ".float");
    REQUIRE(found.shape() == expected.shape());
    for (ebb::Index i = 0; i < found.size(); ++i) {
      CHECK((found(i) == expected(i) || (std::isnan(found(i)) && std::isnan(expected(i)))));
      CHECK(std::signbit(found(i)) == std::signbit(expected(i)));
    }
  }
}
