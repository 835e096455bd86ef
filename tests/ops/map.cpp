#include "ebb/ops/map.hpp"

#include <doctest/doctest.h>

#include "backends.hpp"
#include "elementwise.hpp"

namespace ebb::test {

TEST_CASE("map: any function, any result type") {
  const auto x = tensor<float>({-1, 0, 2}, {3, 1});
  const Tensor<std::int32_t> y = map(x, [](float v) { return v > 0 ? 1 : 0; });
  CHECK(y.shape() == Shape{3, 1});
  CHECK(values(y) == std::vector<std::int32_t>{0, 0, 1});
  CHECK(map(Tensor<float>({0, 3}), [](float v) { return v; }).shape() == Shape{0, 3});
  CHECK(error([] { (void)map(Tensor<float>(), [](float v) { return v; }); }) ==
        "[map] the input is undefined");
}

TEST_CASE("zip: two operands broadcast") {
  for (const Broadcast& c : broadcasts()) {
    CAPTURE(c.a);
    CAPTURE(c.b);
    const auto a = uniform<Tensor<double>>(c.a, 0, 1, 1), b = uniform<Tensor<double>>(c.b, 0, 1, 2);
    // A product that is exact, since a compiler may round it together with the difference or not.
    const auto y = zip(a, b, [](double u, double v) { return u - 2 * v; });
    REQUIRE(y.shape() == c.y);
    const auto in_a = values(a), in_b = values(b), out = values(y);
    for (std::size_t i = 0; i < out.size(); ++i)
      CHECK(out[i] == in_a[broadcast_source(i, c.y, c.a)] - 2 * in_b[broadcast_source(i, c.y, c.b)]);
  }
  const auto plus = [](float u, float v) { return u + v; };
  CHECK(error([&] {
          (void)zip(Tensor<float>({2}), Tensor<float>({3}), plus);
        }).starts_with("[zip] shapes (2,) and (3,)"));
  CHECK(error([&] { (void)zip(Tensor<float>({2}), Tensor<float>(), plus); }) ==
        "[zip] an input is undefined");
}

}  // namespace ebb::test
