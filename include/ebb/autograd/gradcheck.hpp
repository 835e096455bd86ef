#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ebb/autograd/backward.hpp"

namespace EBB_NAMESPACE {

struct GradCheckOptions {
  double step = 1e-5;       ///< of the central difference, relative to max(1, |x|)
  double tolerance = 1e-6;  ///< of the relative error
};

/// What gradcheck found. An error is relative to the larger of the two derivatives, or to 1 where both are
/// smaller than that.
struct GradCheck {
  bool passed = false;
  double max_relative_error = 0;
  std::string worst;  ///< "input 1, element 17: backward 0.5, difference quotient 0.25"

  explicit operator bool() const { return passed; }
};

/// Compares the gradient of f with central differences, element by element, at the given inputs.
///
/// f takes as many tensors as there are inputs, at most eight, and returns a tensor of any shape: what is
/// differentiated is the sum of its elements under fixed random weights. f must be smooth around the inputs
/// and give the same result for the same input (no dropout). Only for double: floats are too coarse. Inputs
/// that do not require a gradient are held constant; if none does, all are checked.
///
///     const GradCheck check = gradcheck([](const auto& a, const auto& b) { return matmul(a, b); }, {a, b});
template <class F, class D>
GradCheck gradcheck(F f, const std::vector<Tensor<double, D>>& inputs, const GradCheckOptions& options = {});

template <class F, class D>
GradCheck gradcheck(F f, const Tensor<double, D>& x, const GradCheckOptions& options = {}) {
  return gradcheck(std::move(f), std::vector{x}, options);
}

template <class F, class D>
GradCheck gradcheck(F f, std::initializer_list<Tensor<double, D>> inputs,
                    const GradCheckOptions& options = {}) {
  return gradcheck(std::move(f), std::vector(inputs), options);
}

namespace detail {

// f(x[0], x[1], ...), whichever number of them f takes.
template <class F, class X, std::size_t... I>
auto apply_all(F& f, const std::vector<X>& x, std::index_sequence<I...> = {}) {
  if constexpr (sizeof...(I) > 0 &&
                std::is_invocable_v<F&, decltype((void(I), std::declval<const X&>()))...>) {
    if (x.size() == sizeof...(I)) return f(x[I]...);
  }
  if constexpr (sizeof...(I) < 8) {
    return apply_all(f, x, std::make_index_sequence<sizeof...(I) + 1>{});
  } else {
    fail("gradcheck", "the function does not take ", x.size(), " tensors");
    return X();
  }
}

// Apart from the functions that are checked, so that it is compiled once.
template <class D>
GradCheck check_gradient(const std::function<Tensor<double, D>(const std::vector<Tensor<double, D>>&)>& f,
                         const std::vector<Tensor<double, D>>& inputs, const GradCheckOptions& options) {
  using X = Tensor<double, D>;
  const bool chosen = std::any_of(inputs.begin(), inputs.end(), [](const X& x) { return x.needs_grad(); });
  std::vector<X> point, leaves;
  for (const X& input : inputs) {
    X copy = copy_of(input);
    if (!chosen || input.needs_grad()) leaves.push_back(copy.requires_grad());
    point.push_back(copy);
  }

  const X y = f(point);
  Generator generator(0x9e3779b9);
  const X weights = rand<double, D>(y.shape(), generator);
  GradCheck result{.passed = true, .max_relative_error = 0, .worst = {}};
  if (y.size() > 0) y.backward(weights);

  const auto objective = [&] {
    const NoGrad guard;
    const X value = f(point);
    std::vector<double> a(static_cast<std::size_t>(value.size())), b(a.size());
    D::copy_to_host(value.data(), a.data(), a.size() * sizeof(double));
    D::copy_to_host(weights.data(), b.data(), b.size() * sizeof(double));
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };

  for (std::size_t input = 0; input < leaves.size(); ++input) {
    X& leaf = leaves[input];
    const std::size_t count = static_cast<std::size_t>(leaf.size());
    std::vector<double> values(count), gradient(count, 0.0);
    D::copy_to_host(leaf.data(), values.data(), count * sizeof(double));
    if (leaf.has_grad()) D::copy_to_host(leaf.grad().data(), gradient.data(), count * sizeof(double));
    const auto objective_at = [&](std::size_t i, double value) {
      D::copy_from_host(&value, leaf.mutable_data() + i, sizeof(double));
      return objective();
    };
    for (std::size_t i = 0; i < count; ++i) {
      const double h = options.step * std::max(1.0, std::abs(values[i]));
      const double difference = (objective_at(i, values[i] + h) - objective_at(i, values[i] - h)) / (2 * h);
      objective_at(i, values[i]);
      const double scale = std::max({1.0, std::abs(difference), std::abs(gradient[i])});
      const double error = std::abs(difference - gradient[i]) / scale;
      // Written so that a NaN fails.
      if (!(error <= result.max_relative_error)) {
        result.max_relative_error = error;
        result.worst = "input " + std::to_string(input) + ", element " + std::to_string(i) + ": backward " +
                       text(gradient[i]) + ", difference quotient " + text(difference);
      }
      if (!(error <= options.tolerance)) result.passed = false;
    }
  }
  return result;
}

}  // namespace detail

template <class F, class D>
GradCheck gradcheck(F f, const std::vector<Tensor<double, D>>& inputs, const GradCheckOptions& options) {
  using X = Tensor<double, D>;
  return detail::check_gradient<D>(
      [&f](const std::vector<X>& point) -> X { return detail::apply_all(f, point); }, inputs, options);
}

}  // namespace EBB_NAMESPACE
