#include "ebb/ops/batch_norm.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "compare.hpp"
#include "ebb/ops/clone.hpp"
#include "ebb/ops/multiply.hpp"
#include "ebb/ops/relu.hpp"
#include "ebb/ops/sum.hpp"
#include "threads.hpp"

using ebb::batch_norm;
using ebb::Index;
using ebb::Shape;
using ebb::Tensor;
using ebb::test::difference;
using ebb::test::tolerance;

namespace {

// More than one block of channels, with and without a length, a length that is no multiple of four.
const std::vector<Shape> shapes{{6, 5}, {2, 1}, {1, 3, 9}, {4, 3, 7}, {5, 40, 11}, {3, 33}, {2, 2, 70}};

struct Reference {
  std::vector<double> y, mean, variance;  // the variance is biased
};

/// By the definition, in long double and two passes.
Reference normalise(const std::vector<double>& x, const Shape& shape, const std::vector<double>& gamma,
                    const std::vector<double>& beta, double epsilon) {
  const Index channels = shape[1], length = shape.rank() == 3 ? shape[2] : 1;
  Reference r;
  r.y.resize(x.size());
  for (Index c = 0; c < channels; ++c) {
    std::vector<std::size_t> places;
    for (Index n = 0; n < shape[0]; ++n) {
      for (Index i = 0; i < length; ++i) {
        places.push_back(static_cast<std::size_t>((n * channels + c) * length + i));
      }
    }
    const auto count = static_cast<long double>(places.size());
    long double mean = 0, variance = 0;
    for (const std::size_t i : places) mean += x[i] / count;
    for (const std::size_t i : places) variance += (x[i] - mean) * (x[i] - mean) / count;
    const auto at = static_cast<std::size_t>(c);
    for (const std::size_t i : places) {
      r.y[i] = static_cast<double>((x[i] - mean) / std::sqrt(variance + epsilon)) * gamma[at] + beta[at];
    }
    r.mean.push_back(static_cast<double>(mean));
    r.variance.push_back(static_cast<double>(variance));
  }
  return r;
}

}  // namespace

TEST_CASE_TEMPLATE("batch_norm: training normalises with the batch and moves the running statistics", X,
                   EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const Shape& shape : shapes) {
    CAPTURE(shape);
    const Index channels = shape[1];
    const X x = ebb::randn<T, D>(shape), gamma = ebb::rand<T, D>({channels}),
            beta = ebb::randn<T, D>({channels});
    X mean = ebb::randn<T, D>({channels}), variance = ebb::rand<T, D>({channels});
    const auto r =
        normalise(ebb::test::doubles(x), shape, ebb::test::doubles(gamma), ebb::test::doubles(beta), 1e-3);
    std::vector<double> moved_mean = ebb::test::doubles(mean), moved_variance = ebb::test::doubles(variance);
    const double count = static_cast<double>(x.size() / channels);
    for (std::size_t c = 0; c < r.mean.size(); ++c) {
      moved_mean[c] = 0.9 * moved_mean[c] + 0.1 * r.mean[c];
      moved_variance[c] = 0.9 * moved_variance[c] + 0.1 * r.variance[c] * count / (count - 1);
    }
    const X y = batch_norm(x, gamma, beta, mean, variance, {.training = true, .momentum = 0.9});
    CHECK(y.shape() == shape);
    CHECK(difference(y, r.y) < 4 * tolerance<T>);
    CHECK(difference(mean, moved_mean) < tolerance<T>);
    CHECK(difference(variance, moved_variance) < tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("batch_norm: evaluation takes the running statistics and leaves them", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  std::vector<Shape> with_empty = shapes;
  with_empty.push_back({0, 3, 4});
  with_empty.push_back({1, 3});
  for (const Shape& shape : with_empty) {
    CAPTURE(shape);
    const X x = ebb::randn<T, D>(shape), gamma = ebb::rand<T, D>({shape[1]}),
            beta = ebb::randn<T, D>({shape[1]});
    const X mean = ebb::randn<T, D>({shape[1]}), variance = ebb::rand<T, D>({shape[1]});
    const auto before = ebb::test::values(mean);
    const Index length = shape.rank() == 3 ? shape[2] : 1;
    std::vector<double> expected = ebb::test::doubles(x);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto c = static_cast<Index>(i) / length % shape[1];
      const auto at = [&](const X& of) { return ebb::test::doubles(of)[static_cast<std::size_t>(c)]; };
      expected[i] = (expected[i] - at(mean)) / std::sqrt(at(variance) + 1e-5) * at(gamma) + at(beta);
    }
    const X y = batch_norm(x, gamma, beta, mean, variance, {.epsilon = 1e-5});
    CHECK(y.shape() == shape);
    CHECK(difference(y, expected) < 4 * tolerance<T>);
    CHECK(ebb::test::values(mean) == before);
  }
}

TEST_CASE_TEMPLATE("batch_norm: gradients", D, EBB_TEST_DEVICES) {
  for (const bool training : {true, false}) {
    for (const Shape& shape : {Shape{6, 5}, Shape{1, 3, 9}, Shape{4, 3, 7}, Shape{2, 1}, Shape{3, 17, 2}}) {
      CAPTURE(training);
      CAPTURE(shape);
      const Shape channels{shape[1]};
      const auto mean = ebb::randn<double, D>(channels), variance = ebb::rand<double, D>(channels);
      const auto f = [&](const auto& x, const auto& gamma, const auto& beta) {
        return batch_norm(x, gamma, beta, mean.clone(), variance.clone(), {.training = training});
      };
      const auto x = ebb::randn<double, D>(shape), gamma = ebb::randn<double, D>(channels),
                 beta = ebb::randn<double, D>(channels);
      const auto all = ebb::gradcheck(f, {x, gamma, beta});
      CHECK_MESSAGE(all.passed, all.worst);
      // Of the input alone, as attacks need it, and of the parameters alone, as a first layer does.
      const auto of_x = ebb::gradcheck(f, {x.clone().requires_grad(), gamma, beta});
      CHECK_MESSAGE(of_x.passed, of_x.worst);
      const auto of_gamma = ebb::gradcheck(f, {x, gamma.clone().requires_grad(), beta});
      CHECK_MESSAGE(of_gamma.passed, of_gamma.worst);
    }
  }
}

TEST_CASE_TEMPLATE("batch_norm: a ReLU in the same pass is a ReLU behind it", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const bool training : {true, false}) {
    for (const Shape& shape : {Shape{6, 5}, Shape{4, 3, 7}, Shape{3, 17, 70}}) {
      CAPTURE(training);
      CAPTURE(shape);
      const Shape channels{shape[1]};
      const X x = ebb::randn<T, D>(shape).requires_grad(), gamma = ebb::randn<T, D>(channels).requires_grad(),
              beta = ebb::randn<T, D>(channels).requires_grad();
      const X mean = ebb::randn<T, D>(channels), variance = ebb::rand<T, D>(channels),
              dy = ebb::randn<T, D>(shape);
      const auto results = [&](bool fused) {
        const X plain =
            batch_norm(x, gamma, beta, mean.clone(), variance.clone(), {.training = training, .relu = fused});
        const X y = fused ? plain : relu(plain);
        std::vector<X> all = ebb::grad(ebb::sum(y * dy), {x, gamma, beta});
        all.push_back(y);
        return all;
      };
      const std::vector<X> fused = results(true), apart = results(false);
      for (std::size_t i = 0; i < fused.size(); ++i)
        CHECK(ebb::test::values(fused[i]) == ebb::test::values(apart[i]));
    }
  }
}

TEST_CASE_TEMPLATE("batch_norm: a mean that is large against the spread costs no digits", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  const Shape shape{64, 2, 100};
  X x = ebb::randn<T, D>(shape);
  for (T* v = x.mutable_data(); v != x.data() + x.size(); ++v) *v = static_cast<T>(1e4 + 1e-2 * *v);
  x.requires_grad();
  const X gamma = ebb::ones<T, D>({2}), beta = ebb::zeros<T, D>({2});
  X mean = ebb::zeros<T, D>({2}), variance = ebb::zeros<T, D>({2});
  const auto r = normalise(ebb::test::doubles(x), shape, {1, 1}, {0, 0}, 1e-6);
  const X y = batch_norm(x, gamma, beta, mean, variance, {.training = true, .momentum = 0, .epsilon = 1e-6});
  CHECK(difference(y, r.y) < (sizeof(T) == 4 ? 1e-6 : 1e-9));
  CHECK(difference(variance, {r.variance[0] * 6400 / 6399, r.variance[1] * 6400 / 6399}) < 1e-9);

  const X dy = ebb::randn<T, D>(shape);
  y.backward(dy);
  const auto exact = ebb::tensor<double, D>(ebb::test::doubles(x), shape).requires_grad();
  const Tensor<double, D> one = ebb::ones<double, D>({2}), zero({2});
  batch_norm(exact, one, zero, zero.clone(), one.clone(), {.training = true, .epsilon = 1e-6})
      .backward(ebb::tensor<double, D>(ebb::test::doubles(dy), shape));
  CHECK(difference(x.grad(), ebb::test::doubles(exact.grad())) < tolerance<T>);
}

TEST_CASE_TEMPLATE("batch_norm: squares may leave the range of the element type", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const Shape& shape : {Shape{40, 2}, Shape{3, 2, 50}}) {
    const X small = ebb::randn<T, D>(shape);
    const auto normalised = [&](double scale) {
      const X ones = ebb::ones<T, D>({2}), zeros = ebb::zeros<T, D>({2});
      return batch_norm(small * static_cast<T>(scale), ones, zeros, zeros.clone(), ones.clone(),
                        {.training = true, .epsilon = 0});
    };
    const std::vector<double> expected = ebb::test::doubles(normalised(1));
    for (const double scale : {1e20, 1e-25}) CHECK(difference(normalised(scale), expected) < 1e-4);
  }
}

TEST_CASE_TEMPLATE("batch_norm: the number of threads changes no bit", X, EBB_TEST_TYPES) {
  using T = typename X::value_type;
  using D = typename X::device_type;
  for (const Shape& shape : {Shape{64, 40}, Shape{8, 12, 150}}) {
    const X x = ebb::randn<T, D>(shape), dy = ebb::randn<T, D>(shape);
    std::vector<std::vector<T>> results;
    for (const int count : {1, 3}) {
      const ebb::test::Threads threads(count);
      const X leaf = x.clone().requires_grad(), gamma = ebb::ones<T, D>({shape[1]}).requires_grad();
      X mean({shape[1]}), variance({shape[1]});
      const X y = batch_norm(leaf, gamma, ebb::zeros<T, D>({shape[1]}), mean, variance, {.training = true});
      y.backward(dy);
      for (const X& part : {y.detach(), mean, variance, leaf.grad(), gamma.grad()}) {
        results.push_back(ebb::test::values(part));
      }
    }
    for (std::size_t i = 0; i < 5; ++i) CHECK(results[i] == results[i + 5]);
  }
}

TEST_CASE_TEMPLATE("batch_norm: errors", X, EBB_TEST_TYPES) {
  using ebb::test::error;
  const X three({3}), four({4});
  const auto run = [](const X& x, const X& gamma, const X& variance, const ebb::BatchNormOptions& options) {
    return error([&] { (void)batch_norm(x, gamma, X({3}), X({3}), variance, options); });
  };
  CHECK(run(X({3}), three, three, {}) == "[batch_norm] input (3,) must be (N, C) or (N, C, L)");
  CHECK(run(X({2, 3}), four, three, {}) == "[batch_norm] input (2, 3) has 3 channels, gamma has shape (4,)");
  CHECK(run(X({2, 3}), three, four, {}) ==
        "[batch_norm] input (2, 3) has 3 channels, running variance has shape (4,)");
  CHECK(
      run(X({1, 3}), three, three, {.training = true}) ==
      "[batch_norm] input (1, 3) has 1 values per channel: training needs at least 2 to take a variance of");
  CHECK(run(X({0, 3, 5}), three, three, {.training = true}) ==
        "[batch_norm] input (0, 3, 5) has 0 values per channel: training needs at least 2 to take a variance "
        "of");
  CHECK(run(X({2, 3}), three, three, {.momentum = 1.5}) ==
        "[batch_norm] momentum 1.5 must be in [0, 1], epsilon 0.001 at least 0");
}
