#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ebb/core/state.hpp"

namespace EBB_NAMESPACE {

/// How copy_state treats what does not fit.
struct CopyStateOptions {
  /// Numbers of another type are converted, as static_cast does it: F64 into F32, F16 into F32.
  bool convert = false;
  /// Tensors without a counterpart, or with one of another shape or type, are left as they are.
  bool partial = false;
  /// The name in the target of each name in the source; an empty one leaves the tensor out.
  std::function<std::string(const std::string& name)> rename = {};
};

/// What copy_state did, by the names of the target (`unexpected`: of the source). Printed as a list.
struct CopyStateReport {
  std::vector<std::string> copied;
  std::vector<std::string> missing;     ///< in the target alone
  std::vector<std::string> unexpected;  ///< in the source alone
  std::vector<std::string> misfits;     ///< of another shape or type, with both
};

inline std::ostream& operator<<(std::ostream& out, const CopyStateReport& report) {
  const auto list = [&out](const char* title, const std::vector<std::string>& names) {
    if (!names.empty()) out << title << " (" << names.size() << ")\n";
    for (const std::string& name : names) out << "  " << name << '\n';
  };
  out << "copied: " << report.copied.size() << '\n';
  list("missing", report.missing);
  list("unexpected", report.unexpected);
  list("of another shape or type", report.misfits);
  return out;
}

namespace detail {

[[nodiscard]] inline State renamed(const State& from, const CopyStateOptions& o) {
  if (!o.rename) return from;
  State names;
  for (const auto& [name, tensor] : from)
    if (std::string name_of_target = o.rename(name); !name_of_target.empty())
      names.add(std::move(name_of_target), tensor);
  return names;
}

/// Whether its elements are numbers, which can be converted.
[[nodiscard]] inline bool holds_numbers(const AnyTensor& tensor) {
  return tensor.type() == "F16" || find_element_type(tensor.type()) < &element_types[element_number<bool>];
}

[[nodiscard]] inline CopyStateReport compare(const State& from, const State& to, const CopyStateOptions& o) {
  CopyStateReport report;
  for (const auto& [name, target] : to) {
    const AnyTensor* const source = from.find(name);
    if (!source) {
      report.missing.push_back(name);
      continue;
    }
    const bool converts = o.convert && holds_numbers(*source) && holds_numbers(target);
    if (source->shape() == target.shape() && (source->type() == target.type() || converts)) {
      report.copied.push_back(name);
    } else {
      report.misfits.push_back(text('"', name, "\": expected ", target.type(), " ", target.shape(),
                                    ", found ", source->type(), " ", source->shape()));
    }
  }
  for (const auto& [name, tensor] : from)
    if (!to.find(name)) report.unexpected.push_back(name);
  return report;
}

/// Writes the numbers of one tensor into another of the same shape; false unless that is of type T.
template <class T>
bool convert_into(const AnyTensor& source, const AnyTensor& target) {
  if (target.type() != element_type<T>().name) return false;
  target.copy_from_host(source.cast<T>().data());
  return true;
}

inline void copy_into(const AnyTensor& source, const AnyTensor& target, std::vector<std::byte>& host) {
  if (source.type() != target.type()) {
    const bool done = convert_into<float>(source, target) || convert_into<double>(source, target) ||
                      convert_into<bfloat16>(source, target) || convert_into<std::int32_t>(source, target) ||
                      convert_into<std::int64_t>(source, target) ||
                      convert_into<std::uint8_t>(source, target);
    require(done, "copy_state", "nothing is converted into ", target.type());
    return;
  }
  host.resize(source.bytes());
  source.copy_to_host(host.data());
  target.copy_from_host(host.data());
}

/// What can be copied; error `op` for what the options do not allow. `source` says what `from` is.
[[gnu::cold]] inline CopyStateReport require_fit(std::string_view op, std::string_view source,
                                                 const State& from, const State& to,
                                                 const CopyStateOptions& o = {}) {
  CopyStateReport report = compare(from, to, o);
  if (o.partial) return report;
  if (!report.missing.empty()) {
    const AnyTensor& target = *to.find(report.missing[0]);
    fail(op, source, "tensor \"", report.missing[0], "\" is missing: expected ", target.type(), " ",
         target.shape());
  }
  if (!report.misfits.empty()) fail(op, source, "tensor ", report.misfits[0]);
  if (!report.unexpected.empty()) {
    const AnyTensor& found = *from.find(report.unexpected[0]);
    fail(op, source, "tensor \"", report.unexpected[0], "\" is not expected: found ", found.type(), " ",
         found.shape());
  }
  return report;
}

[[gnu::cold]] inline CopyStateReport copy_state(std::string_view op, std::string_view source,
                                                const State& from, const State& to,
                                                const CopyStateOptions& o) {
  const State names = renamed(from, o);
  CopyStateReport report = require_fit(op, source, names, to, o);
  std::vector<std::byte> host;
  for (const std::string& name : report.copied) copy_into(*names.find(name), *to.find(name), host);
  return report;
}

}  // namespace detail

/// Copies every tensor into the one of the same name, across devices where they differ. Names, shapes and
/// element types must be the same on both sides, else error [copy_state] and nothing is copied.
inline void copy_state(const State& from, const State& to) {
  (void)detail::copy_state("copy_state", "", from, to, {});
}

/// The same with exceptions, and a report of them.
///
///     // The layers that both have, from a model in double and under another name.
///     std::cout << copy_state(from.state(), to.state(), {.convert = true, .partial = true,
///         .rename = [](const std::string& name) { return "encoder." + name; }});
///
/// Error [copy_state] for what the options do not allow, before anything is copied.
inline CopyStateReport copy_state(const State& from, const State& to, const CopyStateOptions& options) {
  return detail::copy_state("copy_state", "", from, to, options);
}

}  // namespace EBB_NAMESPACE
