#include "ebb/ops/conv_transpose1d.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "threads.hpp"

using namespace ebb;

namespace {

struct Case {
  Index batch, channels, length, filters, kernel;
  ConvTranspose1DOptions options;
};

const std::vector<Case> cases{
    {1, 1, 1, 1, 1, {}},
    {2, 3, 5, 4, 3, {}},
    {2, 3, 5, 4, 4, {.stride = 2, .padding = 1}},
    {2, 3, 5, 4, 3, {.stride = 2, .padding = 1, .output_padding = 1}},
    {1, 2, 4, 3, 2, {.stride = 5, .output_padding = 4}},
    {2, 4, 6, 6, 3, {.stride = 3, .padding = 2, .dilation = 2, .groups = 2}},
    {1, 4, 7, 4, 5, {.padding = 4, .groups = 4}},
    {0, 3, 5, 4, 3, {}},
    {2, 20, 30, 18, 4, {.stride = 2}},
};

// The definition: every product, added to where it goes.
template <class T>
std::vector<double> reference(const Case& c, const Tensor<T>& x, const Tensor<T>& w, const Tensor<T>& b,
                              Index m) {
  const Index channels = c.channels / c.options.groups, filters = c.filters / c.options.groups;
  std::vector<double> y(static_cast<std::size_t>(c.batch * c.filters * m));
  for (Index n = 0; n < c.batch; ++n) {
    for (Index f = 0; f < c.filters; ++f) {
      double* const row = y.data() + (n * c.filters + f) * m;
      for (Index j = 0; j < m; ++j) row[j] = static_cast<double>(b(f));
      for (Index i = 0; i < channels; ++i) {
        for (Index at = 0; at < c.length; ++at) {
          for (Index k = 0; k < c.kernel; ++k) {
            const Index j = at * c.options.stride + k * c.options.dilation - c.options.padding;
            const Index channel = f / filters * channels + i;
            if (j >= 0 && j < m)
              row[j] +=
                  static_cast<double>(w(channel, f % filters, k)) * static_cast<double>(x(n, channel, at));
          }
        }
      }
    }
  }
  return y;
}

}  // namespace

TEST_CASE_TEMPLATE("conv_transpose1d: the output is that of the definition", T, float, double) {
  for (const Case& c : cases) {
    CAPTURE(c.length);
    CAPTURE(c.kernel);
    const Tensor<T> x = randn<T>({c.batch, c.channels, c.length}),
                    w = randn<T>({c.channels, c.filters / c.options.groups, c.kernel}),
                    b = randn<T>({c.filters});
    const Tensor<T> y = conv_transpose1d(x, w, b, c.options);
    CHECK(y.shape(2) == (c.length - 1) * c.options.stride - 2 * c.options.padding +
                            c.options.dilation * (c.kernel - 1) + c.options.output_padding + 1);
    CHECK(test::difference(y, reference(c, x, w, b, y.shape(2))) < 10 * test::tolerance<T>);
    CHECK(test::difference(conv_transpose1d(x, w, {}, c.options),
                           reference(c, x, w, zeros<T>({c.filters}), y.shape(2))) < 10 * test::tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("conv_transpose1d: gradients", D, EBB_TEST_DEVICES) {
  for (const Case& c : cases) {
    if (c.channels > 10) continue;
    const auto f = [&](const auto& x, const auto& w, const auto& b) {
      return conv_transpose1d(x, w, b, c.options);
    };
    const GradCheck check =
        gradcheck(f, {randn<double, D>({c.batch, c.channels, c.length}),
                      randn<double, D>({c.channels, c.filters / c.options.groups, c.kernel}),
                      randn<double, D>({c.filters})});
    CHECK_MESSAGE(check.passed, check.worst);
  }
}

TEST_CASE("conv_transpose1d: errors name the op and the shapes") {
  const Tensor<float> x({2, 3, 5}), w({3, 4, 2});
  const auto error = [&](const ConvTranspose1DOptions& o) {
    return test::error([&] { (void)conv_transpose1d(x, w, {}, o); });
  };
  CHECK(test::error([&] {
          (void)conv_transpose1d(x, Tensor<float>({4, 4, 2}));
        }) == "[conv_transpose1d] input (2, 3, 5) has 3 channels, the weight (4, 4, 2) expects 4");
  CHECK(test::error([&] { (void)conv_transpose1d(x, w, Tensor<float>({3})); }) ==
        "[conv_transpose1d] bias (3,) does not fit the weight (3, 4, 2): expected (4,)");
  CHECK(test::error([&] {
          (void)conv_transpose1d(Tensor<float>({3, 5}), w);
        }).find("must be (N, C, L)") != std::string::npos);
  CHECK(error({.stride = 2, .output_padding = 2}) ==
        "[conv_transpose1d] output padding 2 must be in [0, stride), the stride is 2");
  CHECK(error({.padding = 3}) ==
        "[conv_transpose1d] input (2, 3, 5) with 2 taps and padding 3 gives no output");
  CHECK(error({.groups = 2}) == "[conv_transpose1d] 3 channels cannot be divided into 2 groups");
  CHECK(error({.kernel = 3}) == "[conv_transpose1d] kernel 3 is not that of the weight (3, 4, 2)");
}
