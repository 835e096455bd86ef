#include "ebb/ops/conv1d.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/pad.hpp"
#include "threads.hpp"

using namespace ebb;
using test::values;

namespace {

struct Case {
  Index batch, channels, length, filters, kernel;
  Conv1DOptions options;
};

// The awkward ones: what is left over at the end of a stride, a filter as long as the input, depthwise,
// padding wider than the filter, dilation that meets only padding, one of everything, nothing at all.
const std::vector<Case> cases{
    {2, 3, 11, 4, 3, {}},
    {1, 1, 1, 1, 1, {}},
    {2, 1, 20, 5, 4, {.stride = 3}},
    {3, 2, 17, 3, 5, {.stride = 3}},
    {2, 4, 9, 8, 9, {}},
    {2, 6, 13, 6, 3, {.padding = 1, .groups = 6}},
    {1, 4, 15, 6, 4, {.stride = 2, .padding = 3, .dilation = 2, .groups = 2}},
    {2, 2, 5, 3, 2, {.padding = 4}},
    {2, 2, 7, 3, 3, {.stride = 5, .padding = 2}},
    {2, 3, 10, 2, 2, {.stride = 7}},
    {1, 2, 30, 9, 3, {.stride = 4, .dilation = 5}},
    {0, 3, 11, 4, 3, {}},
    {2, 10, 120, 17, 5, {}},
    {1, 9, 203, 13, 4, {.stride = 3, .padding = 1}},
};

template <class T>
struct Reference {
  std::vector<T> y, dx, dw, db;
};

// The definition, written down: every output, and what every product in it means for the gradients.
template <class T>
Reference<T> reference(const Case& c, const std::vector<T>& x, const std::vector<T>& w,
                       const std::vector<T>& b, Index m, const std::vector<T>& dy) {
  const Index channels = c.channels / c.options.groups, filters = c.filters / c.options.groups;
  Reference<T> r;
  std::vector<double> y(static_cast<std::size_t>(c.batch * c.filters * m)), dx(x.size()), dw(w.size()),
      db(b.size());
  for (Index n = 0; n < c.batch; ++n) {
    for (Index f = 0; f < c.filters; ++f) {
      for (Index j = 0; j < m; ++j) {
        const auto at_y = static_cast<std::size_t>((n * c.filters + f) * m + j);
        y[at_y] += static_cast<double>(b[static_cast<std::size_t>(f)]);
        db[static_cast<std::size_t>(f)] += static_cast<double>(dy[at_y]);
        for (Index i = 0; i < channels; ++i) {
          for (Index k = 0; k < c.kernel; ++k) {
            const Index p = j * c.options.stride + k * c.options.dilation - c.options.padding;
            if (p < 0 || p >= c.length) continue;
            const auto at_x =
                static_cast<std::size_t>((n * c.channels + f / filters * channels + i) * c.length + p);
            const auto at_w = static_cast<std::size_t>((f * channels + i) * c.kernel + k);
            y[at_y] += static_cast<double>(x[at_x]) * static_cast<double>(w[at_w]);
            dx[at_x] += static_cast<double>(dy[at_y]) * static_cast<double>(w[at_w]);
            dw[at_w] += static_cast<double>(dy[at_y]) * static_cast<double>(x[at_x]);
          }
        }
      }
    }
  }
  r.y.assign(y.begin(), y.end());
  r.dx.assign(dx.begin(), dx.end());
  r.dw.assign(dw.begin(), dw.end());
  r.db.assign(db.begin(), db.end());
  return r;
}

// Largest difference relative to the largest element.
template <class T>
double distance(const std::vector<T>& a, const std::vector<T>& b) {
  REQUIRE(a.size() == b.size());
  double difference = 0, largest = 1e-30;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(static_cast<double>(a[i] - b[i])));
    largest = std::max(largest, std::abs(static_cast<double>(b[i])));
  }
  return difference / largest;
}

}  // namespace

TEST_CASE_TEMPLATE("conv1d: output and gradients are those of the definition", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const double tolerance = sizeof(T) == 4 ? 2e-6 : 1e-14;
  for (const Case& c : cases) {
    CAPTURE(c.length);
    CAPTURE(c.kernel);
    CAPTURE(c.options.stride);
    X x = randn<T, D>({c.batch, c.channels, c.length}).requires_grad();
    X w = randn<T, D>({c.filters, c.channels / c.options.groups, c.kernel}).requires_grad();
    X b = randn<T, D>({c.filters}).requires_grad();
    const X y = conv1d(x, w, b, c.options);
    const X dy = randn<T, D>(y.shape());
    const auto expected = reference<T>(c, values(x), values(w), values(b), y.shape(2), values(dy));
    y.backward(dy);
    CHECK(distance(values(y), expected.y) <= tolerance);
    CHECK(distance(values(x.grad()), expected.dx) <= tolerance);
    CHECK(distance(values(w.grad()), expected.dw) <= tolerance);
    CHECK(distance(values(b.grad()), expected.db) <= tolerance);
    CHECK(distance(values(conv1d(x, w, {}, c.options)),
                   reference<T>(c, values(x), values(w), std::vector<T>(static_cast<std::size_t>(c.filters)),
                                y.shape(2), values(dy))
                       .y) <= tolerance);
  }
}

TEST_CASE_TEMPLATE("conv1d: gradient", D, EBB_TEST_DEVICES) {
  for (const Case& c : cases) {
    if (c.batch * c.channels * c.length > 200) continue;
    const auto f = [&](const auto& x, const auto& w, const auto& b) { return conv1d(x, w, b, c.options); };
    const GradCheck check =
        gradcheck(f, {randn<double, D>({c.batch, c.channels, c.length}),
                      randn<double, D>({c.filters, c.channels / c.options.groups, c.kernel}),
                      randn<double, D>({c.filters})});
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE("conv1d: the zeros that same and causal ask for") {
  struct Expected {
    Padding rule;
    Index length, reach, stride, before, after;
  };
  // Those of tf.nn.conv1d(padding="SAME"), and of Keras with "causal".
  for (const Expected& e : {Expected{Padding::same, 10, 3, 1, 1, 1},
                            {Padding::same, 10, 4, 1, 1, 2},
                            {Padding::same, 10, 3, 2, 0, 1},
                            {Padding::same, 11, 3, 2, 1, 1},
                            {Padding::same, 10, 5, 3, 2, 2},
                            {Padding::same, 11, 5, 3, 1, 2},
                            {Padding::same, 10, 1, 4, 0, 0},
                            {Padding::causal, 10, 5, 1, 4, 0},
                            {Padding::causal, 10, 5, 3, 4, 0},
                            {2, 10, 5, 3, 2, 2}}) {
    CAPTURE(e.length);
    CAPTURE(e.reach);
    CAPTURE(e.stride);
    const auto [before, after] = e.rule.around(e.length, e.reach, e.stride);
    CHECK(before == e.before);
    CHECK(after == e.after);
  }
}

TEST_CASE_TEMPLATE("conv1d: same and causal are zeros around the input", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const double limit = 20 * test::tolerance<T>;
  for (const Padding rule : {Padding::same, Padding::causal}) {
    for (const Case& c : cases) {
      Conv1DOptions options = c.options;
      options.padding = rule;
      CAPTURE(rule);
      CAPTURE(c.length);
      CAPTURE(c.kernel);
      const Index reach = options.dilation * (c.kernel - 1) + 1;
      const auto [before, after] = rule.around(c.length, reach, options.stride);
      const auto leaf = [](const Shape& shape) { return randn<T, D>(shape).requires_grad(); };
      const std::vector<X> in{leaf({c.batch, c.channels, c.length}),
                              leaf({c.filters, c.channels / options.groups, c.kernel}), leaf({c.filters})};
      const X y = conv1d(in[0], in[1], in[2], options), dy = randn<T, D>(y.shape());
      CHECK(y.shape(2) == (c.length + options.stride - 1) / options.stride);
      y.backward(dy);
      std::vector<std::vector<double>> gradients;
      for (const X& x : in) {
        gradients.push_back(test::doubles(x.grad()));
        x.zero_grad();
      }
      options.padding = 0;
      const X padded = conv1d(pad(in[0], 2, {.before = before, .after = after}), in[1], in[2], options);
      padded.backward(dy);
      CHECK(test::difference(y, test::doubles(padded)) < limit);
      for (std::size_t i = 0; i < in.size(); ++i) CHECK(test::difference(in[i].grad(), gradients[i]) < limit);
    }
  }
}

TEST_CASE("conv1d: results do not depend on the number of threads") {
  for (const Case& c : cases) {
    Tensor<float> x = randn<float>({c.batch, c.channels, c.length}).requires_grad();
    Tensor<float> w = randn<float>({c.filters, c.channels / c.options.groups, c.kernel}).requires_grad();
    std::vector<std::vector<float>> seen;
    for (const int count : {1, 2, 3, 5}) {
      const test::Threads threads(count);
      x.zero_grad();
      w.zero_grad();
      const Tensor<float> y = conv1d(x, w, {}, c.options);
      y.backward(y.detach());
      std::vector<float> all = values(y);
      for (const auto& part : {values(x.grad()), values(w.grad())})
        all.insert(all.end(), part.begin(), part.end());
      seen.push_back(all);
    }
    for (const auto& other : seen) CHECK(other == seen[0]);
  }
}

TEST_CASE("conv1d: errors name the op and the shapes") {
  const Tensor<float> x({128, 3, 1500}), w({200, 1, 4}), b({200});
  CHECK(test::error([&] { (void)conv1d(x, w, b); }) ==
        "[conv1d] input (128, 3, 1500) has 3 channels, the weight (200, 1, 4) expects 1");
  CHECK(test::error([&] {
          (void)conv1d(Tensor<float>({2, 1, 3}), w, b);
        }) == "[conv1d] input (2, 1, 3) with padding 0 is shorter than a filter of 4 taps at dilation 1");
  CHECK(test::error([&] {
          (void)conv1d(Tensor<float>({2, 1, 9}), w, Tensor<float>({3}));
        }) == "[conv1d] bias (3,) does not fit the weight (200, 1, 4): expected (200,)");
  CHECK(test::error([&] {
          (void)conv1d(Tensor<float>({2, 9}), w);
        }).find("must be (N, C, L)") != std::string::npos);
  CHECK(test::error([&] {
          (void)conv1d(Tensor<float>({2, 1, 9}), w, b, {.stride = 0});
        }).find("stride 0") != std::string::npos);
  CHECK(test::error([&] {
          (void)conv1d(Tensor<float>({2, 3, 9}), w, b, {.groups = 2});
        }).find("cannot be divided into 2 groups") != std::string::npos);
  CHECK(test::error([&] {
          (void)conv1d(Tensor<float>({2, 1, 9}), w, b, {.kernel = 3});
        }) == "[conv1d] kernel 3 is not that of the weight (200, 1, 4)");
  CHECK(test::error([&] {
          (void)conv1d(Tensor<float>({2, 1, 0}), w, b, {.padding = Padding::same});
        }) == "[conv1d] input (2, 1, 0) with padding same is shorter than a filter of 4 taps at dilation 1");
  CHECK(test::error([] { (void)Index{Padding(Padding::causal)}; }) ==
        "[padding] causal is no number without an input");
}
