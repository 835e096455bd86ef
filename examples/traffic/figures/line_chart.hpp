#pragma once

#include <optional>
#include <string>
#include <vector>

#include "traffic/figures/svg.hpp"

namespace traffic {

/// Curves over a common axis, as a picture in SVG. Curves differ in colour and in their dashes, so they can
/// be told apart without colour too.
struct LineChart {
  struct Curve {
    std::string name;
    std::vector<Point> points;
  };

  std::string title;
  std::string x_axis;
  std::string y_axis;
  std::vector<Curve> curves;
  std::optional<double> marked_x = std::nullopt;  ///< a thin vertical line, named `mark`
  std::string mark = "";
  bool whole_x = false;  ///< ticks at whole numbers of x only
};

/// Points that are not finite, or beyond 1e300, are left out. Long names are cut to fit.
std::string draw(const LineChart& chart);

}  // namespace traffic
