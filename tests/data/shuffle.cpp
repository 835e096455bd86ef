#include "ebb/data/shuffle.hpp"

#include <cstdlib>
#include <map>
#include <vector>

#include <doctest/doctest.h>

TEST_CASE("shuffle: every order is as likely as any other") {
  std::map<std::vector<int>, int> seen;
  ebb::Generator generator(1);
  for (int i = 0; i < 6000; ++i) {
    std::vector<int> elements{1, 2, 3};
    ebb::data::shuffle(elements, generator.next());
    ++seen[elements];
  }
  REQUIRE(seen.size() == 6);
  for (const auto& [order, count] : seen) CHECK(std::abs(count - 1000) < 145);  // five standard deviations
}
