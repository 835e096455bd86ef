#include "traffic/figures/svg.hpp"

#include <cstdio>

#include "traffic/text.hpp"

namespace traffic {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string attribute(std::string_view name, double value) { return attribute(name, short_number(value)); }

}  // namespace

Svg::Svg(double width, double height)
    : body_("<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width) +
            attribute("height", height) +
            attribute("viewBox", "0 0 " + short_number(width) + " " + short_number(height)) +
            attribute("font-family", "Helvetica, Arial, sans-serif") + ">\n") {
  rectangle(0, 0, width, height, "#ffffff");
}

void Svg::rectangle(double x, double y, double width, double height, std::string_view color) {
  body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
           attribute("height", height) + attribute("fill", color) + "/>\n";
}

void Svg::circle(Point center, double radius, std::string_view color) {
  body_ += "<circle" + attribute("cx", center.first) + attribute("cy", center.second) +
           attribute("r", radius) + attribute("fill", color) + "/>\n";
}

void Svg::line(const std::vector<Point>& points, const LineStyle& style) {
  std::string list;
  for (const auto& [x, y] : points)
    list += (list.empty() ? "" : " ") + short_number(x) + "," + short_number(y);
  body_ += "<polyline fill=\"none\" stroke-linejoin=\"round\"" + attribute("points", list) +
           attribute("stroke", style.color) + attribute("stroke-width", style.width);
  if (!style.dashes.empty()) body_ += attribute("stroke-dasharray", style.dashes);
  body_ += "/>\n";
}

void Svg::text(double x, double y, std::string_view text, const TextStyle& style) {
  // Half the height of a capital below the middle; dominant-baseline is not understood everywhere.
  const double baseline = 0.35 * style.size;
  body_ += "<text" +
           attribute("transform", "translate(" + short_number(x) + " " + short_number(y) + ") rotate(" +
                                      short_number(style.turn) + ")") +
           attribute("y", baseline) + attribute("font-size", style.size) + attribute("fill", style.color) +
           attribute("text-anchor", style.anchor);
  if (style.bold) body_ += attribute("font-weight", "bold");
  const bool cut = !style.full.empty() && style.full != text;
  body_ += ">" + (cut ? "<title>" + escape_markup(style.full) + "</title>" : "") + escape_markup(text) +
           "</text>\n";
}

std::string escape_markup(std::string_view text) {
  std::string escaped;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

double text_width(std::string_view text, double size) {
  return 0.56 * size * static_cast<double>(display_width(text));
}

std::string short_number(double number, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, number);
  std::string text = buffer;
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

}  // namespace traffic
