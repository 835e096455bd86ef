#pragma once

#include <cstdint>
#include <initializer_list>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE {

/// What every function of the library throws on wrong use or bad input, before any work is done.
///
/// `what()` reads "[id] all the facts": the id is stable and names the operation that the user called
/// (docs/errors.md lists them), the rest is for people.
///
///     try { conv1d(x, w, b); } catch (const ebb::Error& e) { if (e.id() == "conv1d") ... }
class Error : public std::runtime_error {
 public:
  Error(std::string_view id, const std::string& facts)
      : std::runtime_error("[" + std::string(id) + "] " + facts), id_(id) {}

  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  std::string id_;
};

namespace detail {

// The pieces of a message become strings one by one, so that stream code is generated once per type
// and not once per message.
template <class T>
std::string text(const T& part) {
  if constexpr (std::is_convertible_v<T, std::string_view>) {
    return std::string(std::string_view(part));
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(part);
  } else {
    std::ostringstream out;
    out << part;
    return out.str();
  }
}

[[noreturn]] inline void fail_with(std::string_view id, std::initializer_list<std::string> parts) {
  std::string facts;
  for (const std::string& part : parts) facts += part;
  throw Error(id, facts);
}

/// Throws Error: fail("conv1d", "input ", x.shape(), " has ", 3, " channels").
template <class... Parts>
[[noreturn]] void fail(std::string_view id, const Parts&... parts) {
  fail_with(id, {text(parts)...});
}

/// Throws Error unless the condition holds.
template <class... Parts>
void require(bool condition, std::string_view id, const Parts&... parts) {
  if (!condition) [[unlikely]]
    fail(id, parts...);
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
