#include "traffic/figures/line_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

#include "traffic/text.hpp"

namespace traffic {
namespace {

constexpr double kWidth = 560, kHeight = 340;
constexpr double kLeastLeft = 70, kRight = 20, kTop = 48, kBottom = 54;
constexpr double kAxisName = 28;
constexpr std::size_t kMostDots = 60;  // more of them hide the dashes of a curve

// Okabe and Ito's colours, told apart by colour-blind readers too.
constexpr std::array<std::string_view, 6> kColors{"#0072b2", "#d55e00", "#009e73",
                                                  "#cc79a7", "#e69f00", "#56b4e9"};
constexpr std::array<std::string_view, 6> kDashes{"", "7 3", "2 3", "9 3 2 3", "1 2", "12 4"};

// Numbers near the largest double would overflow on their way to pixels.
bool is_shown(double value) { return std::abs(value) <= 1e300; }

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// About five round numbers that cover the range: steps of 1, 2 or 5 times a power of ten.
struct Axis {
  double low = 0, high = 1, step = 1;
  int digits = 0;

  explicit Axis(Range range) {
    if (!(range.low <= range.high)) range = {0, 1};
    // Ticks that differ in their seventh digit only tell nothing.
    if (range.high - range.low <= 1e-6 * std::max(std::abs(range.low), std::abs(range.high))) {
      const double half = std::max(0.5, 0.1 * std::abs(range.low));
      range = {range.low - half, range.high + half};
    }
    const double rough = (range.high - range.low) / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    step = 10 * power;
    for (const double factor : {5.0, 2.0, 1.0}) {
      if (factor * power >= rough) step = factor * power;
    }
    low = std::floor(range.low / step) * step;
    high = std::ceil(range.high / step) * step;
    digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  }

  [[nodiscard]] double share(double value) const { return (value - low) / (high - low); }
  // The text of a tick: plain up to a million and down to a ten-thousandth, else "1.5e+08".
  [[nodiscard]] std::string label(double value) const {
    if (std::abs(value) < 1e-6 * step) return "0";
    const double largest = std::max(std::abs(low), std::abs(high));
    if (largest < 1e6 && step >= 1e-4) return short_number(value, digits);
    const int significant =
        static_cast<int>(std::floor(std::log10(largest)) - std::floor(std::log10(step))) + 1;
    char text[32];
    std::snprintf(text, sizeof text, "%.*g", significant, value);
    return text;
  }
  [[nodiscard]] int ticks() const { return static_cast<int>(std::lround((high - low) / step)); }
};

}  // namespace

std::string draw(const LineChart& chart) {
  Range x_range, y_range;
  for (const LineChart::Curve& curve : chart.curves) {
    for (const auto& [x, y] : curve.points) {
      if (!is_shown(x) || !is_shown(y)) continue;
      x_range.include(x);
      y_range.include(y);
    }
  }
  Axis x_axis(x_range);
  if (chart.whole_x && x_axis.step < 1) x_axis.step = 1, x_axis.digits = 0;
  const Axis y_axis(y_range);
  // The curves use the whole width; only the ticks are round numbers.
  if (x_range.low < x_range.high) x_axis.low = x_range.low, x_axis.high = x_range.high;
  double left = kLeastLeft;
  for (int i = 0; i <= y_axis.ticks(); ++i) {
    const std::string label = y_axis.label(y_axis.low + i * y_axis.step);
    left = std::max(left, kAxisName + text_width(label, 11) + 12);
  }
  const double width = kWidth - left - kRight, height = kHeight - kTop - kBottom;
  const auto place_x = [&](double x) { return left + x_axis.share(x) * width; };
  const auto place_y = [&](double y) { return kHeight - kBottom - y_axis.share(y) * height; };

  Svg svg(kWidth, kHeight);
  svg.text(left, 16, fitted(printable(chart.title), width, 15, /*bold=*/true),
           {.size = 15, .bold = true, .full = chart.title});
  for (int i = 0; i <= y_axis.ticks(); ++i) {
    const double value = y_axis.low + i * y_axis.step, y = place_y(value);
    svg.line({{left, y}, {kWidth - kRight, y}}, {.color = "#dddddd"});
    svg.text(left - 8, y, y_axis.label(value), {.anchor = "end", .size = 11});
  }
  for (double value = std::ceil(x_axis.low / x_axis.step - 1e-9) * x_axis.step;
       value <= x_axis.high * (1 + 1e-9); value += x_axis.step) {
    svg.line({{place_x(value), kHeight - kBottom}, {place_x(value), kHeight - kBottom + 5}});
    svg.text(place_x(value), kHeight - kBottom + 15, x_axis.label(value), {.anchor = "middle", .size = 11});
  }
  svg.line({{left, kTop}, {left, kHeight - kBottom}, {kWidth - kRight, kHeight - kBottom}});
  svg.text(left + width / 2, kHeight - 14, chart.x_axis, {.anchor = "middle", .size = 13});
  svg.text(16, (kTop + kHeight - kBottom) / 2, chart.y_axis, {.anchor = "middle", .size = 13, .turn = -90});

  if (chart.marked_x) {
    const double x = place_x(*chart.marked_x);
    const bool right_half = x > kWidth / 2;
    svg.line({{x, kTop}, {x, kHeight - kBottom}}, {.color = "#888888", .dashes = "3 3"});
    svg.text(x + (right_half ? -6 : 6), kTop + 8, chart.mark,
             {.anchor = right_half ? "end" : "start", .size = 11, .color = "#666666"});
  }
  double legend = left;
  const auto curves = static_cast<double>(chart.curves.size());
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    const LineChart::Curve& curve = chart.curves[i];
    const LineStyle style{
        .color = kColors[i % kColors.size()], .width = 2, .dashes = kDashes[i % kDashes.size()]};
    std::vector<Point> points;
    for (const auto& [x, y] : curve.points) {
      if (is_shown(x) && is_shown(y)) points.emplace_back(place_x(x), place_y(y));
    }
    svg.line(points, style);
    if (points.size() <= kMostDots) {
      for (const Point& point : points) svg.circle(point, 2.5, style.color);
    }
    svg.line({{legend, 36}, {legend + 26, 36}}, style);
    const std::string name = fitted(printable(curve.name), width / curves - 54, 12);
    svg.text(legend + 32, 36, name, {.full = curve.name});
    legend += 32 + text_width(name, 12) + 22;
  }
  return svg.finish();
}

}  // namespace traffic
