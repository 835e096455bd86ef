#include "traffic/text.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "traffic/text_table.hpp"

using traffic::display_width;
using traffic::printable;
using traffic::shortened;

TEST_CASE("widths of characters") {
  CHECK(display_width("") == 0);
  CHECK(display_width("VoIP") == 4);
  CHECK(display_width("Gr\u00fc\u00dfe") == 5);
  CHECK(display_width("e\u0301") == 1);  // an accent that combines
  CHECK(display_width("\u804a\u5929") == 4);
  CHECK(display_width("\ud55c\uae00") == 4);
  CHECK(display_width("\U0001f600") == 2);
  CHECK(display_width("\u05e9\u05dc\u05d5\u05dd") == 4);
}

TEST_CASE("what cannot be shown is escaped, byte by byte") {
  CHECK(printable("a\nb\x1b[31m\x7f") == "a\\x0ab\\x1b[31m\\x7f");
  CHECK(printable("\u804a\u00fc") == "\u804a\u00fc");
  CHECK(printable("\xff\xc3") == "\\xff\\xc3");           // no UTF-8
  CHECK(printable("\xc0\x80") == "\\xc0\\x80");           // too long a form of NUL
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half of a pair of UTF-16
  CHECK(printable("\xe8\x81") == "\\xe8\\x81");           // cut
  CHECK(printable("\u0085\u2028") == "\\xc2\\x85\\xe2\\x80\\xa8");
}

TEST_CASE("a long text ends in an ellipsis, and never within a character") {
  CHECK(shortened("VoIP", 4) == "VoIP");
  CHECK(shortened("Streaming", 6) == "Strea\u2026");
  CHECK(shortened("\u804a\u5929\u804a\u5929", 6) == "\u804a\u5929\u2026");
  CHECK(display_width(shortened("\u804a\u5929\u804a\u5929", 6)) <= 6);
}

TEST_CASE("columns of a table are aligned whatever is in them") {
  traffic::TextTable table({"class", "n"});
  table.add({"\u804a\u5929", "1"});
  table.add({"Gr\u00fc\u00dfe", "12,345"});
  table.add({"a\tb", "7"});
  std::ostringstream out;
  table.print(out);
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) CHECK(display_width(line) == 2 + 6 + 2 + 6);
}
