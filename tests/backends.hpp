#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/autograd/gradcheck.hpp"
#include "ebb/backend/cpu.hpp"
#include "ebb/core/factory.hpp"

/// What tests of operations are typed over: TEST_CASE_TEMPLATE("relu", X, EBB_TEST_TYPES) runs for every
/// tensor type (X::value_type, X::device_type), TEST_CASE_TEMPLATE("relu: gradient", D, EBB_TEST_DEVICES)
/// for every device.
#define EBB_TEST_TYPES ebb::Tensor<float, ebb::Cpu>, ebb::Tensor<double, ebb::Cpu>
#define EBB_TEST_DEVICES ebb::Cpu

namespace ebb::test {

/// The elements in row-major order, wherever they live.
template <class T, class D>
std::vector<T> values(const Tensor<T, D>& x) {
  if constexpr (std::is_same_v<T, bool>) {  // a std::vector<bool> packs its elements
    const auto host = std::make_unique<bool[]>(static_cast<std::size_t>(x.size()));
    D::copy_to_host(x.data(), host.get(), static_cast<std::size_t>(x.size()));
    return std::vector<bool>(host.get(), host.get() + x.size());
  } else {
    std::vector<T> host(static_cast<std::size_t>(x.size()));
    D::copy_to_host(x.data(), host.data(), host.size() * sizeof(T));
    return host;
  }
}

/// Numbers between low and high, always the same ones.
template <class X>
X uniform(const Shape& shape, double low, double high, std::uint64_t seed = 1) {
  using T = typename X::value_type;
  const Philox random{.seed = seed};
  std::vector<T> host(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < host.size(); ++i)
    host[i] = static_cast<T>(low + (high - low) * detail::uniform_from_block<double>(random(i), 0));
  return tensor<T, typename X::device_type>(host, shape);
}

/// The message of the Error that f throws, "[id] facts"; "nothing thrown" without one.
template <class F>
std::string error(F&& f) {
  try {
    std::forward<F>(f)();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing thrown";
}

}  // namespace ebb::test
