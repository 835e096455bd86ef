#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace traffic {

/// How a piece of text is set.
struct TextStyle {
  std::string_view anchor = "start";  ///< what the point is to the text: start, middle or end
  double size = 12;
  std::string_view color = "#222222";
  double turn = 0;  ///< degrees, clockwise, around the point
  bool bold = false;
  std::string_view full = "";  ///< what a pointing device is told about a text that was cut
};

/// How a line is drawn.
struct LineStyle {
  std::string_view color = "#222222";
  double width = 1;
  std::string_view dashes = "";  ///< lengths of dashes and gaps, "4 2"; empty: solid
};

using Point = std::pair<double, double>;

/// A drawing in the language SVG 1.1; x runs to the right and y down, in pixels.
class Svg {
 public:
  Svg(double width, double height);

  void rectangle(double x, double y, double width, double height, std::string_view color);
  void circle(Point center, double radius, std::string_view color);
  void line(const std::vector<Point>& points, const LineStyle& style = {});
  /// Text whose middle is at the height y.
  void text(double x, double y, std::string_view text, const TextStyle& style = {});

  /// The whole file.
  [[nodiscard]] std::string finish() const { return body_ + "</svg>\n"; }

 private:
  std::string body_;
};

/// Text with the characters replaced that mean something in SVG and HTML, or must not be in them.
std::string escape_markup(std::string_view text);

/// How wide a printable text in Helvetica is: ASCII by Adobe's font metrics, other characters about.
double text_width(std::string_view text, double size, bool bold = false);

/// As much of a printable text as is at most so wide, with an ellipsis where something is missing.
std::string fitted(std::string_view text, double width, double size, bool bold = false);

/// Number without trailing zeros: 0.25, 12.
std::string short_number(double number, int digits = 2);

}  // namespace traffic
