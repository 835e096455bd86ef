#include "ebb/io/safetensors.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "io/files.hpp"

using ebb::bfloat16;
using ebb::Shape;
using ebb::State;
using ebb::Tensor;
using ebb::test::error;
using ebb::test::Folder;
using ebb::test::values;
using namespace std::string_literals;
namespace io = ebb::io;

namespace {

// What safetensors 0.8.0 for Python writes.
const std::string from_python =
    "\x20\x01\0\0\0\0\0\0"s +
    R"({"__metadata__":{"quote\"":"tab\t\\"},"steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
    R"("layer.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]},)"
    "\"layer.\xc3\xa9\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[32,36]},"
    R"("bytes":{"dtype":"U8","shape":[3],"data_offsets":[36,39]}}      )" +
    "\x07\0\0\0\0\0\0\0"
    "\0\0\xc0\x3f\0\0\0\xc0\0\0\x80\x3e\0\0\x40\x40\0\0\0\xbf\xf9\x02\x15\x50"
    "\x80\x3f\x49\xc0\0\x80\xff"s;

std::string file_of(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  return file + header + std::string(data_bytes, '\1');
}

}  // namespace

TEST_CASE("safetensors: reads what Python wrote") {
  const Folder folder;
  const std::string path = folder.write("python.safetensors", from_python);
  const State state = io::read_safetensors(path);
  REQUIRE(state.size() == 4);
  CHECK(values(state.get<float>("layer.weight")) == std::vector<float>{1.5f, -2, 0.25f, 3, -0.5f, 1e10f});
  CHECK(state.get<float>("layer.weight").shape() == Shape{2, 3});
  CHECK(values(state.get<bfloat16>("layer.\xc3\xa9")) == std::vector{bfloat16(1.0f), bfloat16(-3.140625f)});
  CHECK(state.get<std::int64_t>("steps").item() == 7);
  CHECK(values(state.get<std::uint8_t>("bytes")) == std::vector<std::uint8_t>{0, 128, 255});
  CHECK(io::read_safetensors_metadata(path) == io::SafetensorsMetadata{{"quote\"", "tab\t\\"}});
}

TEST_CASE("safetensors: what is saved is loaded, and aligned") {
  const Folder folder;
  const std::string path = folder / "all.safetensors";
  State saved;
  saved.add("u8", ebb::tensor<std::uint8_t>({1, 2, 3}));
  saved.add("f64", ebb::test::uniform<Tensor<double>>({3, 1, 2}, -1, 1));
  saved.add("f32", ebb::test::uniform<Tensor<float>>({5}, -1, 1));
  saved.add("i32", ebb::tensor<std::int32_t>({-1, 7}));
  saved.add("i64", ebb::full<std::int64_t>({}, -(std::int64_t{1} << 40)));
  saved.add("bf16", ebb::full<bfloat16>({2, 2}, bfloat16(0.5f)));
  saved.add("empty", ebb::zeros<float>({0, 4}));
  saved.add("control \x01 \"quoted\"", ebb::ones<float>({1}));
  const io::SafetensorsMetadata metadata{{"format", "pt"}, {"line\n", "\xf0\x9f\x98\x80"}};
  io::save_safetensors(path, saved, metadata);

  const State found = io::read_safetensors(path);
  REQUIRE(found.size() == saved.size());
  for (const ebb::NamedTensor& entry : saved) {
    CAPTURE(entry.name);
    const ebb::AnyTensor& tensor = entry.tensor;
    const ebb::AnyTensor* const other = found.find(entry.name);
    REQUIRE(other != nullptr);
    CHECK(other->type() == tensor.type());
    CHECK(other->shape() == tensor.shape());
    std::vector<char> a(tensor.bytes()), b(tensor.bytes());
    tensor.copy_to_host(a.data());
    other->copy_to_host(b.data());
    CHECK(a == b);
  }
  CHECK(io::read_safetensors_metadata(path) == metadata);
  std::uint64_t length = 0;
  std::memcpy(&length, folder.read("all.safetensors").data(), 8);
  CHECK(length % 8 == 0);

  const State target = saved.clone();
  for (const auto& [name, tensor] : target) {
    const std::vector<char> nothing(tensor.bytes());
    tensor.copy_from_host(nothing.data());
  }
  io::load_safetensors(path, target);
  CHECK(values(target.get<double>("f64")) == values(saved.get<double>("f64")));
  CHECK(target.get<std::int64_t>("i64").item() == -(std::int64_t{1} << 40));
}

TEST_CASE("safetensors: every element type is kept, and some are numbers") {
  const Folder folder;
  const auto entry = [](const std::string& type, const std::string& shape, int first, int last) {
    return "\"" + type + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" +
           std::to_string(first) + "," + std::to_string(last) + "]}";
  };
  const std::string header = "{" + entry("F16", "[2]", 0, 4) + "," + entry("BOOL", "[2]", 4, 6) + "," +
                             entry("I8", "[2]", 6, 8) + "," + entry("U16", "[1]", 8, 10) + "," +
                             entry("C64", "[1]", 10, 18) + "," + entry("F8_E4M3", "[3]", 18, 21) + "," +
                             entry("F4", "[2,1]", 21, 22) + "}";
  const std::string data = "\x00\x3e\x01\x80\1\0\xff\2\x39\x30"s + "complex8" + "f8." + "4";
  const std::string path = folder.write("types.safetensors", file_of(header, 0) + data);
  const auto check = [](const State& state) {
    CHECK(values(state.cast<float>("F16")) == std::vector<float>{1.5f, -0x1p-24f});
    CHECK(values(state.cast<bfloat16>("F16"))[0] == bfloat16(1.5f));
    CHECK(values(state.get<std::int8_t>("I8")) == std::vector<std::int8_t>{-1, 2});
    CHECK(values(state.cast<double>("I8")) == std::vector<double>{-1, 2});
    CHECK(values(state.get<std::uint16_t>("U16")) == std::vector<std::uint16_t>{12345});
    CHECK(state.get<bool>("BOOL").at(0));
    CHECK(values(state.cast<std::int32_t>("BOOL")) == std::vector<std::int32_t>{1, 0});
    CHECK(error([&] {
            (void)state.get<float>("F16");
          }).starts_with("[state] tensor \"F16\" holds F16 or is on another device"));
    CHECK(error([&] { (void)state.cast<float>("C64"); }) ==
          "[state] there are no numbers in a tensor of C64");
    CHECK(error([&] { (void)state.cast<float>("F8_E4M3"); }).starts_with("[state] there are no numbers"));
    CHECK(error([&] { (void)state.cast<float>("none"); }) == "[state] there is no tensor \"none\" among 7");
    CHECK(state.find("F4")->bytes() == 1);
    CHECK(state.find("C64")->shape() == Shape{1});
  };
  const State state = io::read_safetensors(path);
  check(state);
  io::save_safetensors(folder / "again.safetensors", state);
  const State again = io::read_safetensors(folder / "again.safetensors");
  check(again);
  for (const auto& [name, tensor] : state) {
    std::vector<char> a(tensor.bytes()), b(tensor.bytes());
    tensor.copy_to_host(a.data());
    again.find(name)->copy_to_host(b.data());
    CHECK(a == b);
  }

  const std::string bad =
      folder.write("bad.safetensors", file_of("{" + entry("BOOL", "[1]", 0, 1) + "}", 0) + "\3");
  const State read = io::read_safetensors(bad);
  CHECK(error([&] { (void)read.get<bool>("BOOL"); }) == "[state] a tensor of BOOL holds 3, neither 0 nor 1");
}

TEST_CASE("safetensors: a flipped bit anywhere is an error of every reader") {
  const Folder folder;
  State state;
  state.add("weight", ebb::test::uniform<Tensor<float>>({2, 3}, -1, 1));
  state.add("steps", ebb::full<std::int64_t>({}, 7));
  state.add("empty", ebb::zeros<float>({0}));
  for (const io::SafetensorsMetadata& metadata : {io::SafetensorsMetadata{}, {{"a", "text"}, {"z", ""}}}) {
    const std::string path = folder / "good.safetensors";
    io::save_safetensors(path, state, metadata);
    CHECK(io::read_safetensors_metadata(path) == metadata);
    const std::string good = folder.read("good.safetensors");
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
      CAPTURE(bit);
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
      const std::string damaged = folder.write("bad.safetensors", bad);
      const std::string start = damaged + ", offset ";
      CHECK(error([&] { (void)io::read_safetensors(damaged); }).starts_with("[read_safetensors] " + start));
      CHECK(error([&] { io::load_safetensors(damaged, state); }).starts_with("[load_safetensors] " + start));
      CHECK(error([&] {
              (void)io::read_safetensors_metadata(damaged);
            }).starts_with("[read_safetensors_metadata] " + start));
    }
  }
}

TEST_CASE("safetensors: the checksum is XXH64 of the file, its digits as zeros") {
  const Folder folder;
  State state;
  state.add("bytes", ebb::tensor<std::uint8_t>({1, 2, 3}));
  const std::string path = folder / "x.safetensors";
  io::save_safetensors(path, state);
  std::string file = folder.read("x.safetensors");
  // The digits are those of libxxhash 0.8.1.
  const std::string expected = R"({"__metadata__":{"ebb.checksum":"xxh64","ebb.xxh64":"42502dbbf5280093"},)"
                               R"("bytes":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})";
  CHECK(file.substr(8, expected.size()) == expected);
  CHECK(file.ends_with("\1\2\3"s));

  const std::size_t digits = file.find("42502dbbf5280093");
  const auto message = [&](const std::string& bytes) {
    const std::string bad = folder.write("bad.safetensors", bytes);
    const std::string text = error([&] { (void)io::read_safetensors(bad); });
    const std::string start = "[read_safetensors] " + bad + ", offset ";
    return text.starts_with(start) ? text.substr(start.size()) : text;
  };
  file.back() = '\4';
  CHECK(message(file) ==
        std::to_string(digits) +
            ": expected the checksum 42502dbbf5280093, found b5cd2de3b50d4ab1: the file is damaged, or was "
            "changed by a program that kept the checksum");
  CHECK(message(std::string(file).replace(file.find("ebb.xxh64"), 9, "ebb.xxh65")) ==
        "8: expected \"ebb.checksum\": \"xxh64\" and \"ebb.xxh64\": 16 digits, found \"xxh64\" and \"\"");
  CHECK(error([&] {
          io::save_safetensors(path, state, {{"ebb.xxh64", "0"}});
        }) == "[save_safetensors] the metadata cannot have \"ebb.xxh64\", which is for the checksum");
}

TEST_CASE("safetensors: a state that does not fit stays as it is") {
  const Folder folder;
  const std::string path = folder.write("python.safetensors", from_python);
  const auto load = [&](const std::vector<std::pair<std::string, ebb::AnyTensor>>& entries) {
    State state;
    const auto steps = ebb::full<std::int64_t>({}, 3);
    state.add("steps", steps);
    for (const auto& [name, tensor] : entries) state.add(name, tensor);
    const std::string message = error([&] { io::load_safetensors(path, state); });
    CHECK(steps.item() == 3);
    return message.starts_with("[load_safetensors] " + path + ": ")
               ? message.substr(("[load_safetensors] " + path + ": ").size())
               : message;
  };
  const ebb::AnyTensor weight = ebb::zeros<float>({2, 3}), pair = ebb::zeros<bfloat16>({2}),
                       bytes = ebb::zeros<std::uint8_t>({3});
  CHECK(load({{"layer.weight", ebb::zeros<float>({3, 2})}, {"layer.\xc3\xa9", pair}, {"bytes", bytes}}) ==
        "tensor \"layer.weight\": expected F32 (3, 2), found F32 (2, 3)");
  CHECK(load({{"layer.weight", ebb::zeros<double>({2, 3})}, {"layer.\xc3\xa9", pair}, {"bytes", bytes}}) ==
        "tensor \"layer.weight\": expected F64 (2, 3), found F32 (2, 3)");
  CHECK(load({{"layer.weight", weight}, {"layer.\xc3\xa9", pair}}) ==
        "tensor \"bytes\" is not expected: found U8 (3,)");
  CHECK(load({{"layer.weight", weight}, {"layer.\xc3\xa9", pair}, {"bytes", bytes}, {"more", weight}}) ==
        "tensor \"more\" is missing: expected F32 (2, 3)");
}

TEST_CASE("safetensors: a truncated file loads nothing, at whatever byte it ends") {
  const Folder folder;
  for (std::size_t size = 0; size < from_python.size(); ++size) {
    const std::string path = folder.write("cut.safetensors", from_python.substr(0, size));
    const std::string message = error([&] { (void)io::read_safetensors(path); });
    CAPTURE(size);
    CHECK(message.starts_with("[read_safetensors] " + path + ", offset "));
  }
}

TEST_CASE("safetensors: damaged and hostile headers are errors with an offset") {
  const Folder folder;
  const auto read = [&](const std::string& header, std::size_t data_bytes) {
    const std::string path = folder.write("bad.safetensors", file_of(header, data_bytes));
    const std::string message = error([&] { (void)io::read_safetensors(path); });
    const std::string start = "[read_safetensors] " + path + ", ";
    return message.starts_with(start) ? message.substr(start.size()) : message;
  };
  const auto entry = [](const std::string& name, const std::string& type, const std::string& shape,
                        const std::string& offsets) {
    return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape +
           ",\"data_offsets\":" + offsets + "}";
  };
  const std::string good = entry("a", "F32", "[1]", "[0,4]");
  CHECK(read("{" + good + "}", 4) == "nothing thrown");
  CHECK(read("{ \"a\" :\t{\"data_offsets\":[ 0 , 4 ],\n\"shape\":[1],\"dtype\":\"F32\"}}  ", 4) ==
        "nothing thrown");
  CHECK(read("{}", 0) == "nothing thrown");

  SUBCASE("syntax") {
    CHECK(read("", 0) == "offset 8: expected '{', found the end");
    CHECK(read("[]", 0) == "offset 8: expected '{', found '['");
    CHECK(read("{" + good + ",}", 4).ends_with("expected '\"', found '}'"));
    CHECK(read("{" + good + "} x", 4) == "offset 63: expected the end of the text, found 'x'");
    CHECK(read("{" + good, 4).ends_with("expected '}', found the end"));
    CHECK(read("{\"a", 0) == "offset 11: expected '\"', found the end");
    CHECK(read("{\"a\n\":1}", 0) == "offset 11: expected a character of a string in UTF-8, found byte 0x0A");
    CHECK(read("{\"a\":" + std::string(100000, '['), 0) == "offset 13: expected '{', found '['");
    CHECK(read("{\"__metadata__\":{\"a\":{}}}", 0) == "offset 29: expected '\"', found '{'");
  }
  SUBCASE("text") {
    for (const std::string bad :
         {"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\x80"})
      CHECK(
          read("{\"" + bad + "\":1}", 0).starts_with("offset 10: expected a character of a string in UTF-8"));
    CHECK(read("{\"\\x\":1}", 0) == "offset 10: expected an escape sequence, found '\\'");
    CHECK(read("{\"\\u12g4\":1}", 0) == "offset 10: expected four hexadecimal digits, found '\\'");
    CHECK(read("{\"\\ud800x\":1}", 0) == "offset 10: expected a pair of surrogates, found '\\'");
    CHECK(read("{\"\\udc00\":1}", 0) == "offset 10: expected a pair of surrogates, found '\\'");
    CHECK(read("{\"\\", 0).starts_with("offset 10: expected an escape sequence"));
    CHECK(read("{\"__metadata__\":{\"\\ud83d\\uDE00\\n\\/\":\"\\u00e9\"}}", 0) == "nothing thrown");
    CHECK(io::read_safetensors_metadata(folder / "bad.safetensors") ==
          io::SafetensorsMetadata{{"\xf0\x9f\x98\x80\n/", "\xc3\xa9"}});
  }
  SUBCASE("numbers") {
    const auto shape = [&](const std::string& text) {
      return read("{" + entry("a", "F32", text, "[0,4]") + "}", 4);
    };
    CHECK(shape("[-1]") == "offset 37: expected a whole number >= 0, found '-'");
    CHECK(shape("[1.0]") == "offset 37: expected a whole number >= 0, found '1'");
    CHECK(shape("[1e0]") == "offset 37: expected a whole number >= 0, found '1'");
    CHECK(shape("[01]") == "offset 37: expected a whole number >= 0, found '0'");
    CHECK(shape("[18446744073709551616]") ==
          "offset 37: expected a number that fits into 64 bits, found '1'");
    CHECK(shape("[9223372036854775808]").find("extents below 2^63") != std::string::npos);
    CHECK(shape("[1,1,1,1,1,1,1,1,1]").find("at most 8 extents") != std::string::npos);
    CHECK(shape("[4611686018427387905]") == "offset 13: tensor \"a\": its shape is larger than the file");
    CHECK(shape("[9223372036854775807,2,0]") == "offset 13: tensor \"a\": its shape is larger than the file");
    CHECK(shape("[2]") == "offset 13: tensor \"a\": expected 8 bytes for its shape, found 4");
    CHECK(shape("[0]") == "offset 13: tensor \"a\": expected 0 bytes for its shape, found 4");
  }
  SUBCASE("fields") {
    CHECK(
        read("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4).find("expected dtype, shape and data_offsets") !=
        std::string::npos);
    CHECK(read("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 4).find("each once") != std::string::npos);
    CHECK(read("{\"a\":{\"strides\":[1]}}", 4).find("each once") != std::string::npos);
    CHECK(read("{" + good + "," + good + "}", 4).find("no second \"a\"") != std::string::npos);
    CHECK(read("{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}}", 0).find("no second \"k\"") != std::string::npos);
    CHECK(read("{" + entry("a", "F128", "[2]", "[0,4]") + "}", 4) ==
          "offset 13: tensor \"a\": expected a dtype of the format, like F32, BF16 or I64, found \"F128\"");
    CHECK(read("{" + entry("a", "F4", "[8]", "[0,4]") + "}", 4) == "nothing thrown");
    CHECK(read("{" + entry("a", "F4", "[7]", "[0,4]") + "}", 4) ==
          "offset 13: tensor \"a\": its elements of 4 bits end within a byte");
    CHECK(read("{" + entry("a", "F6_E2M3", "[4]", "[0,3]") + "}", 3) == "nothing thrown");
  }
  SUBCASE("long texts") {
    const std::string name(200'000, 'x'), umlauts = [] {
      std::string text;
      for (int i = 0; i < 200; ++i) text += "\u00fc";
      return "x" + text;
    }();
    for (const std::string& error :
         {read("{" + entry(name, "F32", "[2]", "[0,4]") + "}", 4),
          read("{" + entry(name, "F32", "[1]", "[4,8]") + "}", 8),
          read("{" + entry("a", name, "[1]", "[0,4]") + "}", 4), read("{\"" + name + "\":{}}", 0),
          read("{\"__metadata__\":{\"" + name + "\":\"\",\"" + name + "\":\"\"}}", 0)}) {
      CAPTURE(error.substr(0, 300));
      CHECK(error.find("xxx...\"") != std::string::npos);
      CHECK(error.size() < 300);
    }
    // Cut between two characters.
    CHECK(read("{" + entry(umlauts, "F32", "[2]", "[0,4]") + "}", 4).find("\u00fc...\"") !=
          std::string::npos);
  }
  SUBCASE("offsets") {
    const auto offsets = [&](const std::string& text) {
      return read("{" + entry("a", "F32", "[1]", text) + "}", 4);
    };
    CHECK(offsets("[0,8]").find("two offsets of at most 4") != std::string::npos);
    CHECK(offsets("[0]").find("two offsets") != std::string::npos);
    CHECK(offsets("[0,4,4]").find("two offsets") != std::string::npos);
    CHECK(offsets("[4,0]").find("ascending") != std::string::npos);
    CHECK(read("{" + good + "," + entry("b", "F32", "[1]", "[0,4]") + "}", 4)
              .find("where the one before it ends") != std::string::npos);
    CHECK(read("{" + good + "," + entry("b", "F32", "[1]", "[2,6]") + "}", 6)
              .find("where the one before it ends") != std::string::npos);
    CHECK(read("{" + good + "," + entry("b", "F32", "[1]", "[5,9]") + "}", 9)
              .find("where the one before it ends") != std::string::npos);
    CHECK(read("{" + good + "}", 5).ends_with("expected the end of the file, found 1 bytes of no tensor"));
  }
  SUBCASE("length") {
    const std::string path = folder.write("bad.safetensors", "\xff\xff\xff\xff\xff\xff\xff\x7f{}"s);
    CHECK(error([&] {
            (void)io::read_safetensors(path);
          }).find("the header is said to have 9223372036854775807") != std::string::npos);
  }
}

TEST_CASE("safetensors: a file that cannot be written leaves nothing behind") {
  const Folder folder;
  State state;
  state.add("\xff", ebb::ones<float>({1}));
  const std::string path = folder.write("kept.safetensors", "before");
  CHECK(error([&] { io::save_safetensors(path, state); }) == "[save_safetensors] \"\xff\" is not UTF-8");
  CHECK(folder.read("kept.safetensors") == "before");
  CHECK(folder.files() == 1);
  CHECK(error([&] { io::save_safetensors(folder / "missing/x.safetensors", {}); }) ==
        "[save_safetensors] " + (folder / "missing/x.safetensors") + ": No such file or directory");
  CHECK(error([&] { (void)io::read_safetensors(folder / "missing"); }) ==
        "[read_safetensors] " + (folder / "missing") + ": No such file or directory");
  CHECK(error([&] { (void)io::read_safetensors(folder / ""); }).ends_with(" is not a regular file"));
  State reserved;
  reserved.add("__metadata__", ebb::ones<float>({1}));
  CHECK(error([&] { io::save_safetensors(path, reserved); }) ==
        "[save_safetensors] a tensor cannot be named __metadata__");
}
