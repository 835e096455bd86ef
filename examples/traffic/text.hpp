#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace traffic {

// Texts of unknown origin, names of files and classes above all, on their way to people.

/// Whether all of it is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

/// On one line of a terminal: control characters, also those that turn the direction of a line, and
/// bytes that are no UTF-8 become \xNN.
std::string printable(std::string_view text);

/// Bytes of the first character of a text that is not empty; 1 where that is no UTF-8.
std::size_t first_character(std::string_view text);

/// How many columns of a terminal a printable text takes: 2 for each character of East Asian scripts and
/// emoji, none for marks that combine with the character before them (text_widths.hpp).
std::size_t display_width(std::string_view text);

/// The start of a text in at most so many columns, with an ellipsis where something is missing.
std::string shortened(std::string_view text, std::size_t columns);

/// A text in at most so many bytes: its middle gives way to an ellipsis.
std::string without_middle(std::string_view text, std::size_t bytes);

/// As an error may quote it, whatever was typed or stands in a file: printable and at most 80 columns of it.
std::string abbreviated(std::string_view text);

/// The same of its first line.
std::string excerpt(std::string_view text);

/// The first few names, and how many more there are: "a, b, c and 4 more".
std::string first_names(const std::vector<std::string>& names);

}  // namespace traffic
