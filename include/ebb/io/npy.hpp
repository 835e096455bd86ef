#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/tensor.hpp"
#include "ebb/io/detail/npy_header.hpp"

namespace EBB_NAMESPACE::io {

/// One tensor in NumPy's format, what numpy.load and numpy.save speak: float, double, std::int32_t,
/// std::int64_t or std::uint8_t, little-endian. Element types are never converted; another type (bfloat16,
/// for which there is safetensors) does not compile.

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
    file.read(header.data, elements, size * sizeof(T));
    return tensor;
  }
  std::vector<T> columns(size);
  file.read(header.data, columns.data(), size * sizeof(T));
  const Shape& shape = header.shape;
  for (Index i = 0; i < tensor.size(); ++i) {
    Index rest = i, from = 0;
    for (Index axis = shape.rank() - 1; axis >= 0; --axis) {
      from += rest % shape[axis] * shape.size_between(0, axis);
      rest /= shape[axis];
    }
    elements[i] = columns[static_cast<std::size_t>(from)];
  }
  return tensor;
}

}  // namespace EBB_NAMESPACE::io
