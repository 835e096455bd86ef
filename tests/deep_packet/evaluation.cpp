#include "deep_packet/evaluation.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "deep_packet/results.hpp"
#include "well_formed.hpp"

using deep_packet::Evaluation;
using ebb::metrics::Confusion;

namespace {

// 8 of 10 and 3 of 5 right.
Evaluation example() {
  Evaluation evaluation{.model = "cnn",
                        .classes = {"Chat", "VPN: Chat"},
                        .split = traffic::SplitBy::packet,
                        .confusion = Confusion(2),
                        .ports = Confusion(2),
                        .unseen_keys = 3,
                        .data_hash = "00ff"};
  evaluation.confusion.add(0, 0, 8);
  evaluation.confusion.add(1, 0, 2);
  evaluation.confusion.add(0, 1, 2);
  evaluation.confusion.add(1, 1, 3);
  evaluation.ports.add(0, 0, 10);
  evaluation.ports.add(0, 1, 5);
  return evaluation;
}

}  // namespace

TEST_CASE("headline numbers of a small confusion matrix") {
  const deep_packet::Headline numbers = deep_packet::headline(example().confusion);
  CHECK(numbers.accuracy == doctest::Approx(11.0 / 15));
  CHECK(numbers.macro_f1 == doctest::Approx((0.8 + 0.6) / 2));
  CHECK(numbers.weighted_f1 == doctest::Approx((10 * 0.8 + 5 * 0.6) / 15));
  CHECK(numbers.balanced_accuracy == doctest::Approx(0.7));
  // Rows of shares (0.8 0.2) and (0.4 0.6): precisions 0.8 / 1.2 and 0.6 / 0.8.
  CHECK(numbers.balanced_f1 == doctest::Approx((2 * 0.8 / 2.2 + 2 * 0.6 / 1.8) / 2));
}

TEST_CASE("mean and spread over folds") {
  const std::vector<deep_packet::Headline> folds{{.accuracy = 0.5, .macro_f1 = 1},
                                                 {.accuracy = 0.7, .macro_f1 = 1}};
  CHECK(deep_packet::mean(folds).accuracy == doctest::Approx(0.6));
  CHECK(deep_packet::spread(folds).accuracy == doctest::Approx(0.1 * std::sqrt(2.0)));
  CHECK(deep_packet::spread(folds).macro_f1 == 0);
  CHECK(deep_packet::spread({folds[0]}).accuracy == 0);
}

TEST_CASE("folds are taken together by adding their counts") {
  const Evaluation all = deep_packet::pool({example(), example()});
  CHECK(all.confusion(0, 1) == 4);
  CHECK(all.ports(1, 0) == 10);
  CHECK(all.unseen_keys == 6);
}

TEST_CASE("tables have a row per class and the averages") {
  const deep_packet::Table table = deep_packet::class_table(example().confusion, example().classes);
  REQUIRE(table.size() == 5);
  CHECK(table[1] == std::vector<std::string>{"Chat", "0.800", "0.800", "0.800", "10", "0.667", "0.727"});
  CHECK(table[3][0] == "macro average");
  CHECK(table[4] ==
        std::vector<std::string>{"weighted average", "0.733", "0.733", "0.733", "15", "0.708", "0.697"});
  CHECK(deep_packet::confusion_table(example().confusion, example().classes)[2] ==
        std::vector<std::string>{"VPN: Chat", "2", "3"});
  CHECK(deep_packet::headline_table(example())[2][1] == "0.667");
  Evaluation other = example();
  other.confusion.add(0, 0, 5);
  const deep_packet::Table precisions = deep_packet::precision_table(example(), other);
  REQUIRE(precisions.size() == 4);
  CHECK(precisions[1][1] == "0.7333");
  CHECK(precisions[2][1] == "0.8000");
  CHECK(precisions[3][1] == "0.0667");
  CHECK(deep_packet::fold_table({example(), example()}).size() == 1 + 2 + 4);
}

TEST_CASE("the metrics as JSON say everything") {
  const auto json = deep_packet::metrics_json({example()});
  CHECK(json.at("split") == "packet");
  CHECK(json.at("test_packets") == 15);
  CHECK(json.at("cnn").at("accuracy").get<double>() == doctest::Approx(11.0 / 15));
  CHECK(json.at("cnn").at("classes").at(1).at("name") == "VPN: Chat");
  CHECK(json.at("cnn").at("classes").at(1).at("packets") == 5);
  CHECK(json.at("port_lookup").at("unseen_keys").get<double>() == doctest::Approx(0.2));
  CHECK_FALSE(json.contains("folds"));
  const auto two = deep_packet::metrics_json({example(), example()});
  CHECK(two.at("folds").size() == 2);
  CHECK(two.at("spread").at("cnn").at("accuracy") == 0);
}

TEST_CASE("the picture of a confusion matrix") {
  const std::string svg = deep_packet::confusion_svg(example());
  CHECK(ebb::test::well_formed(svg));
  for (const char* const text : {">Chat (10)<", ">VPN: Chat (5)<", ">80.0<", ">20.0<", ">40.0<", ">60.0<"}) {
    CHECK_MESSAGE(svg.find(text) != std::string::npos, text);
  }
}

TEST_CASE("a figure says how its set was split, and that it was not") {
  Evaluation evaluation = example();
  CHECK(deep_packet::confusion_svg(evaluation).find("cnn, split by packet: share") != std::string::npos);
  evaluation.split = traffic::SplitBy::none;
  CHECK(deep_packet::confusion_svg(evaluation).find("cnn, not split: share") != std::string::npos);
}

TEST_CASE("a report is readable on a phone: tables and figures scroll, long names are cut") {
  const std::string name(600, 'x');
  const std::string html = deep_packet::report_html(
      "a & b",
      {{.heading = "h", .paragraphs = {}, .tables = {{{"class"}, {name}, {"a\nb"}}}, .figures = {"<svg/>"}}});
  for (const std::string& text :
       {std::string("<meta name=\"viewport\" content=\"width=device-width"),
        std::string("<div class=\"table\"><table>"), std::string("<div class=\"figure\">\n<svg/></div>"),
        "<td title=\"" + name + "\">xxx", std::string("<td>a\\x0ab</td>"),
        std::string("<title>a &amp; b</title>")}) {
    CHECK_MESSAGE(html.find(text) != std::string::npos, text);
  }
  CHECK(html.find(">" + name) == std::string::npos);
}
