#include "traffic/text.hpp"

#include <sstream>

#include <doctest/doctest.h>

#include "traffic/text_table.hpp"

using traffic::abbreviated;
using traffic::display_width;
using traffic::excerpt;
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
  CHECK(display_width("\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd") == 4);  // with vowels
  CHECK(display_width("\u0939\u093f\u0928\u094d\u0926\u0940") == 5);        // Devanagari
  CHECK(display_width("\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35") == 4);        // Thai
  CHECK(display_width("\u1100\u1161\u11a8") == 2);                          // a syllable in parts
  CHECK(display_width("\U0001f321\ufe0f") == 1);                            // narrow among emoji
  CHECK(display_width("\uff21\uff76") == 3);                                // of full and half width
  CHECK(display_width("\u00ad\u00a0") == 2);
}

TEST_CASE("what cannot be shown is escaped, byte by byte") {
  CHECK(printable("a\nb\x1b[31m\x7f") == "a\\x0ab\\x1b[31m\\x7f");
  CHECK(printable("\u804a\u00fc") == "\u804a\u00fc");
  CHECK(printable("\xff\xc3") == "\\xff\\xc3");                              // no UTF-8
  CHECK(printable("\xc0\x80") == "\\xc0\\x80");                              // too long a form of NUL
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");                     // half of a pair of UTF-16
  CHECK(printable("\xe8\x81") == "\\xe8\\x81");                              // cut
  CHECK(printable("a\u202eb\u2066") == "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6");  // turns what follows around
  CHECK(printable("\uffff") == "\\xef\\xbf\\xbf");                           // not allowed in XML
  CHECK(printable("\u0085\u2028") == "\\xc2\\x85\\xe2\\x80\\xa8");
}

TEST_CASE("a long text ends in an ellipsis, and never within a character") {
  CHECK(shortened("VoIP", 4) == "VoIP");
  CHECK(shortened("Streaming", 6) == "Strea\u2026");
  CHECK(shortened("\u804a\u5929\u804a\u5929", 6) == "\u804a\u5929\u2026");
  CHECK(display_width(shortened("\u804a\u5929\u804a\u5929", 6)) <= 6);
}

TEST_CASE("what an error quotes fits on a line, whatever it is made of") {
  const auto repeated = [](const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
  };
  CHECK(abbreviated("5\r\n") == "5\\x0d\\x0a");
  CHECK(abbreviated("") == "");
  for (const char* const part : {"9", "\u804a", "\U0001f600", "\U0001d49c", "\x1b", "\xff", "\u202e",
                                 "\u0301", "e\u0301\u0301\u0301\u0301\u0301"}) {
    CAPTURE(part);
    for (const int count : {79, 80, 81, 100, 200'000}) {
      const std::string text = repeated(part, count);
      CHECK(display_width(abbreviated(text)) <= 80);
      CHECK(abbreviated(text).size() < 400);
      CHECK(abbreviated(text).ends_with("\u2026") == (abbreviated(text) != printable(text)));
      CHECK(excerpt(text) == abbreviated(text));
    }
  }
  CHECK(abbreviated(std::string(80, 'x')) == std::string(80, 'x'));
  CHECK(excerpt("one\ntwo") == "one\u2026");
}

TEST_CASE("a line that is too long lacks its middle, and never a part of a character") {
  using traffic::without_middle;
  CHECK(without_middle("0123456789", 10) == "0123456789");
  CHECK(without_middle("0123456789a", 10) == "012\u2026789a");
  CHECK(without_middle("", 3) == "");
  for (std::size_t bytes = 3; bytes < 30; ++bytes) {
    const std::string shown =
        without_middle("a: \u804a\u5929\u804a\u5929\u00fc\u00fc\u00fc: not there", bytes);
    CAPTURE(shown);
    CHECK(shown.size() <= bytes);
    CHECK(traffic::is_utf8(shown));
  }
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

TEST_CASE("one long name does not push the other columns away") {
  traffic::TextTable table({"class", "n"});
  table.add({std::string(600, 'x'), "1"});
  std::ostringstream out;
  table.print(out);
  CHECK(out.str().find("xxx\u2026  1\n") != std::string::npos);
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) CHECK(display_width(line) < 60);
}
