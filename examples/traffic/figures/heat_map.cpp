#include "traffic/figures/heat_map.hpp"

#include <ebb/core/error.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "traffic/figures/svg.hpp"
#include "traffic/text.hpp"

namespace traffic {
namespace {

constexpr double kCell = 34;
constexpr double kMargin = 16;
constexpr double kTitle = 34;
constexpr double kAxisName = 24;
constexpr double kScale = 78;  // the colour scale on the right
constexpr double kSlant = 45;  // degrees, of the column names
constexpr double kLongestName = 200;

// ColorBrewer's sequential scheme Blues.
constexpr std::array<std::array<double, 3>, 9> kBlues{{{247, 251, 255},
                                                       {222, 235, 247},
                                                       {198, 219, 239},
                                                       {158, 202, 225},
                                                       {107, 174, 214},
                                                       {66, 146, 198},
                                                       {33, 113, 181},
                                                       {8, 81, 156},
                                                       {8, 48, 107}}};

std::string color_of(double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(kBlues.size() - 1);
  const auto lower = std::min(static_cast<std::size_t>(place), kBlues.size() - 2);
  const double mix = place - static_cast<double>(lower);
  std::array<int, 3> rgb{};
  for (std::size_t i = 0; i < 3; ++i) {
    rgb[i] = static_cast<int>(std::lround((1 - mix) * kBlues[lower][i] + mix * kBlues[lower + 1][i]));
  }
  char text[32];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", static_cast<unsigned>(rgb[0]),
                static_cast<unsigned>(rgb[1]), static_cast<unsigned>(rgb[2]));
  return text;
}

// "100", "99.7", "3.0", and nothing for an exact zero; a share that would be rounded up to 100 is not.
std::string percent(double share) {
  if (share == 0) return "";
  if (share == 1) return "100";
  if (share < 0.0005) return "<0.1";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f", std::min(100 * share, 99.9));
  return text;
}

std::vector<std::string> shown(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) result.push_back(fitted(printable(name), kLongestName, 12));
  return result;
}

double widest(const std::vector<std::string>& names, double size) {
  double width = 0;
  for (const std::string& name : names) width = std::max(width, text_width(name, size));
  return width;
}

void draw_scale(Svg& svg, double x, double y, double height) {
  constexpr int kSteps = 64;
  const double step = height / kSteps;
  for (int i = 0; i < kSteps; ++i) {
    svg.rectangle(x, y + height - (i + 1) * step, 14, step + 0.5, color_of((i + 0.5) / kSteps));
  }
  for (const int share : {0, 50, 100}) {
    svg.text(x + 20, y + height * (1 - share / 100.0), std::to_string(share) + " %", {.size = 11});
  }
}

}  // namespace

std::string draw(const HeatMap& map) {
  const std::size_t rows = map.rows.size(), columns = map.columns.size();
  if (map.shares.size() != rows * columns || (!map.row_notes.empty() && map.row_notes.size() != rows)) {
    throw ebb::Error("heat_map", std::to_string(map.shares.size()) + " shares for " + std::to_string(rows) +
                                     " rows and " + std::to_string(columns) + " columns");
  }
  std::vector<std::string> row_names = shown(map.rows);
  for (std::size_t row = 0; row < map.row_notes.size(); ++row) row_names[row] += " " + map.row_notes[row];
  const std::vector<std::string> column_names = shown(map.columns);
  const double slanted = std::sin(kSlant * 3.14159265358979 / 180) * widest(column_names, 12);
  const double left =
      std::max(kMargin + kAxisName + widest(row_names, 12) + 10, kMargin + slanted - kCell / 2);
  const double top = kMargin + kTitle;
  const double width = kCell * static_cast<double>(columns), height = kCell * static_cast<double>(rows);
  // The names of the axes may be longer than the axes: they begin where these do.
  const double row_axis = std::max(height, text_width(map.row_axis, 13));
  const double column_axis = std::max(width, text_width(map.column_axis, 13));
  Svg svg(std::max(left + std::max(width + 24 + kScale, column_axis + kMargin),
                   2 * kMargin + text_width(map.title, 15, /*bold=*/true)),
          top + std::max(height + 16 + slanted + kAxisName, row_axis) + kMargin);

  svg.text(kMargin, kMargin + 6, map.title, {.size = 15, .bold = true});
  svg.text(kMargin + 8, top + row_axis / 2, map.row_axis, {.anchor = "middle", .size = 13, .turn = -90});
  svg.text(left + column_axis / 2, top + height + 16 + slanted + kAxisName / 2, map.column_axis,
           {.anchor = "middle", .size = 13});
  for (std::size_t row = 0; row < rows; ++row) {
    const double y = top + kCell * static_cast<double>(row);
    svg.text(left - 8, y + kCell / 2, row_names[row], {.anchor = "end", .full = map.rows[row]});
    for (std::size_t column = 0; column < columns; ++column) {
      const double share = map.shares[row * columns + column];
      if (std::isnan(share)) continue;
      const double x = left + kCell * static_cast<double>(column);
      svg.rectangle(x + 0.5, y + 0.5, kCell - 1, kCell - 1, color_of(share));
      svg.text(x + kCell / 2, y + kCell / 2, percent(share),
               {.anchor = "middle", .size = 11, .color = share > 0.55 ? "#ffffff" : "#222222"});
    }
  }
  for (std::size_t column = 0; column < columns; ++column) {
    svg.text(left + kCell * (static_cast<double>(column) + 0.6), top + height + 10, column_names[column],
             {.anchor = "end", .turn = -kSlant, .full = map.columns[column]});
  }
  draw_scale(svg, left + width + 24, top, height);
  return svg.finish();
}

}  // namespace traffic
