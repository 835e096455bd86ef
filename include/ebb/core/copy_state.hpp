#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ebb/backend/cpu.hpp"
#include "ebb/core/state.hpp"

namespace EBB_NAMESPACE {

/// How copy_state treats what does not fit.
struct CopyStateOptions {
  /// Numbers of another type are converted, by way of double: F64 into F32, F16 into F32.
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

[[nodiscard, gnu::cold]] inline State renamed(const State& from, const CopyStateOptions& o) {
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

[[nodiscard, gnu::cold]] inline CopyStateReport compare(const State& from, const State& to,
                                                        const CopyStateOptions& o) {
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

/// Writes numbers into a tensor of as many; false unless that is of type T.
template <class T>
bool write_numbers(const Tensor<double>& numbers, const AnyTensor& target) {
  if (target.type() != element_type<T>().name) return false;
  auto converted = Tensor<T>::uninitialized(numbers.shape());
  std::transform(numbers.data(), numbers.data() + numbers.size(), converted.mutable_data(),
                 [](double number) { return static_cast<T>(static_cast<compute_t<T>>(number)); });
  target.copy_from_host(converted.data());
  return true;
}

[[gnu::cold]] inline void convert_into(const AnyTensor& source, const AnyTensor& target) {
  const Tensor<double> numbers = source.cast<double>();
  const bool done =
      write_numbers<float>(numbers, target) || write_numbers<double>(numbers, target) ||
      write_numbers<bfloat16>(numbers, target) || write_numbers<std::int32_t>(numbers, target) ||
      write_numbers<std::int64_t>(numbers, target) || write_numbers<std::uint8_t>(numbers, target);
  require(done, "copy_state", "nothing is converted into ", target.type());
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

/// `convert` copies what has another type. It is a pointer, so that a program that converts nothing need not
/// compile how.
[[gnu::cold]] inline CopyStateReport copy_state(std::string_view op, std::string_view source,
                                                const State& from, const State& to, const CopyStateOptions& o,
                                                void (*convert)(const AnyTensor&, const AnyTensor&)) {
  CopyStateReport report = require_fit(op, source, from, to, o);
  std::vector<std::byte> host;
  for (const std::string& name : report.copied) {
    const AnyTensor &found = *from.find(name), &target = *to.find(name);
    if (found.type() != target.type()) {
      convert(found, target);
      continue;
    }
    host.resize(found.bytes());
    found.copy_to_host(host.data());
    target.copy_from_host(host.data());
  }
  return report;
}

}  // namespace detail

/// Copies every tensor into the one of the same name, across devices where they differ. Names, shapes and
/// element types must be the same on both sides, else error [copy_state] and nothing is copied.
[[gnu::cold]] inline void copy_state(const State& from, const State& to) {
  (void)detail::copy_state("copy_state", "", from, to, {}, nullptr);
}

/// The same with exceptions, and a report of them.
///
///     // The layers that both have, from a model in double and under another name.
///     std::cout << copy_state(from.state(), to.state(), {.convert = true, .partial = true,
///         .rename = [](const std::string& name) { return "encoder." + name; }});
///
/// Error [copy_state] for what the options do not allow, before anything is copied.
[[gnu::cold]] inline CopyStateReport copy_state(const State& from, const State& to,
                                                const CopyStateOptions& options) {
  return detail::copy_state("copy_state", "", detail::renamed(from, options), to, options,
                            detail::convert_into);
}

}  // namespace EBB_NAMESPACE
