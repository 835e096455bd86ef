#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace traffic {

/// Prints rows as aligned columns, the first row being the heads: the first column to the left, all others to
/// the right.
class TextTable {
 public:
  explicit TextTable(const std::vector<std::string>& heads) { add(heads); }

  /// Names of any script and with any bytes in them leave the columns aligned; long
  /// ones are cut.
  void add(const std::vector<std::string>& row);
  void print(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// 1234567 -> "1,234,567"
std::string with_commas(std::uint64_t number);

}  // namespace traffic
