#include "traffic/classes.hpp"

#include <ebb/core/error.hpp>

#include <clocale>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "traffic/iscx.hpp"
#include "traffic/text.hpp"

using namespace traffic;

TEST_CASE("classes are ordered as in reports") {
  CHECK(ordered_classes(Task::traffic, {"Zoo", "VPN: Chat", "VoIP", "Apes", "Chat", "Zoo"}) ==
        std::vector<std::string>{"Chat", "VoIP", "VPN: Chat", "Apes", "Zoo"});
}

TEST_CASE("the ISCX classes are found in any spelling, others stay as they are written") {
  CHECK(class_name(Task::application, "youtube") == "YouTube");
  CHECK(class_name(Task::application, "Chat") == "Chat");
  CHECK(class_name(Task::traffic, "VPN-Voip") == "VPN: VoIP");
  CHECK(class_name(Task::traffic, " \t Web Mail ") == "Web Mail");
  CHECK(class_name(Task::traffic, " ") == "");
  CHECK(is_other(" other"));
  CHECK_FALSE(is_other("another"));
  CHECK(is_iscx_class(Task::traffic, "file_transfer"));
  CHECK_FALSE(is_iscx_class(Task::application, "file_transfer"));
}

TEST_CASE("spellings of one class are told from classes of other letters") {
  ClassSpellings met;
  for (const char* name : {"Web Mail", "Web Mail", "\u0447\u0430\u0442", "\u043f\u043e\u0447\u0442\u0430",
                           "+", "-", "\u00c4rzte", "rzte", "Mail", "Web"}) {
    CHECK_NOTHROW(met.add(name, "here"));
  }
  for (const char* name : {"WebMail", "web mail", "Web-Mail", "WEB_MAIL.", "(mail)"}) {
    CHECK_THROWS_AS(met.add(name, "there"), ebb::Error);
  }
  for (const char* name : {"a\nb", "\x1b[2J", "\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80"}) {
    CHECK_THROWS_AS(met.add(name, "there"), ebb::Error);
  }
}

TEST_CASE("an error about two spellings is short, however long the names") {
  ClassSpellings met;
  met.add(std::string(200'000, 'x'), "there");
  try {
    met.add(std::string(200'000, 'X'), "here");
    FAIL("no error");
  } catch (const ebb::Error& error) {
    CHECK(std::string(error.what()).size() < 300);
  }
}

TEST_CASE("UTF-8 is told from what is none") {
  for (const char* text : {"", "a", "\u00e9", "\u20ac", "\U0001f600", "\U0010ffff", "\ue000"})
    CHECK(is_utf8(text));
  for (const char* text :
       {"\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xc3z"}) {
    CHECK_FALSE(is_utf8(text));
  }
  CHECK(excerpt("a\x1b\xff\u00e9\nb") == "a\\x1b\\xff\u00e9\u2026");
  CHECK(excerpt(std::string(100, 'x')) == std::string(79, 'x') + "\u2026");
  CHECK(excerpt(std::string(80, 'x')) == std::string(80, 'x'));
  CHECK(first_names({"a", "b", "c", "d"}) == "a, b, c, d");
  CHECK(first_names({"a", "b", "c", "d", "e"}) == "a, b, c and 2 more");
}

TEST_CASE("names do not depend on the locale") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  bool tried = false;
  for (const char* locale : {"de_DE.ISO-8859-1", "fr_FR.ISO-8859-1", "tr_TR.ISO-8859-9", "ru_RU.KOI8-R"}) {
    if (!std::setlocale(LC_ALL, locale)) continue;  // not installed
    tried = true;
    CHECK(capture_name("I\xc0\xc4.PCAP") == "i\xc0\xc4");
    CHECK(class_name(Task::application, "ICQ\xc4") == "ICQ\xc4");
  }
  std::setlocale(LC_ALL, before.c_str());
  if (!tried) MESSAGE("skipped: no locale is installed whose bytes beyond ASCII are letters");
}
