#include "ebb/backend/cpu/isa.hpp"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

using namespace ebb::cpu;

namespace {

struct Wish {
  explicit Wish(const std::string& name) {
    if (const char* const before = std::getenv("EBB_ISA")) saved = before;
    setenv("EBB_ISA", name.c_str(), 1);
  }
  ~Wish() { saved.empty() ? unsetenv("EBB_ISA") : setenv("EBB_ISA", saved.c_str(), 1); }
  Wish(const Wish&) = delete;
  Wish& operator=(const Wish&) = delete;
  std::string saved;
};

}  // namespace

TEST_CASE("EBB_ISA chooses any instruction set up to the best") {
  const Isa best = [] {
    const Wish none("");
    return chosen_isa();
  }();
  for (std::size_t level = 0; level < isa_names.size(); ++level) {
    CAPTURE(isa_names[level]);
    const Wish wish{std::string(isa_names[level])};
    CHECK(chosen_isa() == std::min(best, static_cast<Isa>(level)));
  }
}

TEST_CASE("EBB_ISA: an unknown name is an error") {
  const Wish wish("sse9");
  CHECK_THROWS_WITH(chosen_isa(),
                    "[isa] EBB_ISA is 'sse9', expected portable, avx2, avx512, avx512_bf16 or amx");
}
