#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "ebb/core/error.hpp"
#include "traffic/figures/heat_map.hpp"
#include "traffic/figures/line_chart.hpp"
#include "well_formed.hpp"

using ebb::test::well_formed;
using traffic::HeatMap;
using traffic::LineChart;

namespace {

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the check of drawings knows bad ones") {
  CHECK(well_formed("<svg a=\"1\"><g/>a &amp; b</svg>\n"));
  for (const char* const bad : {"", "<svg>", "<svg></g></svg>", "<svg/><svg/>", "<svg a=1/>",
                                "<svg>a & b</svg>", "<svg>a < b</svg>", "<svg a=\"1/>", "text<svg/>"}) {
    CHECK_MESSAGE(!well_formed(bad), bad);
  }
}

TEST_CASE("a drawing escapes what means something in it") {
  traffic::Svg svg(10, 20);
  svg.text(1, 2, "a < b & \"c\"");
  CHECK(well_formed(svg.finish()));
  CHECK(svg.finish().find("a &lt; b &amp; &quot;c&quot;") != std::string::npos);
}

TEST_CASE("numbers in drawings are short") {
  CHECK(traffic::short_number(12) == "12");
  CHECK(traffic::short_number(0.25) == "0.25");
  CHECK(traffic::short_number(-0.001) == "0");
  CHECK(traffic::short_number(1.0 / 3, 3) == "0.333");
  CHECK(traffic::short_number(100, 0) == "100");
}

TEST_CASE("a heat map writes every share into its field") {
  const HeatMap map{.title = "a & b",
                    .row_axis = "true",
                    .column_axis = "predicted",
                    .rows = {"x", "y"},
                    .columns = {"p", "q", "r"},
                    .shares = {1, 0, 0.9999, 0.25, 0.0001, std::nan("")}};
  const std::string svg = draw(map);
  CHECK(well_formed(svg));
  for (const char* const text : {">100<", ">99.9<", ">25.0<", "&lt;0.1"}) CHECK(count(svg, text) == 1);
  CHECK(count(svg, "width=\"33\"") == 5);  // the field of NaN is not there
  CHECK(count(svg, "#08306b") == 2);       // the darkest blue is for all of a row, or nearly all
}

TEST_CASE("a heat map needs a share for every field") {
  const HeatMap map{
      .title = "", .row_axis = "", .column_axis = "", .rows = {"x"}, .columns = {"p"}, .shares = {}};
  CHECK_THROWS_WITH_AS((void)draw(map), "[heat_map] 0 shares for 1 rows and 1 columns", ebb::Error);
}

TEST_CASE("a line chart has a curve per series and round ticks") {
  const LineChart chart{
      .title = "loss",
      .x_axis = "epoch",
      .y_axis = "loss",
      .curves = {{"training", {{1, 0.92}, {2, 0.41}, {3, std::nan("")}}}, {"validation", {{1, 0.5}}}},
      .marked_x = 2.0,
      .mark = "best"};
  const std::string svg = draw(chart);
  CHECK(well_formed(svg));
  CHECK(count(svg, "<circle") == 3);
  for (const char* const text : {">training<", ">validation<", ">best<", ">epoch<", ">0.4<", ">1<"}) {
    CHECK_MESSAGE(count(svg, text) >= 1, text);
  }
}

TEST_CASE("a line chart of nothing and of one point is still a drawing") {
  CHECK(well_formed(draw(LineChart{.title = "", .x_axis = "", .y_axis = "", .curves = {}})));
  CHECK(well_formed(draw(LineChart{.title = "", .x_axis = "", .y_axis = "", .curves = {{"a", {{1, 2}}}}})));
}
