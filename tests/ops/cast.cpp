#include "ebb/ops/cast.hpp"

#include <cstdint>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE("cast: the rules of static_cast") {
  CHECK(values(cast<std::int32_t>(tensor<float>({-1.9f, 1.9f, 0}))) == std::vector<std::int32_t>{-1, 1, 0});
  CHECK(values(cast<float>(tensor<std::uint8_t>({0, 255}))) == std::vector<float>{0, 255});
  CHECK(values(cast<double>(tensor<float>({0.1f}))) == std::vector<double>{static_cast<double>(0.1f)});
  CHECK(values(cast<float>(tensor<double>({0.1}))) == std::vector<float>{0.1f});
  CHECK(values(cast<std::int64_t>(tensor<std::int32_t>({-7}))) == std::vector<std::int64_t>{-7});
  // 257 lies between the bfloat16 numbers 256 and 258, and 256 is the even one.
  CHECK(values(cast<bfloat16>(tensor<float>({257})))[0] == bfloat16(256));
  CHECK(values(cast<bfloat16>(tensor<std::int64_t>({257})))[0] == bfloat16(256));
  CHECK(values(cast<std::int32_t>(tensor<bfloat16>({bfloat16(-2.5f)}))) == std::vector<std::int32_t>{-2});
  CHECK(cast<float>(Tensor<double>({0, 3})).shape() == Shape{0, 3});
  CHECK(error([] { (void)cast<float>(Tensor<double>()); }) == "[cast] the input is undefined");
}

TEST_CASE("cast: the gradient is cast back") {
  const auto x = tensor<float>({1, 2}).requires_grad();
  const Tensor<double> y = cast<double>(x);
  y.backward(tensor<double>({0.1, 3}));
  CHECK(values(x.grad()) == std::vector<float>{0.1f, 3});

  const auto z = tensor<float>({1, 2}).requires_grad();
  cast<float>(cast<bfloat16>(z)).backward(tensor<float>({257, 3}));
  CHECK(values(z.grad()) == std::vector<float>{256, 3});

  const auto same = tensor<double>({1.5}).requires_grad();
  CHECK(gradcheck([](const auto& v) { return cast<double>(v); }, same).passed);
}

TEST_CASE("cast: to integers cuts the graph") {
  const auto x = tensor<float>({1.5f}).requires_grad();
  CHECK(error([&] { cast<float>(cast<std::int32_t>(x)).backward(); }).starts_with("[backward] "));
}

}  // namespace ebb::test
