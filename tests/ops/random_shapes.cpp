/// Shapes and lengths from nothing to more than there can be: what an operation makes of them is right, or an
/// error. Results that would take real memory are not asked for.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ebb.hpp"

namespace ebb::test {
namespace {

__extension__ typedef __int128 Wide;
using Extents = std::vector<Wide>;
using Floats = Tensor<float>;

/// Draws extents, the same in every run.
class Draw {
 public:
  Index extent() {
    constexpr std::array<Index, 8> small{0, 0, 1, 1, 2, 3, 5, 17};
    constexpr std::array<Index, 12> huge{1 << 16,
                                         (Index{1} << 31) - 1,
                                         Index{1} << 31,
                                         Index{1} << 32,
                                         Index{1} << 52,
                                         Index{1} << 59,
                                         Shape::max_size,
                                         Index{1} << 60,
                                         (Index{1} << 62) + 1,
                                         INT64_MAX,
                                         -1,
                                         INT64_MIN};
    return below(4) > 0 ? small[static_cast<std::size_t>(below(8))]
                        : huge[static_cast<std::size_t>(below(12))];
  }
  std::vector<Index> extents(int most) {
    std::vector<Index> drawn(static_cast<std::size_t>(below(most + 1)));
    for (Index& extent : drawn) extent = this->extent();
    return drawn;
  }
  int below(int end) { return std::uniform_int_distribution(0, end - 1)(random_); }

 private:
  std::mt19937_64 random_{5};
};

enum class Size { impossible, too_large, large, small };

/// What a tensor of floats of these extents is.
Size size_of(const Extents& extents) {
  if (extents.size() > Shape::max_rank) return Size::impossible;
  Wide product = 1;
  bool empty = false;
  for (const Wide extent : extents) {
    if (extent < 0 || extent > Shape::max_size) return Size::impossible;
    empty |= extent == 0;
    if (extent > 0) product *= extent;
    if (product > Shape::max_size) return Size::impossible;
  }
  if (empty || product <= 1 << 18) return Size::small;
  return product < Index{1} << 43 ? Size::large : Size::too_large;
}

/// Counts what came out, so that the test can tell that it has tried everything.
struct Tally {
  int right = 0, refused = 0;

  /// make() gives a tensor of these extents, where they are possible.
  template <class Make>
  void check(const Extents& expected, Make make) {
    const Size size = size_of(expected);
    if (size == Size::large) return;
    Shape shape;
    const std::string message = error([&] { shape = make().shape(); });
    if (size == Size::small) {
      CHECK(message == "nothing thrown");
      REQUIRE(shape.rank() == static_cast<Index>(expected.size()));
      for (Index axis = 0; axis < shape.rank(); ++axis)
        CHECK(shape[axis] == static_cast<Index>(expected[static_cast<std::size_t>(axis)]));
      ++right;
    } else {
      CHECK(message != "nothing thrown");
      if (size == Size::too_large) CHECK(message.starts_with("[allocate] there is no memory for "));
      ++refused;
    }
  }
};

Extents wide(const std::vector<Index>& extents) { return {extents.begin(), extents.end()}; }
Extents wide(const Shape& shape) { return {shape.begin(), shape.end()}; }

Extents with(Extents extents, Index axis, Wide extent) {
  extents[static_cast<std::size_t>(axis)] = extent;
  return extents;
}

}  // namespace

TEST_CASE("random shapes: constructors") {
  Draw draw;
  Tally tally;
  for (int i = 0; i < 5000; ++i) {
    const std::vector<Index> extents = draw.extents(9);
    tally.check(wide(extents), [&] { return Floats(Shape(extents)); });
    tally.check(wide(extents), [&] { return Floats::uninitialized(Shape(extents)); });
    tally.check(wide(extents), [&] { return randn<float>(Shape(extents)); });
    const Index count = draw.extent();
    tally.check({count}, [&] { return arange<float>(count); });
  }
  CHECK(tally.right > 1000);
  CHECK(tally.refused > 1000);
}

TEST_CASE("random shapes: operations") {
  Draw draw;
  std::array<Tally, 12> tallies;
  for (int i = 0; i < 20000; ++i) {
    const std::vector<Index> extents = draw.extents(4);
    if (size_of(wide(extents)) != Size::small) continue;
    const Floats x{Shape(extents)};
    const Extents shape = wide(x.shape());
    const Index a = draw.extent(), b = draw.extent();
    tallies[0].check({a, b}, [&] {
      return full<float>({}, 1).reshape({1, 1}) + broadcast_to(Floats({1, 1}), {a, b});
    });
    const std::vector<Index> more = draw.extents(3);
    Extents target = wide(more);
    target.insert(target.end(), shape.begin(), shape.end());
    tallies[1].check(target, [&] {
      Shape to;
      for (const Wide extent : target) to.push_back(static_cast<Index>(extent));
      return broadcast_to(x, to);
    });
    if (x.rank() == 0) continue;
    const Index axis = draw.below(static_cast<int>(x.rank())), length = x.shape(axis);
    if (a >= 0 && b >= 0)
      tallies[2].check(with(shape, axis, Wide{length} + a + b),
                       [&] { return pad(x, axis, {.before = a, .after = b}); });
    tallies[3].check(with(shape, axis, Wide{9} * length), [&] { return concat(std::vector(9, x), axis); });
    Extents stacked = shape;
    stacked.insert(stacked.begin() + axis, 3);
    tallies[4].check(stacked, [&] { return stack({x, x, x}, axis); });
    const bool fits = a >= 0 && b >= 0 && Wide{a} + b <= length;
    tallies[5].check(fits ? with(shape, axis, b) : Extents{-1}, [&] { return narrow(x, axis, a, b); });
    const bool is_part = a >= 0 && a <= b && b <= x.shape(0);
    tallies[6].check(is_part ? with(shape, 0, Wide{b} - a) : Extents{-1}, [&] { return x.slice(a, b); });
    Extents rest = shape;
    rest.erase(rest.begin() + axis);
    tallies[7].check(rest, [&] { return sum(x, axis); });
    if (length > 0 && length <= INT32_MAX) {
      tallies[8].check(rest, [&] { return argmax(x, axis); });
      tallies[8].check(rest, [&] { return max(x, axis); });
    }
    tallies[9].check(shape, [&] { return softmax(x, axis) + log_softmax(x, axis); });
    if (x.rank() == 2) {
      Extents product{shape[0], a};
      if (size_of({a, shape[1]}) == Size::small)
        tallies[10].check(product, [&] { return dense(x, Floats({a, x.shape(1)})); });
      if (size_of({shape[1], a}) == Size::small)
        tallies[10].check(product, [&] { return matmul(x, Floats({x.shape(1), a})); });
    }
    const Tensor<std::int32_t> rows({3});
    if (x.shape(0) > 0) tallies[11].check(with(shape, 0, 3), [&] { return gather_rows(x, rows); });
    if (x.shape(0) == 3 && a != 0)
      tallies[11].check(with(shape, 0, a), [&] { return scatter_add_rows(x, rows, a); });
  }
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    CAPTURE(i);
    CHECK(tallies[i].right > 100);
    CHECK((tallies[i].refused > 0 || i == 8 || i == 9));
  }
}

TEST_CASE("random shapes: convolutions and pooling, forward and backward") {
  Draw draw;
  Tally convolutions, poolings;
  for (int i = 0; i < 20000; ++i) {
    const Index n = draw.extent(), channels = draw.extent(), length = draw.extent();
    if (size_of({n, channels, length}) != Size::small) continue;
    const Index filters = draw.extent(), kernel = draw.extent();
    const ebb::Conv1DOptions o{.stride = draw.extent(),
                               .padding = draw.extent(),
                               .dilation = draw.extent(),
                               .groups = draw.below(8) > 0 ? 1 : draw.extent()};
    constexpr Index most = INT32_MAX;
    const bool has_groups = o.groups >= 1 && channels % o.groups == 0 && filters % o.groups == 0 &&
                            o.groups <= std::max({channels, filters, Index{1}});
    Floats x = Floats({n, channels, length}).requires_grad();
    if (has_groups && size_of({filters, channels / o.groups, kernel}) == Size::small) {
      Floats w = Floats({filters, channels / o.groups, kernel}).requires_grad();
      const bool good = kernel >= 1 && o.stride >= 1 && o.stride <= most && o.padding >= 0 &&
                        o.padding <= most && o.dilation >= 1 && o.dilation <= most;
      const Wide room = Wide{length} + Wide{2} * o.padding - Wide{o.dilation} * (Wide{kernel} - 1) - 1;
      // Kernels walk padding and strides: what is long takes long, and need not be waited for.
      if (!good || room < 0 || (o.padding < 1000 && length < 1000)) {
        convolutions.check(good && room >= 0 ? Extents{n, filters, room / o.stride + 1} : Extents{-1}, [&] {
          const Floats y = conv1d(x, w, {}, o);
          y.backward(y.detach());
          return y;
        });
      }
    }
    const ebb::Pool1DOptions p{
        .kernel = kernel, .stride = o.stride, .padding = draw.below(2) > 0 ? Padding(0) : o.padding};
    const bool good = length >= 1 && kernel >= 1 && kernel <= Shape::max_size && p.stride >= 0 &&
                      p.stride <= Shape::max_size && p.padding >= 0 && p.padding <= kernel / 2 &&
                      kernel <= length + 2 * p.padding;
    const Wide stride = p.stride > 0 ? p.stride : kernel;
    const Extents pooled =
        good ? Extents{n, channels, (Wide{length} + Wide{2} * p.padding - kernel) / stride + 1} : Extents{-1};
    poolings.check(pooled, [&] {
      const Floats y = avg_pool1d(x, p);
      y.backward(y.detach());
      return y;
    });
    if (length <= most)
      poolings.check(pooled, [&] {
        const Floats y = max_pool1d(x, p);
        y.backward(y.detach());
        return y;
      });
  }
  CHECK(convolutions.right > 100);
  CHECK(convolutions.refused > 100);
  CHECK(poolings.right > 100);
  CHECK(poolings.refused > 100);
}

}  // namespace ebb::test
