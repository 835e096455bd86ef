#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/copy_state.hpp"
#include "ebb/io/detail/safetensors_header.hpp"

namespace EBB_NAMESPACE::io {

/// Named tensors in the format that the field exchanges weights in (github.com/huggingface/safetensors):
/// little-endian, with all its element types. F32, F64, BF16, I8 to I64, U8 to U64 and BOOL are tensors of
/// C++; `cast` turns these and F16 into numbers of another type, nothing else converts; C64, F8, F6 and F4
/// are kept as they are and can be copied and saved again.
///
///     io::save_safetensors("model.safetensors", model.state());
///     io::load_safetensors("model.safetensors", model.state());
///     const State file = io::read_safetensors("model.safetensors");
///     const Tensor<float> weight = file.get<float>("0.weight"), half = file.cast<float>("1.weight");
///
/// A file that is written here carries a checksum, XXH64 of the whole file with the checksum's own digits as
/// zeros, under "ebb.xxh64" in its metadata (and "ebb.checksum": "xxh64"). It is compared whenever the file
/// is read, and one flipped bit anywhere is an error. Files of other programs have none and are read all the
/// same; a program that changes a file has to leave the two texts out.

using SafetensorsMetadata = std::map<std::string, std::string>;

namespace detail {

[[gnu::cold]] inline void write_safetensors(OutputFile& file, std::string_view op, const State& state,
                                            const SafetensorsMetadata& metadata) {
  // The largest elements first, so that everything is aligned for those who map the file into memory.
  std::vector<const NamedTensor*> order;
  for (const std::size_t bytes : {8u, 4u, 2u, 1u}) {
    for (const NamedTensor& entry : state)
      if (entry.tensor.element_bytes() == bytes) order.push_back(&entry);
  }
  const auto [header, digits] = write_safetensors_header(op, order, metadata);
  Xxh64 hash;
  const auto write = [&](const void* from, std::size_t bytes) {
    file.write(from, bytes);
    hash.update(from, bytes);
  };
  const std::uint64_t length = header.size();
  write(&length, sizeof(length));
  write(header.data(), header.size());
  std::vector<std::byte> bytes;
  for (const NamedTensor* entry : order) {
    bytes.resize(entry->tensor.bytes());
    entry->tensor.copy_to_host(bytes.data());
    write(bytes.data(), bytes.size());
  }
  const std::string checksum = hash.hexadecimal();
  file.overwrite(sizeof(length) + digits, checksum.data(), checksum.size());
}

}  // namespace detail

/// Writes a state, from whatever device, and texts about it. The file appears when it is complete; one of the
/// same name stays as it is until then. Error [save_safetensors] for what cannot be written, a text that is
/// not UTF-8, a tensor named __metadata__ or texts named as those of the checksum.
[[gnu::cold]] inline void save_safetensors(const std::string& path, const State& state,
                                           const SafetensorsMetadata& metadata = {}) {
  detail::OutputFile file("save_safetensors", path);
  detail::write_safetensors(file, "save_safetensors", state, metadata);
  file.commit();
}

namespace detail {

[[gnu::cold]] inline State read_safetensors(std::string_view op, const std::string& path) {
  InputFile file(op, path);
  const SafetensorsHeader header = read_safetensors_header(file);
  State state;
  // By their position in the file. An empty part may begin where another one does; it adds nothing to the
  // checksum.
  std::multimap<std::uint64_t, Tensor<std::uint8_t>> parts;
  for (const SafetensorsEntry& entry : header.entries) {
    const auto bytes = Tensor<std::uint8_t>::uninitialized({static_cast<Index>(entry.last - entry.first)});
    state.add(entry.name, AnyTensor(entry.type->name, entry.shape, bytes));
    parts.emplace(entry.first, bytes);
  }
  Xxh64 hash = header.head;
  for (auto& [position, bytes] : parts) {
    const auto size = static_cast<std::size_t>(bytes.size());
    file.read(position, bytes.mutable_data(), size);
    if (!header.checksum.empty()) hash.update(bytes.data(), size);
  }
  require_checksum(file, header, hash);
  return state;
}

}  // namespace detail

/// All tensors of a file, on the CPU, in the order of its header. Error [read_safetensors].
[[nodiscard, gnu::cold]] inline State read_safetensors(const std::string& path) {
  return detail::read_safetensors("read_safetensors", path);
}

/// The texts that a file carries about its tensors, as they were given to save_safetensors: without those of
/// the checksum, for which the whole file is read. Error [read_safetensors_metadata].
[[nodiscard, gnu::cold]] inline SafetensorsMetadata read_safetensors_metadata(const std::string& path) {
  detail::InputFile file("read_safetensors_metadata", path);
  detail::SafetensorsHeader header = detail::read_safetensors_header(file);
  if (header.checksum.empty()) return std::move(header.metadata);
  detail::Xxh64 hash = header.head;
  std::vector<std::byte> chunk(1 << 20);
  for (std::uint64_t position = header.data; position < file.size(); position += chunk.size()) {
    chunk.resize(static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), file.size() - position)));
    file.read(position, chunk.data(), chunk.size());
    hash.update(chunk.data(), chunk.size());
  }
  detail::require_checksum(file, header, hash);
  return std::move(header.metadata);
}

/// Loads a file into the tensors of a state, on whatever device. Names, shapes and element types have to be
/// those of the file, none missing on either side, but for what the options allow: else error
/// [load_safetensors] names the file, the tensor, what was expected and what was found, and no tensor is
/// changed. The report says what came of it.
///
///     io::load_safetensors("pytorch.safetensors", model.state(), {.convert = true, .partial = true,
///         .rename = [](const std::string& name) { return name.substr(name.find('.') + 1); }});
[[gnu::cold]] inline CopyStateReport load_safetensors(const std::string& path, const State& state,
                                                      const CopyStateOptions& options) {
  const State file = ebb::detail::renamed(detail::read_safetensors("load_safetensors", path), options);
  return ebb::detail::copy_state("load_safetensors", path + ": ", file, state, options,
                                 ebb::detail::convert_into);
}

/// The same without exceptions.
[[gnu::cold]] inline void load_safetensors(const std::string& path, const State& state) {
  const State file = detail::read_safetensors("load_safetensors", path);
  (void)ebb::detail::copy_state("load_safetensors", path + ": ", file, state, {}, nullptr);
}

}  // namespace EBB_NAMESPACE::io
