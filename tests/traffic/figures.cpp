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

// Every text of a drawing that is not turned lies between its left and right edges.
void check_inside(const std::string& svg) {
  const auto number_after = [&svg](const std::string& name, std::size_t from) {
    return std::stod(svg.substr(svg.find(name, from) + name.size()));
  };
  const double width = number_after("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", 0);
  int texts = 0;
  for (std::size_t at = svg.find("<text "); at != std::string::npos; at = svg.find("<text ", at + 1)) {
    const std::string head = svg.substr(at, svg.find('>', at) - at);
    if (head.find("rotate(0)") == std::string::npos) continue;
    std::size_t from = at + head.size() + 1;
    if (svg.compare(from, 7, "<title>") == 0) from = svg.find("</title>", from) + 8;
    const std::string text = svg.substr(from, svg.find("</text>", from) - from);
    const bool bold = head.find("bold") != std::string::npos;
    const double x = number_after("translate(", at);
    const double length = traffic::text_width(text, number_after("font-size=\"", at), bold);
    const bool ends = head.find("\"end\"") != std::string::npos;
    const bool middle = head.find("\"middle\"") != std::string::npos;
    const double left = ends ? x - length : middle ? x - length / 2 : x;
    CAPTURE(text);
    CHECK(left >= 0);
    CHECK(left + length <= width);
    ++texts;
  }
  CHECK(texts > 0);
}

HeatMap map_of(const std::vector<std::string>& names) {
  HeatMap map{.title = "cnn, split by flow: share of each class in %",
              .row_axis = "true class (packets)",
              .column_axis = "predicted class",
              .rows = names,
              .columns = names,
              .shares = {}};
  map.row_notes.assign(names.size(), "(4,094)");
  map.shares.assign(names.size() * names.size(), 0.5);
  return map;
}

LineChart chart_of(const std::vector<traffic::Point>& points) {
  return {.title = "loss", .x_axis = "epoch", .y_axis = "loss", .curves = {{"training", points}}};
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

TEST_CASE("widths of letters are those of Helvetica") {
  CHECK(traffic::text_width("", 10) == 0);
  CHECK(traffic::text_width("W", 10) == doctest::Approx(9.44));
  CHECK(traffic::text_width("il 1", 10) == doctest::Approx(2.22 + 2.22 + 2.78 + 5.56));
  CHECK(traffic::text_width("W", 10, /*bold=*/true) > 9.44);
  CHECK(traffic::text_width("\u804a", 10) == doctest::Approx(10));
  CHECK(traffic::text_width("e\u0301", 10) == doctest::Approx(5.56));
}

TEST_CASE("a text is cut to a width between characters") {
  CHECK(traffic::fitted("VoIP", 100, 12) == "VoIP");
  for (const double width : {12.0, 30.0, 55.5, 100.0}) {
    for (const std::string& text :
         {std::string(60, 'W'), std::string(60, 'i'),
          std::string("\u804a\u5929\u5e94\u7528\u7a0b\u5e8f\u804a\u5929\u5e94\u7528")}) {
      const std::string cut = traffic::fitted(text, width, 12);
      CHECK(cut.ends_with("\u2026"));
      CHECK(traffic::text_width(cut, 12) <= width);
      CHECK(text.starts_with(cut.substr(0, cut.size() - 3)));
    }
  }
}

TEST_CASE("names of any length and script stay inside of a heat map, and whole under the mouse") {
  const std::string wide(60, 'W');
  std::vector<std::string> names{"Chat",
                                 "",
                                 wide,
                                 "\u804a\u5929\u5e94\u7528",
                                 "\u05e9\u05dc\u05d5\u05dd",
                                 "<b>&",
                                 "a\nb",
                                 std::string(600, 'i')};
  for (std::size_t count = 1; count <= names.size(); ++count) {
    const std::string svg = draw(map_of({names.begin(), names.begin() + static_cast<std::ptrdiff_t>(count)}));
    CHECK(well_formed(svg));
    check_inside(svg);
  }
  const std::string svg = draw(map_of(names));
  CHECK(count(svg, "<title>" + wide + "</title>") == 2);
  CHECK(count(svg, "WWW\u2026 (4,094)<") == 1);
}

TEST_CASE("ticks of a line chart fit beside it, whatever its numbers") {
  using Points = std::vector<traffic::Point>;
  for (const Points& points :
       {Points{{1, 1e300}, {2, 0}}, Points{{1, 123456789}, {2, 0}}, Points{{1, 1e-9}, {2, 3e-9}},
        Points{{1, 1e9}, {2, 1e9 + 1e-6}}, Points{{1, -1e6}, {2, 1e6}}, Points{{1, 2}, {2, 2}},
        Points{{1, 1.7e308}, {2, -1.7e308}}, Points{{1, HUGE_VAL}, {2, std::nan("")}}}) {
    const std::string svg = draw(chart_of(points));
    CAPTURE(svg);
    CHECK(well_formed(svg));
    check_inside(svg);
    for (const char* const bad : {"nan", "inf"}) CHECK(count(svg, bad) == 0);
  }
  CHECK(count(draw(chart_of({{1, 1.5e8}, {2, 0}})), ">1.5e+08<") == 1);
  CHECK(count(draw(chart_of({{1, 1e-9}, {2, 3e-9}})), ">2e-09<") == 1);
}

TEST_CASE("a curve of many points has no dots, which would hide its dashes") {
  std::vector<traffic::Point> points;
  for (int i = 1; i <= 300; ++i) points.emplace_back(i, 1.0 / i);
  CHECK(count(draw(chart_of(points)), "<circle") == 0);
  points.resize(60);
  CHECK(count(draw(chart_of(points)), "<circle") == 60);
}

TEST_CASE("long names of curves share the line above them") {
  LineChart chart = chart_of({{1, 1}, {2, 2}});
  chart.title = std::string(200, 'T');
  chart.curves = {{std::string(80, 'W'), {{1, 1}}}, {std::string(80, 'M'), {{1, 2}}}, {"c", {{1, 2}}}};
  const std::string svg = draw(chart);
  CHECK(well_formed(svg));
  check_inside(svg);
  CHECK(count(svg, "<title>" + std::string(80, 'W') + "</title>") == 1);
}
