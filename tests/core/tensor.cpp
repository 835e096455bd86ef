#include "ebb/core/tensor.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/add.hpp"
#include "ebb/ops/slice.hpp"

namespace ebb::test {

TEST_CASE_TEMPLATE("tensor: a new one holds zeros", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  const X x({2, 3});
  CHECK(x.defined());
  CHECK(x.shape() == Shape{2, 3});
  CHECK(x.shape(-1) == 3);
  CHECK(x.rank() == 2);
  CHECK(x.size() == 6);
  CHECK(values(x) == std::vector<T>(6, T(0)));
  CHECK(X({0, 3}).size() == 0);
  CHECK(X(Shape{}).size() == 1);
  CHECK(X(Shape{}).item() == 0);

  const X undefined;
  CHECK_FALSE(undefined.defined());
  CHECK(undefined.size() == 0);
}

TEST_CASE_TEMPLATE("tensor: one that no memory holds is an error with shape and bytes", X, EBB_TEST_TYPES) {
  const std::size_t bytes = (std::size_t{1} << 45) * sizeof(typename X::value_type);
  CHECK(error([] { (void)X({Index{1} << 45}); }) == "[allocate] there is no memory for " +
                                                        std::to_string(bytes) +
                                                        " bytes, a tensor of shape (35184372088832,)");
  CHECK(error([] {
          (void)X({Index{1} << 31, Index{1} << 31, 1 << 10});
        }) == "[shape] a tensor of shape (2147483648, 2147483648, 1024) would have 2^60 elements or more");
  CHECK(error([] { (void)X::uninitialized({Index{1} << 61}); }).starts_with("[shape] "));
  CHECK(X({0, Shape::max_size}).size() == 0);
}

TEST_CASE("tensor: a view is a part of the elements") {
  const Tensor<float> x({2, 3});
  CHECK(x.view({3}, 3).shape() == Shape{3});
  CHECK(x.view({0}, 6).size() == 0);
  CHECK(error([&] { (void)x.view({4}, 3); }) == "[view] (4,) from 3 on is not a part of (2, 3)");
  CHECK(error([&] { (void)x.view({1}, -1); }).starts_with("[view] "));
  CHECK(error([&] { (void)x.view({0}, INT64_MAX); }).starts_with("[view] "));
  CHECK(error([&] { (void)x.view({Shape::max_size}, 1); }).starts_with("[view] "));
  CHECK(x.reinterpret<std::uint8_t>({24}).size() == 24);
  CHECK(error([&] { (void)x.reinterpret<double>({6}); }) ==
        "[reinterpret] (6,) elements of 8 bytes are not (2, 3) of 4");
}

TEST_CASE_TEMPLATE("tensor: copies share, detach shares, copy_of does not", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  X x({2});
  CHECK(x.is_unique());
  const X copy = x, cut = x.detach(), own = detail::copy_of(x);
  CHECK_FALSE(x.is_unique());
  x.fill(T(4));
  CHECK(values(copy) == std::vector<T>{4, 4});
  CHECK(values(cut) == std::vector<T>{4, 4});
  CHECK(values(own) == std::vector<T>{0, 0});
}

TEST_CASE("tensor: elements are read and written by index") {
  Tensor<float> x({2, 3});
  x(1, 2) = 5;
  x(0, 0) += 2;
  x(0, 0) *= 3;
  x(0, 1) -= 1;
  x(1, 0) = x(1, 2);
  x(1, 0) /= 2;
  CHECK(values(x) == std::vector<float>{6, -1, 0, 2.5f, 0, 5});
  const Tensor<float>& constant = x;
  CHECK(constant(1, 2) == 5);
  CHECK(x.span()[5] == 5);
  Tensor<std::uint8_t> bytes({1});
  bytes(0) = 250;
  bytes(0) += 10;
  CHECK(bytes(0) == 4);

  CHECK(error([&] { (void)x(2, 0); }) == "[index] index 2 of axis 0 is outside of (2, 3)");
  CHECK(error([&] { (void)x(0, -1); }) == "[index] index -1 of axis 1 is outside of (2, 3)");
  CHECK(error([&] { (void)constant(0); }) == "[index] 1 indices for a tensor of shape (2, 3)");
}

TEST_CASE_TEMPLATE("tensor: fill, assign, item", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  X x({3});
  CHECK(values(x.fill(T(2))) == std::vector<T>{2, 2, 2});
  CHECK(values(x.assign(tensor<T, D>({1, 2, 3}))) == std::vector<T>{1, 2, 3});
  CHECK(full<T, D>({1, 1}, T(7)).item() == 7);

  CHECK(error([&] { (void)x.item(); }) == "[item] a tensor of shape (3,) is not one number");
  CHECK(error([&] { (void)X().item(); }).starts_with("[item] "));
  CHECK(error([&] { x.assign(X({4})); }) == "[assign] a tensor of shape (4,) does not fit into (3,)");
  CHECK(error([&] { x.assign(X()); }).starts_with("[assign] "));
  CHECK(error([&] { X().fill(T(1)); }) == "[fill] the tensor is undefined");
  CHECK(error([&] { (void)x.shape(1); }) == "[shape] axis 1 does not exist in (3,)");
}

TEST_CASE_TEMPLATE("tensor: changes in place and the graph", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  X leaf = X({2}).requires_grad();
  leaf.fill(T(3));  // a weight may be set
  X result = leaf + T(1);
  CHECK(error([&] { result.fill(T(0)); }).starts_with("[fill] the result of an operation"));
  CHECK(error([&] { leaf.assign(result); }).starts_with("[assign] the source needs a gradient"));
  leaf.assign(result.detach());
  CHECK(values(leaf) == std::vector<T>{4, 4});
  const NoGrad guard;
  result.fill(T(0));
  leaf.assign(result);
  CHECK(values(leaf) == std::vector<T>{0, 0});
}

TEST_CASE_TEMPLATE("tensor: a view keeps the elements alive", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  X part;
  {
    X x({4});
    x.slice(2, 4).fill(T(5));
    part = x.slice(1, 3);
  }
  CHECK(values(part) == std::vector<T>{0, 5});
}

}  // namespace ebb::test
