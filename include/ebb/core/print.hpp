#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ebb/core/bfloat16.hpp"
#include "ebb/core/host_values.hpp"
#include "ebb/core/tensor.hpp"

namespace EBB_NAMESPACE {

struct PrintOptions {
  int precision = 6;       ///< at most so many digits behind the point
  Index threshold = 1000;  ///< tensors with more elements are summarised
  Index edge_items = 3;    ///< of each axis, at both ends, in a summary
  Index line_width = 75;   ///< longer rows are continued on the next line
};

namespace detail {

/// The offsets of the elements that are shown, in row-major order.
[[gnu::cold]] inline void add_visible(const Shape& shape, Index axis, Index offset, Index edge,
                                      std::vector<Index>& out) {
  if (axis == shape.rank()) {
    out.push_back(offset);
    return;
  }
  const Index extent = shape[axis], hidden_from = extent > 2 * edge ? edge : extent;
  for (Index i = 0; i < extent; ++i) {
    if (i == hidden_from) i = extent - edge;
    if (i < extent) add_visible(shape, axis + 1, offset * extent + i, edge, out);
  }
}

/// Elements as words, rows as lines: the layout of NumPy's array2string.
class TensorText {
 public:
  /// `edge`: how many steps of each axis are shown at either end; all of them where an axis has no more.
  [[gnu::cold]] TensorText(const Shape& shape, Index edge, Index width, const std::vector<std::string>& words)
      : shape_(shape), edge_(edge), next_(words.begin()) {
    part(0, width);
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  // The part of the tensor behind the given number of axes, with `width` columns left on a line.
  [[gnu::cold]] void part(Index axis, Index width) {
    if (axis == shape_.rank()) {
      text_ += *next_++;
      return;
    }
    const bool is_row = axis == shape_.rank() - 1;
    const Index extent = shape_[axis];
    text_ += '[';
    for (Index i = 0; i < extent; ++i) {
      const bool is_gap = extent > 2 * edge_ && i == edge_;
      if (is_row) {
        word(is_gap ? "..." : std::string_view(*next_++), axis + 1, width - 1, i == 0);
      } else {
        if (i > 0) new_line(axis + 1, shape_.rank() - axis - 1);
        is_gap ? void(text_ += "...") : part(axis + 1, width - 1);
      }
      if (is_gap) i = extent - edge_ - 1;
    }
    text_ += ']';
  }

  void word(std::string_view word, Index indent, Index width, bool is_first) {
    const Index column = static_cast<Index>(text_.size() - line_start_) + (is_first ? 0 : 1);
    if (!is_first && column + static_cast<Index>(word.size()) > width) {
      new_line(indent, 1);
    } else if (!is_first) {
      text_ += ' ';
    }
    text_ += word;
  }

  void new_line(Index indent, Index lines) {
    text_.erase(text_.find_last_not_of(' ') + 1);
    text_.append(static_cast<std::size_t>(lines), '\n');
    line_start_ = text_.size();
    text_.append(static_cast<std::size_t>(indent), ' ');
  }

  const Shape& shape_;
  Index edge_;
  std::vector<std::string>::const_iterator next_;
  std::string text_;
  std::size_t line_start_ = 0;
};

[[gnu::cold]] inline void pad_left(std::string& word, std::size_t width) {
  if (word.size() < width) word.insert(0, width - word.size(), ' ');
}

/// The shortest digits that mean this value and no other, cut to `precision` of them behind the point. There
/// always is a point.
template <class T>
[[gnu::cold]] std::string shortest(T value, std::chars_format format, int precision) {
  char digits[1100];  // the largest double has 309 before the point, the smallest 1074 behind
  char* end = std::to_chars(digits, std::end(digits), value, format).ptr;
  const auto behind = [&] {
    const char *const point = std::find(digits, end, '.'), *const stop = std::find(digits, end, 'e');
    return point < stop ? stop - point - 1 : 0;
  };
  if (behind() > precision) end = std::to_chars(digits, std::end(digits), value, format, precision).ptr;
  std::string word(digits, end);
  std::size_t stop = std::min(word.find('e'), word.size());
  if (word.find('.') == std::string::npos) word.insert(stop++, 1, '.');
  while (word[stop - 1] == '0') word.erase(--stop, 1);
  return word;
}

/// Numbers aligned at their points, in scientific notation where they are very large, very small, or more
/// than three powers of ten apart.
template <class T>
[[gnu::cold]] std::vector<std::string> words_of(const std::vector<T>& values,
                                                int precision) requires std::is_floating_point_v<T> {
  T smallest = 1, largest = 1;
  bool found = false;
  for (const T value : values) {
    const T size = std::abs(value);
    if (size == 0 || !std::isfinite(size)) continue;
    smallest = found ? std::min(smallest, size) : size;
    largest = found ? std::max(largest, size) : size;
    found = true;
  }
  const bool scientific = largest >= T(1e8) || smallest < T(1e-4) || largest / smallest > T(1000);
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;

  std::vector<std::string> words;
  std::size_t before = 0, behind = 0, exponent = 0;
  for (const T value : values) {
    if (!std::isfinite(value)) {
      words.push_back(std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
      continue;
    }
    words.push_back(shortest(value, format, precision));
    const std::size_t point = words.back().find('.');
    const std::size_t end = std::min(words.back().find('e'), words.back().size());
    before = std::max(before, point);
    behind = std::max(behind, end - point - 1);
    exponent = std::max(exponent, words.back().size() - end);
  }
  std::size_t width = before + 1 + behind + exponent;
  for (const std::string& word : words) width = std::max(width, word.size());
  for (std::string& word : words) {
    const std::size_t point = word.find('.'), end = std::min(word.find('e'), word.size());
    if (point != std::string::npos) word.insert(end, behind - (end - point - 1), scientific ? '0' : ' ');
    pad_left(word, width);
  }
  return words;
}

template <class T>
[[gnu::cold]] std::vector<std::string> words_of(const std::vector<T>& values,
                                                int) requires std::is_integral_v<T> {
  std::vector<std::string> words;
  std::size_t width = 0;
  for (const T value : values) {
    if constexpr (std::is_same_v<T, bool>) {
      words.push_back(value ? "true" : "false");
    } else {
      words.push_back(std::to_string(value));
    }
    width = std::max(width, words.back().size());
  }
  for (std::string& word : words) pad_left(word, width);
  return words;
}

}  // namespace detail

/// The elements as text in the manner of NumPy: rows in brackets, columns aligned, as many digits as tell a
/// number from its neighbours and no more than `precision` behind the point; of a tensor with more than
/// `threshold` elements the ends of each axis only. Where the brackets do not show the shape, of a tensor
/// that is summarised or empty, it follows. A tensor of shape () is a number, an undefined one "undefined".
///
///     to_string(tensor<float>({{1, 2.5f}, {3, 4}}))    // [[1.  2.5]
///                                                      //  [3.  4. ]]
template <class T, class D>
[[nodiscard, gnu::cold]] std::string to_string(const Tensor<T, D>& x, const PrintOptions& options = {}) {
  if (!x.defined()) return "undefined";
  if (x.size() == 0) return detail::text("[] ", x.shape());
  const bool summarised = x.size() > options.threshold;
  const Index edge = summarised ? std::max<Index>(options.edge_items, 1) : x.size();
  std::vector<Index> offsets;
  detail::add_visible(x.shape(), 0, 0, edge, offsets);
  const detail::HostValues values(x);
  std::vector<detail::compute_t<T>> shown;
  for (const Index offset : offsets) shown.push_back(values[offset]);
  const auto words = detail::words_of(shown, std::max(options.precision, 0));
  std::string text = detail::TensorText(x.shape(), edge, options.line_width, words).text();
  if (x.rank() == 0 && text.back() == '.') text.pop_back();
  return summarised ? text + '\n' + detail::text(x.shape()) : text;
}

/// Writes to_string(x); the precision is that of the stream, 6 where nobody has set another one.
///
///     std::cout << std::setprecision(3) << x << '\n';
template <class T, class D>
std::ostream& operator<<(std::ostream& out, const Tensor<T, D>& x) {
  return out << to_string(x, {.precision = static_cast<int>(out.precision())});
}

}  // namespace EBB_NAMESPACE
