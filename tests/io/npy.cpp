#include "ebb/io/npy.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "backends.hpp"
#include "ebb/ops/slice.hpp"
#include "io/files.hpp"

using ebb::Shape;
using ebb::Tensor;
using ebb::test::error;
using ebb::test::Folder;
using ebb::test::values;
using namespace std::string_literals;
namespace io = ebb::io;

namespace {

std::string file_of(const std::string& dictionary, std::size_t data_bytes) {
  const std::string header = dictionary + "\n";
  return "\x93NUMPY\x01\0"s + static_cast<char>(header.size() & 0xff) +
         static_cast<char>(header.size() >> 8) + header + std::string(data_bytes, '\1');
}

}  // namespace

TEST_CASE("npy: reads what NumPy wrote") {
  const Folder folder;
  // NumPy 2.4.6: C order, Fortran order, and a scalar in version 2.0.
  const std::string c_order =
      "\x93NUMPY\x01\0v\0{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }"s +
      std::string(58, ' ') + "\n\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5\0\0\0\6\0\0\0"s;
  const auto integers = io::read_npy<std::int32_t>(folder.write("c.npy", c_order));
  CHECK(integers.shape() == Shape{2, 3});
  CHECK(values(integers) == std::vector<std::int32_t>{1, 2, 3, 4, 5, 6});

  const std::string fortran_order =
      "\x93NUMPY\x01\0v\0{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }"s + std::string(59, ' ') +
      "\n\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\x10\x40\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\x14\x40\0\0\0\0\0\0\x08\x40\0\0\0\0\0\0\x18\x40"s;
  const auto doubles = io::read_npy<double>(folder.write("fortran.npy", fortran_order));
  CHECK(doubles.shape() == Shape{2, 3});
  CHECK(values(doubles) == std::vector<double>{1, 2, 3, 4, 5, 6});

  const std::string version2 =
      "\x93NUMPY\x02\0t\0\0\0{'descr': '<f4', 'fortran_order': False, 'shape': (), }"s +
      std::string(60, ' ') + "\n\0\0\x20\x40"s;
  CHECK(io::read_npy<float>(folder.write("version2.npy", version2)).item() == 2.5f);
}

TEST_CASE_TEMPLATE("npy: what is saved is read", X, Tensor<float>, Tensor<double>, Tensor<std::int32_t>,
                   Tensor<std::int64_t>, Tensor<std::uint8_t>, Tensor<std::int8_t>, Tensor<std::int16_t>,
                   Tensor<std::uint16_t>, Tensor<std::uint32_t>, Tensor<std::uint64_t>) {
  using T = typename X::value_type;
  const Folder folder;
  for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3, 4}, Shape{0, 3}, Shape{1, 1, 1, 1, 1, 1, 1, 2}}) {
    const X x = ebb::test::uniform<X>(shape, 0, 100);
    io::save_npy(folder / "x.npy", x);
    const auto found = io::read_npy<T>(folder / "x.npy");
    CHECK(found.shape() == shape);
    CHECK(values(found) == values(x));
    CHECK((folder.read("x.npy").size() - values(x).size() * sizeof(T)) % 64 == 0);
  }
  CHECK(folder.files() == 1);
}

TEST_CASE("npy: half-precision numbers are read as float") {
  const Folder folder;
  // 1, -2, 65504, the smallest subnormal, the largest one, -0, infinity and NaN.
  const std::string header = "{'descr': '<f2', 'fortran_order': False, 'shape': (8,)}";
  const std::string bytes = "\x00\x3c\x00\xc0\xff\x7b\x01\x00\xff\x03\x00\x80\x00\x7c\x00\x7e"s;
  const auto check = [](const Tensor<float>& x) {
    CHECK(values(x.slice(0, 7)) == std::vector<float>{1, -2, 65504, 0x1p-24f, 0x1.ff8p-15f, 0, INFINITY});
    CHECK(std::signbit(x(5)));
    CHECK(std::isnan(x(7)));
  };
  check(io::read_npy<float>(folder.write("half.npy", file_of(header, 0) + bytes)));
  std::string big;
  for (std::size_t i = 0; i < bytes.size(); ++i) big += bytes[i ^ 1];
  const std::string big_header = "{'descr': '>f2', 'fortran_order': False, 'shape': (8,)}";
  check(io::read_npy<float>(folder.write("half.npy", file_of(big_header, 0) + big)));
  CHECK(error([&] { (void)io::read_npy<double>(folder / "half.npy"); }).ends_with("found >f2"));
}

TEST_CASE("npy: big-endian files and bools") {
  const Folder folder;
  const auto file = [&](const std::string& type, const std::string& data) {
    return folder.write(
        "x.npy", file_of("{'descr': '" + type + "', 'fortran_order': False, 'shape': (2,)}", 0) + data);
  };
  CHECK(values(io::read_npy<std::int32_t>(file(">i4", "\0\0\1\2\xff\xff\xff\xff"s))) ==
        std::vector<std::int32_t>{258, -1});
  CHECK(values(io::read_npy<float>(file(">f4", "\x3f\x80\0\0\xc0\0\0\0"s))) == std::vector<float>{1, -2});
  CHECK(values(io::read_npy<double>(file(">f8", "\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0"s))) ==
        std::vector<double>{1, -2});
  CHECK(values(io::read_npy<std::uint8_t>(file(">u1", "\1\2"))) == std::vector<std::uint8_t>{1, 2});

  const auto mask = io::read_npy<bool>(file("|b1", "\1\0"s));
  CHECK(mask.at(0));
  CHECK_FALSE(mask.at(1));
  io::save_npy(folder / "mask.npy", mask);
  CHECK(folder.read("mask.npy").find("'descr': '|b1'") != std::string::npos);
  CHECK(folder.read("mask.npy").ends_with("\1\0"s));
  CHECK(error([&] {
          (void)io::read_npy<bool>(file("|b1", "\1\2"s));
        }).ends_with("expected a bool, 0 or 1, found 2"));
}

TEST_CASE("npy: writes the header that NumPy writes") {
  const Folder folder;
  io::save_npy(folder / "x.npy", ebb::tensor<std::int32_t>({1, 2, 3, 4, 5, 6}, {2, 3}));
  CHECK(folder.read("x.npy") ==
        "\x93NUMPY\x01\0v\0{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }"s +
            std::string(58, ' ') + "\n\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5\0\0\0\6\0\0\0"s);
  io::save_npy(folder / "x.npy", ebb::tensor<std::int32_t>({1}));
  CHECK(folder.read("x.npy").find("'shape': (1,), }") != std::string::npos);
}

TEST_CASE("npy: what does not fit is an error with an offset") {
  const Folder folder;
  const auto read = [&](const std::string& bytes) {
    const std::string path = folder.write("bad.npy", bytes);
    const std::string message = error([&] { (void)io::read_npy<float>(path); });
    const std::string start = "[read_npy] " + path + ", ";
    return message.starts_with(start) ? message.substr(start.size()) : message;
  };
  const auto header = [&](const std::string& dictionary) { return read(file_of(dictionary, 8)); };
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}") == "nothing thrown");
  CHECK(header("{\"shape\":(2),\"fortran_order\":False,\"descr\":\"<f4\"}") == "nothing thrown");

  CHECK(header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}") ==
        "offset 20: expected element type f4, found <f8");
  CHECK(header("{'descr': '|f4', 'fortran_order': False, 'shape': (2,)}") ==
        "offset 20: expected element type f4, found |f4");
  CHECK(header("{'descr': '', 'fortran_order': False, 'shape': (2,)}") ==
        "offset 20: expected element type f4, found ");
  CHECK(header("{'descr': '<f2', 'fortran_order': False, 'shape': (2,)}")
            .find("expected 4 bytes of shape (2,), found 8") != std::string::npos);
  CHECK(header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}")
            .starts_with("offset 20: expected one element type, f4"));
  CHECK(header("{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}")
            .starts_with("offset 44: expected 'False'"));
  CHECK(header("{'descr': '<f4', 'shape': (2,)}").find("expected descr, fortran_order and shape") !=
        std::string::npos);
  CHECK(header("{'descr': '<f4', 'descr': '<f4'}").find("each once") != std::string::npos);
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x").find("the end of the header") !=
        std::string::npos);
  CHECK(header("{'descr': '<f4").find("the end of the string") != std::string::npos);
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}").find("an extent") !=
        std::string::npos);
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}")
            .find("an extent") != std::string::npos);
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2)}")
            .find("at most 8 extents") != std::string::npos);
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}").find("do not fit into the file") !=
        std::string::npos);
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (200000000000000000,200000000000000000,0)}")
            .find("do not fit into the file") != std::string::npos);
  CHECK(header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}")
            .find("expected 4 bytes of shape (1,), found 8") != std::string::npos);

  CHECK(read("\x93NUMPZ\x01\0\1\0{"s) == "offset 0: expected \"\\x93NUMPY\", found another beginning");
  CHECK(read("\x93NUMPY\x04\0\1\0{"s) == "offset 6: expected version 1.0, 2.0 or 3.0, found 4.0");
  CHECK(read("\x93NUMPY\x01\0\xff\xff{"s) ==
        "offset 8: the header is said to have 65535 bytes, the file has 11");
  CHECK(read("\x93NUMPY\x02\0\1\0"s) == "offset 8: expected 4 bytes, found 2");
  const std::string good = file_of("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 8);
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK(read(good.substr(0, size)) != "nothing thrown");
}
