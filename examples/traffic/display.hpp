#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace traffic {

/// A text of unknown origin, the name of a file or class, as it can be shown on one line of a terminal:
/// control characters and bytes that are no UTF-8 become \xNN.
std::string printable(std::string_view text);

/// How many columns of a terminal a printable text takes: 2 for each character of East Asian scripts and
/// emoji, none for marks that combine with the character before them (Unicode's East_Asian_Width, W and F,
/// and the general categories Mn, Me and Cf, by blocks).
std::size_t display_width(std::string_view text);

/// The start of a text in at most so many columns, with an ellipsis where something is missing.
std::string shortened(std::string_view text, std::size_t columns);

}  // namespace traffic
