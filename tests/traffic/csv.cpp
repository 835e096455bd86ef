#include "traffic/csv.hpp"

#include <ebb/core/error.hpp>

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "builders.hpp"

using namespace traffic;
using namespace traffic::test;

namespace {

using Table = std::vector<std::vector<std::string>>;

struct CsvText {
  explicit CsvText(const std::string& text) : file(folder.write("t.csv", text)) {}
  TemporaryFolder folder;
  std::filesystem::path file;
};

Table rows_of(const std::string& text, std::vector<std::string_view> columns) {
  const CsvText written(text);
  const CsvFile csv(written.file);
  Table table;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    std::vector<std::string>& fields = table.emplace_back();
    for (const std::string_view column : columns) fields.push_back(csv.field(row, csv.column(column)));
  }
  return table;
}

}  // namespace

TEST_CASE("a table is read whatever of RFC 4180 it uses") {
  const Table expected{{"1", "x y"}, {"2", ""}};
  for (const std::string& text : {
           std::string("a,b\n1,x y\n2,\n"),
           std::string("a,b\r\n1,x y\r\n2,"),
           std::string("\xef\xbb\xbf"
                       "A, B\n1 ,\tx y\n2, \n"),
           std::string("\n\n \"B\" ,c, A\n\nx y,,1\n  \n\"\",\"\",\"2\" \n\n"),
       }) {
    CAPTURE(text);
    CHECK(rows_of(text, {"a", "b"}) == expected);
  }
  CHECK(rows_of("a,b\n\" x \",\"1\n\"\"2\"\",\r\n3\"\n4,5\n", {"a", "b"}) ==
        Table{{" x ", "1\n\"2\",\r\n3"}, {"4", "5"}});
  CHECK(rows_of("a\n", {"a"}).empty());
  CHECK(rows_of("a\n1\n", {"gone"}) == Table{{""}});
}

TEST_CASE("rows know their lines") {
  const CsvText written("\na,b\n\n1,\"x\ny\n\"\n2,3\n");
  const CsvFile csv(written.file);
  CHECK(csv.names_line() == 2);
  CHECK(csv.line(0) == 4);
  CHECK(csv.line(1) == 7);
}

TEST_CASE("what is no such table is an error with the line") {
  using std::string_literals::operator""s;
  for (const auto& [text, facts] : std::vector<std::pair<std::string, std::string>>{
           {"", "1: expected the names of the columns, found an empty file"},
           {"\n \n", "1: expected the names of the columns, found nothing but empty lines"},
           {"\xff\xfe"
            "a\0,\0"s,
            "1: expected text in UTF-8, found UTF-16 or UTF-32: save it as UTF-8"},
           {"\xfe\xff\0a"s, "1: expected text in UTF-8, found UTF-16 or UTF-32: save it as UTF-8"},
           {"a,b\n1,\0\n"s, "2: expected text in UTF-8, found a zero byte: UTF-16?"},
           {"a,b\r1,2\r",
            "1: expected lines that end with LF or CRLF, found CR alone: line ends of old Macs?"},
           {"a,b\n1\n", "2: expected 2 fields as in line 1, found 1 field"},
           {"a,b\n\"1\n\",2\n1,2,\n",
            "4: expected 2 fields as in line 1, found 3 fields: a field with a comma in it is written in "
            "quotes"},
           {"a,b\n1,\"2\n3,4\n",
            "2: expected a quote that closes the one before '2\u2026', found the end of the file"},
           {"a,b\n1,x\"y\n",
            "2: expected a field in quotes, with the quotes inside it doubled, found 'x\"y'"},
           {"a,b\n1,\"x\"y\n",
            "2: expected a comma or the end of the line behind the quote of 'x', found 'y\u2026'"}}) {
    CAPTURE(text);
    const CsvText written(text);
    CHECK_THROWS_WITH_AS(CsvFile{written.file},
                         ("[csv] " + written.file.string() + ", line " + facts).c_str(), ebb::Error);
  }
  const CsvText doubled("a,b,A \n");
  const CsvFile csv(doubled.file);
  CHECK(csv.column("b") == 1);
  CHECK_THROWS_WITH_AS(
      (void)csv.column("a"),
      ("[csv] " + doubled.file.string() + ", line 1: expected one column 'a', found two").c_str(),
      ebb::Error);
  CHECK_THROWS_AS(CsvFile{doubled.folder.path()}, ebb::Error);
  CHECK_THROWS_AS(CsvFile{doubled.folder.path() / "gone"}, ebb::Error);
}
