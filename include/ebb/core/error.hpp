#pragma once

#include <concepts>
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
/// (docs/errors.md lists them), the rest is for people. A caller who knows more adds it and keeps the id:
/// throw Error(e.id(), path + ": " + e.facts()).
///
///     try { conv1d(x, w, b); } catch (const ebb::Error& e) { if (e.id() == "conv1d") ... }
class Error : public std::runtime_error {
 public:
  Error(std::string_view id, const std::string& facts)
      : std::runtime_error("[" + std::string(id) + "] " + facts), id_(id) {}

  [[nodiscard]] const std::string& id() const { return id_; }
  /// The text without "[id] ".
  [[nodiscard]] std::string facts() const { return what() + id_.size() + 3; }

 private:
  std::string id_;
};

namespace detail {

/// One piece of a message: text, a number, or a pointer to something that prints. Kept as it came until an
/// error really happens, so that a check costs its caller neither time nor code.
class Fact {
 public:
  Fact(std::string_view text)
      : text_(text), append_([](std::string& out, const Fact& f) { out += f.text_; }) {}
  Fact(const char* text) : Fact(std::string_view(text)) {}
  Fact(const std::string& text) : Fact(std::string_view(text)) {}
  Fact(const char& letter) : Fact(std::string_view(&letter, 1)) {}

  template <std::integral I>
  requires(!std::same_as<I, char>) Fact(I number)
      : number_(static_cast<long long>(number)), append_(append_number<std::is_signed_v<I>>) {}

  template <class T>
  requires(!std::integral<T> && !std::convertible_to<T, std::string_view>) Fact(const T& object)
      : object_(&object), append_(append_object<T>) {}

  void append_to(std::string& out) const { append_(out, *this); }

 private:
  template <bool is_signed>
  static void append_number(std::string& out, const Fact& f) {
    out += is_signed ? std::to_string(f.number_) : std::to_string(static_cast<unsigned long long>(f.number_));
  }
  template <class T>
  static void append_object(std::string& out, const Fact& f) {
    std::ostringstream stream;
    stream << *static_cast<const T*>(f.object_);
    out += stream.str();
  }

  union {
    std::string_view text_;
    long long number_;
    const void* object_;
  };
  void (*append_)(std::string&, const Fact&);
};

inline std::string join(std::initializer_list<Fact> facts) {
  std::string out;
  for (const Fact& fact : facts) fact.append_to(out);
  return out;
}

/// The facts in a row, as one text.
template <class... Facts>
std::string text(const Facts&... facts) {
  return join({Fact(facts)...});
}

[[noreturn]] inline void fail_with(std::string_view id, std::initializer_list<Fact> facts) {
  throw Error(id, join(facts));
}

/// Throws Error: fail("conv1d", "input ", x.shape(), " has ", 3, " channels").
template <class... Facts>
[[noreturn, gnu::always_inline]] inline void fail(std::string_view id, const Facts&... facts) {
  fail_with(id, {Fact(facts)...});
}

/// Throws Error unless the condition holds.
template <class... Facts>
[[gnu::always_inline]] inline void require(bool condition, std::string_view id, const Facts&... facts) {
  if (!condition) [[unlikely]]
    fail_with(id, {Fact(facts)...});
}

}  // namespace detail
}  // namespace EBB_NAMESPACE
