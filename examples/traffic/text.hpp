#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace traffic {

/// Whether all of it is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

/// As an error may quote it: its first line, cut where it is long, with a question mark in place of what
/// would disturb a terminal.
std::string printable(std::string_view text);

/// The first few names, and how many more there are: "a, b, c and 4 more".
std::string first_names(const std::vector<std::string>& names);

}  // namespace traffic
