#include "ebb/core/shape.hpp"

#include <cstdint>
#include <sstream>

#include <doctest/doctest.h>

#include "backends.hpp"

namespace ebb::test {

TEST_CASE("shape: extents, size, equality, text") {
  const Shape s{128, 1, 1500};
  CHECK(s.rank() == 3);
  CHECK(s.size() == 192000);
  CHECK(s[2] == 1500);
  CHECK(s.size_between(1, 3) == 1500);
  CHECK(s.size_between(2, 2) == 1);
  CHECK(Shape{}.size() == 1);
  CHECK(Shape{3, 0, 2}.size() == 0);
  CHECK(Shape{2, 3} == Shape{2, 3});
  CHECK_FALSE(Shape{2, 3} == Shape{2, 3, 1});
  CHECK_FALSE(Shape{2, 3} == Shape{3, 2});
  const auto text = [](const Shape& shape) {
    std::ostringstream out;
    out << shape;
    return out.str();
  };
  CHECK(text({}) == "()");
  CHECK(text({4}) == "(4,)");
  CHECK(text({4, 0, 2}) == "(4, 0, 2)");
}

TEST_CASE("shape: errors") {
  CHECK(error([] { (void)Shape{2, -1}; }) == "[shape] extent -1 of axis 1 is negative");
  CHECK(Shape{1, 2, 3, 4, 5, 6, 7, 8}.rank() == 8);
  CHECK(error([] { (void)Shape{1, 2, 3, 4, 5, 6, 7, 8, 9}; }) == "[shape] a shape has at most 8 axes");
}

TEST_CASE("shape: elements are counted, or there are too many") {
  constexpr Index half = Index{1} << 59, all = Shape::max_size;
  CHECK(Shape{half}.size() == half);
  CHECK(Shape{all, 1}.size() == all);
  CHECK(Shape{half, 0}.size() == 0);
  CHECK(error([] { (void)Shape{all + 1}.size(); }) ==
        "[shape] a tensor of shape (1152921504606846976,) would have 2^60 elements or more");
  for (const Shape& shape :
       {Shape{half, 2}, Shape{Index{1} << 31, Index{1} << 31, 1 << 10}, Shape{INT64_MAX, INT64_MAX},
        Shape{INT64_MAX, 2}, Shape{Index{1} << 32, Index{1} << 32}}) {
    CAPTURE(shape);
    CHECK_FALSE(shape.size_if_possible());
    CHECK(error([&] { (void)shape.size(); }).starts_with("[shape] a tensor of shape (9") ==
          (shape[0] == INT64_MAX));
    CHECK(error([&] { (void)shape.size(); }).ends_with(" would have 2^60 elements or more"));
    CHECK(error([&] { (void)shape.size_between(0, shape.rank()); }) != "nothing thrown");
    // No extent of 0 excuses the others, wherever it stands.
    for (Index place = 0; place <= shape.rank(); ++place) {
      Shape empty;
      for (Index axis = 0; axis < shape.rank(); ++axis) {
        if (axis == place) empty.push_back(0);
        empty.push_back(shape[axis]);
      }
      if (place == shape.rank()) empty.push_back(0);
      CHECK_FALSE(empty.size_if_possible());
    }
  }
}

TEST_CASE("shape: axes count from either end") {
  CHECK(detail::normalize_axis("op", 1, {2, 3}) == 1);
  CHECK(detail::normalize_axis("op", -1, {2, 3}) == 1);
  CHECK(detail::normalize_axis("op", -2, {2, 3}) == 0);
  CHECK(error([] { detail::normalize_axis("op", 2, {2, 3}); }) == "[op] axis 2 does not exist in (2, 3)");
  CHECK(error([] { detail::normalize_axis("op", -3, {2, 3}); }) == "[op] axis -3 does not exist in (2, 3)");
  CHECK(error([] { detail::normalize_axis("op", 0, {}); }) == "[op] axis 0 does not exist in ()");
}

TEST_CASE("shape: broadcasting") {
  const auto both = [](const Shape& a, const Shape& b) { return detail::broadcast_shape("op", a, b); };
  CHECK(both({2, 1, 4}, {5, 1}) == Shape{2, 5, 4});
  CHECK(both({}, {3}) == Shape{3});
  CHECK(both({1}, {0}) == Shape{0});
  CHECK(error([&] {
          both({2, 3}, {4});
        }) == "[op] shapes (2, 3) and (4,) do not broadcast: axis -1 has 3 and 4");
  CHECK(error([&] { both({0}, {2}); }) == "[op] shapes (0,) and (2,) do not broadcast: axis -1 has 0 and 2");
}

}  // namespace ebb::test
