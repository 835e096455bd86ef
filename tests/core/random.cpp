#include "ebb/core/random.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "threads.hpp"

namespace ebb::test {

// From kat_vectors of Random123, the distribution of the paper's authors.
TEST_CASE("random: Philox gives the published words") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(Philox{.seed = 0, .stream = 0}(0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint64_t all = ~std::uint64_t{0};
  CHECK(Philox{.seed = all, .stream = all}(all) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  const Philox pi{.seed = 0x299f31d0a4093822, .stream = 0x0370734413198a2e};
  CHECK(pi(0x85a308d3243f6a88) == Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE_TEMPLATE("random: uniforms fill [0, 1) evenly", X, EBB_TEST_TYPES) {
  Generator generator(7);
  const auto x = values(rand<typename X::value_type, typename X::device_type>({1 << 18}, generator));
  std::vector<double> bins(64);
  double sum = 0, squares = 0;
  bool inside = true;
  for (const double v : x) {
    inside = inside && v >= 0 && v < 1;
    ++bins[static_cast<std::size_t>(v * 64)];
    sum += v;
    squares += v * v;
  }
  REQUIRE(inside);
  const double n = static_cast<double>(x.size());
  CHECK(std::abs(sum / n - 0.5) < 4 * std::sqrt(1.0 / 12 / n));
  CHECK(std::abs(squares / n - 1.0 / 3) < 4 * std::sqrt(4.0 / 45 / n));
  double chi_square = 0;
  for (const double bin : bins) chi_square += (bin - n / 64) * (bin - n / 64) / (n / 64);
  CHECK(chi_square < 110);  // 63 degrees of freedom: exceeded once in 5,000
}

TEST_CASE_TEMPLATE("random: normals have the moments and tails of the normal distribution", X,
                   EBB_TEST_TYPES) {
  Generator generator(8);
  const auto x = values(randn<typename X::value_type, typename X::device_type>({1 << 18}, generator));
  const double n = static_cast<double>(x.size());
  double moments[5] = {}, beyond_two = 0, neighbours = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double v = static_cast<double>(x[i]);
    double power = 1;
    for (double& moment : moments) moment += power / n, power *= v;
    beyond_two += std::abs(v) > 2;
    if (i > 0) neighbours += v * static_cast<double>(x[i - 1]) / n;
  }
  CHECK(std::abs(moments[1]) < 4 / std::sqrt(n));
  CHECK(std::abs(moments[2] - 1) < 4 * std::sqrt(2 / n));
  CHECK(std::abs(moments[3]) < 4 * std::sqrt(15 / n));
  CHECK(std::abs(moments[4] - 3) < 4 * std::sqrt(96 / n));
  CHECK(std::abs(neighbours) < 4 / std::sqrt(n));
  const double expected = 0.0455002638963584 * n;
  CHECK(std::abs(beyond_two - expected) < 4 * std::sqrt(expected));
}

TEST_CASE_TEMPLATE("random: seeds, streams and lengths", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  manual_seed(3);
  const auto first = values(rand<T, D>({1001})), second = values(rand<T, D>({1001}));
  CHECK(first != second);
  manual_seed(3);
  CHECK(values(rand<T, D>({1001})) == first);
  manual_seed(4);
  CHECK(values(rand<T, D>({1001})) != first);
  // Number i of a stream does not depend on how many are asked for.
  manual_seed(3);
  auto longer = values(rand<T, D>({2003}));
  longer.resize(1001);
  CHECK(longer == first);
  CHECK(values(rand<T, D>({1001})) == second);
  CHECK(rand<T, D>({0}).size() == 0);
}

TEST_CASE("random: a state brings back the numbers that came after it") {
  Generator generator(11);
  (void)rand<float>({3}, generator);
  const Generator::State state = generator.state();
  CHECK(state == Generator::State{.seed = 11, .next_stream = 1});
  const auto expected = values(randn<float>({5}, generator));
  CHECK(generator.state() != state);

  Generator other;
  other.set_state(state);
  CHECK(values(randn<float>({5}, other)) == expected);
  CHECK(other.state() == generator.state());
}

TEST_CASE("random: the same bits for any number of threads") {
  const auto draw = [](int count) {
    const Threads threads(count);
    Generator generator(5);
    return std::pair{values(rand<float>({100003}, generator)), values(randn<double>({100003}, generator))};
  };
  CHECK(draw(1) == draw(4));
}

TEST_CASE("random: a generator hands out each stream once, to any number of threads") {
  Generator generator(1);
  std::vector<std::vector<std::uint64_t>> streams(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : streams)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) mine.push_back(generator.next().stream);
      });
  }
  std::set<std::uint64_t> all;
  for (const auto& mine : streams) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == 4000);
  CHECK(*all.rbegin() == 3999);
}

}  // namespace ebb::test
