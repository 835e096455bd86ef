#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/half.hpp"
#include "ebb/core/tensor.hpp"
#include "ebb/io/detail/npy_header.hpp"

namespace EBB_NAMESPACE::io {

/// One tensor in NumPy's format, what numpy.load and numpy.save speak: float, double, integers of 8 to 64
/// bits with and without sign, bool. Either byte order is read, the little-endian one written. Element types
/// are not converted, but a file of half-precision numbers (f2) is read as float, which loses nothing;
/// another type (bfloat16, for which there is safetensors) does not compile.

/// Writes a tensor from whatever device. The file appears when it is complete. Error [save_npy].
template <class T, class D>
void save_npy(const std::string& path, const Tensor<T, D>& tensor) {
  static_assert(!detail::npy_type<T>.empty(), "NumPy has no name for this element type");
  ebb::detail::require(tensor.defined(), "save_npy", "the tensor is undefined");
  detail::OutputFile file("save_npy", path);
  const std::string header = detail::write_npy_header(detail::npy_type<T>, tensor.shape());
  std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.size()) * sizeof(T));
  D::copy_to_host(tensor.data(), bytes.data(), bytes.size());
  file.write(header.data(), header.size());
  file.write(bytes.data(), bytes.size());
  file.commit();
}

namespace detail {

template <class T>
void read_npy_words(InputFile& file, const NpyHeader& header, T* to, std::size_t count) {
  file.read(header.data, to, count * sizeof(T));
  if (header.big_endian && sizeof(T) > 1) {
    for (std::size_t i = 0; i < count; ++i) {
      auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(to[i]);
      std::reverse(bytes.begin(), bytes.end());
      to[i] = std::bit_cast<T>(bytes);
    }
  }
}

/// The elements as they follow each other in the file.
template <class T>
void read_npy_elements(InputFile& file, const NpyHeader& header, T* to, std::size_t count) {
  read_npy_words(file, header, to, count);
}

inline void read_npy_elements(InputFile& file, const NpyHeader& header, float* to, std::size_t count) {
  if (!header.is_half) return read_npy_words(file, header, to, count);
  std::vector<std::uint16_t> halves(count);
  read_npy_words(file, header, halves.data(), count);
  std::transform(halves.begin(), halves.end(), to, ebb::detail::float_from_half);
}

inline void read_npy_elements(InputFile& file, const NpyHeader& header, bool* to, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  read_npy_words(file, header, bytes.data(), count);
  for (std::size_t i = 0; i < count; ++i) {
    if (bytes[i] > 1)
      file.fail(header.data + i, "expected a bool, 0 or 1, found " + std::to_string(bytes[i]));
    to[i] = bytes[i] != 0;
  }
}

}  // namespace detail

/// Reads a tensor to the CPU, from format versions 1 to 3, in C order or Fortran order. Error [read_npy]
/// names the file, the offset, what was expected and what was found.
///
///     const auto images = io::read_npy<std::uint8_t>("images.npy");
template <class T>
[[nodiscard]] Tensor<T> read_npy(const std::string& path) {
  static_assert(!detail::npy_type<T>.empty(), "NumPy has no name for this element type");
  detail::InputFile file("read_npy", path);
  const detail::NpyHeader header = detail::read_npy_header(file, detail::npy_type<T>, sizeof(T));
  auto tensor = Tensor<T>::uninitialized(header.shape);
  T* const elements = tensor.mutable_data();
  const auto size = static_cast<std::size_t>(tensor.size());
  if (!header.fortran_order || header.shape.rank() < 2) {
    detail::read_npy_elements(file, header, elements, size);
    return tensor;
  }
  auto columns = Tensor<T>::uninitialized({tensor.size()});
  detail::read_npy_elements(file, header, columns.mutable_data(), size);
  StridedSizes sizes;
  for (Index axis = 0; axis < header.shape.rank(); ++axis)
    sizes.add_axis(header.shape[axis], header.shape.size_between(0, axis));
  Cpu::copy_strided(columns.data(), elements, sizes);
  return tensor;
}

}  // namespace EBB_NAMESPACE::io
