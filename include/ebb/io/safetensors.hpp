#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/state.hpp"
#include "ebb/io/detail/safetensors_header.hpp"

namespace EBB_NAMESPACE::io {

/// Named tensors in the format that the field exchanges weights in (github.com/huggingface/safetensors):
/// little-endian, element types F32, F64, BF16, I32, I64 and U8. Element types are never converted.
///
///     io::save_safetensors("model.safetensors", model.state());
///     io::load_safetensors("model.safetensors", model.state());
///     const Tensor<float> weight = io::read_safetensors("model.safetensors").get<float>("0.weight");

using SafetensorsMetadata = std::map<std::string, std::string>;

/// Writes a state, from whatever device, and texts about it. The file appears when it is complete; one of the
/// same name stays as it is until then. Error [save_safetensors].
[[gnu::cold]] inline void save_safetensors(const std::string& path, const State& state,
                                           const SafetensorsMetadata& metadata = {}) {
  detail::OutputFile file("save_safetensors", path);
  // The largest elements first, so that everything is aligned for those who map the file into memory.
  std::vector<const NamedTensor*> order;
  for (const std::size_t bytes : {8u, 4u, 2u, 1u}) {
    for (const NamedTensor& entry : state)
      if (entry.tensor.element_bytes() == bytes) order.push_back(&entry);
  }
  const std::string header = detail::write_safetensors_header("save_safetensors", order, metadata);
  const std::uint64_t length = header.size();
  file.write(&length, sizeof(length));
  file.write(header.data(), header.size());
  std::vector<std::byte> bytes;
  for (const NamedTensor* entry : order) {
    bytes.resize(entry->tensor.bytes());
    entry->tensor.copy_to_host(bytes.data());
    file.write(bytes.data(), bytes.size());
  }
  file.commit();
}

namespace detail {

[[gnu::cold]] inline State read_safetensors(std::string_view op, const std::string& path) {
  InputFile file(op, path);
  const SafetensorsHeader header = read_safetensors_header(file);
  State state;
  for (const SafetensorsEntry& entry : header.entries) {
    auto bytes = Tensor<std::uint8_t>::uninitialized({static_cast<Index>(entry.last - entry.first)});
    file.read(entry.first, bytes.mutable_data(), static_cast<std::size_t>(bytes.size()));
    state.add(entry.name, AnyTensor(entry.type->name, entry.shape, bytes));
  }
  return state;
}

}  // namespace detail

/// All tensors of a file, on the CPU, in the order of its header. Error [read_safetensors].
[[nodiscard, gnu::cold]] inline State read_safetensors(const std::string& path) {
  return detail::read_safetensors("read_safetensors", path);
}

/// The texts that a file carries about its tensors. Error [read_safetensors_metadata].
[[nodiscard, gnu::cold]] inline SafetensorsMetadata read_safetensors_metadata(const std::string& path) {
  detail::InputFile file("read_safetensors_metadata", path);
  return detail::read_safetensors_header(file).metadata;
}

/// Loads a file into the tensors of a state, on whatever device. Names, shapes and element types have to be
/// those of the file, none missing on either side: else error [load_safetensors] names the file, the tensor,
/// what was expected and what was found, and no tensor is changed.
[[gnu::cold]] inline void load_safetensors(const std::string& path, const State& state) {
  const State file = detail::read_safetensors("load_safetensors", path);
  ebb::detail::require_same_layout("load_safetensors", path + ": ", file, state);
  copy_state(file, state);
}

}  // namespace EBB_NAMESPACE::io
