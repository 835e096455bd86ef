#include "traffic/figures/svg.hpp"

#include <array>
#include <cstdio>

#include "traffic/text.hpp"

namespace traffic {
namespace {

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string attribute(std::string_view name, double value) { return attribute(name, short_number(value)); }

// In thousandths of the size, from the blank to the tilde: Adobe's font metrics of Helvetica.
constexpr std::array<int, 95> kHelvetica{
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

// As a share of the size. The widest letters of other scripts set the measure: too much room is better than
// too little.
double character_width(std::string_view character) {
  constexpr double kColumn = 0.72, kWideCharacter = 1;
  if (character.size() == 1 && character[0] >= ' ' && character[0] <= '~') {
    return kHelvetica[static_cast<std::size_t>(character[0] - ' ')] / 1000.0;
  }
  const std::size_t columns = display_width(character);
  return character == "\u2026" || columns > 1 ? kWideCharacter : kColumn * static_cast<double>(columns);
}

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

double text_width(std::string_view text, double size, bool bold) {
  constexpr double kBold = 1.08;
  double width = 0;
  while (!text.empty()) {
    const std::size_t bytes = first_character(text);
    width += character_width(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return width * size * (bold ? kBold : 1);
}

std::string fitted(std::string_view text, double width, double size, bool bold) {
  if (text_width(text, size, bold) <= width) return std::string(text);
  constexpr std::string_view kEllipsis = "\u2026";
  const double room = width - text_width(kEllipsis, size, bold);
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t next = end + first_character(text.substr(end));
    if (text_width(text.substr(0, next), size, bold) > room) break;
    end = next;
  }
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
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
