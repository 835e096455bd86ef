#include "traffic/json_fields.hpp"

#include <string>

#include <doctest/doctest.h>

#include "traffic/classes.hpp"

namespace json = traffic::json;

TEST_CASE("an error about a member shows what it holds, and not more than fits on a line") {
  const std::string long_text(200'000, 'x');
  const json::Object about{{"long", long_text}, {"short", "five"}, {"list", {1, long_text}}};
  const auto error_of = [](const auto& read) -> std::string {
    try {
      (void)read();
    } catch (const ebb::Error& error) {
      return error.facts();
    }
    return "nothing thrown";
  };
  const auto tasks = [&](const std::string& key) {
    return json::one_of(about, key, {traffic::Task::application, traffic::Task::traffic});
  };
  CHECK(error_of([&] { return tasks("short"); }) == "short: expected app or traffic, found 'five'");
  CHECK(error_of([&] { return json::whole_number(about, "short", 1, 3); }) ==
        "short: expected a whole number from 1 to 3, found \"five\"");
  for (const std::string& error : {error_of([&] { return tasks("long"); }),
                                   error_of([&] { return json::whole_number(about, "long", 1, 3); }),
                                   error_of([&] { return json::natural_number(about, "long"); }),
                                   error_of([&] { return json::real_number(about, "long", 0, 1); }),
                                   error_of([&] { return json::truth(about, "long"); }),
                                   error_of([&] { return json::text(about, "list"); }),
                                   error_of([&] { return json::texts(about, "list"); }), error_of([&] {
                                     return json::whole_numbers(about["list"], "list", 0, 1);
                                   })}) {
    CAPTURE(error.substr(0, 300));
    CHECK(error.find(": expected ") != std::string::npos);
    CHECK(error.size() < 200);
  }
}
