#include "ebb/core/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <thread>
#include <tuple>
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

TEST_CASE_TEMPLATE("random: integers are drawn evenly", T, std::int32_t, std::int64_t, std::uint8_t) {
  Generator generator(9);
  const auto x = values(randint<T>(3, 10, {70'000}, generator));
  std::vector<double> counts(7);
  bool inside = true;
  for (const T v : x) {
    inside = inside && v >= 3 && v < 10;
    ++counts[static_cast<std::size_t>(v - 3) % 7];
  }
  REQUIRE(inside);
  double chi_square = 0;
  for (const double count : counts) chi_square += (count - 10'000) * (count - 10'000) / 10'000;
  CHECK(chi_square < 25);  // 6 degrees of freedom: exceeded once in 3,000
  CHECK(values(randint<T>(5, 6, {3}, generator)) == std::vector<T>{5, 5, 5});
  CHECK(randint<T>(0, 2, {2, 0}, generator).shape() == Shape{2, 0});
  CHECK(error([] { (void)randint<T>(5, 5, {1}); }) == "[randint] there are no integers in [5, 5)");
}

TEST_CASE("random: integers of the widest range, of which every third attempt fails") {
  constexpr std::int64_t limit = std::int64_t{3} << 61;  // 2 limit of 2^64 integers
  Generator generator(10);
  const auto x = values(randint<std::int64_t>(-limit, limit, {40'000}, generator));
  double negative = 0, upper_half = 0;
  for (const std::int64_t v : x) {
    CHECK_FALSE((v < -limit || v >= limit));
    negative += v < 0;
    upper_half += v >= limit / 2 || (v < 0 && v >= -limit / 2);
  }
  CHECK(std::abs(negative - 20'000) < 400);  // four standard deviations
  CHECK(std::abs(upper_half - 20'000) < 400);
}

TEST_CASE("random: a permutation, each as likely as any other") {
  Generator generator(12);
  auto x = values(randperm(1000, generator));
  CHECK(x != values(randperm(1000, generator)));
  std::sort(x.begin(), x.end());
  CHECK(x == values(arange<std::int32_t>(1000)));
  std::map<std::vector<std::int32_t>, int> orders;
  for (int i = 0; i < 6000; ++i) ++orders[values(randperm(3, generator))];
  CHECK(orders.size() == 6);
  for (const auto& [order, count] : orders) CHECK(std::abs(count - 1000) < 120);
  CHECK(randperm(0).shape() == Shape{0});
  CHECK(randperm<std::uint8_t>(256).size() == 256);
  CHECK(error([] { (void)randperm<std::uint8_t>(257); }).starts_with("[randperm] the count 257"));
  CHECK(error([] { (void)randperm(-1); }).starts_with("[randperm] the count -1"));
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
    return std::tuple{values(rand<float>({100003}, generator)), values(randn<double>({100003}, generator)),
                      values(randint<std::int32_t>(0, 1000, {100003}, generator))};
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
