#pragma once

#include <string>
#include <vector>

namespace traffic {

/// Shares in rows and columns, as a picture in SVG: the darker a field, the larger its share, with the
/// percentage written into it. One hue from light to dark, so that it survives print without colour.
struct HeatMap {
  std::string title;
  std::string row_axis;
  std::string column_axis;
  std::vector<std::string> rows;
  std::vector<std::string> row_notes = {};  ///< behind the names of the rows, never cut; as many, or none
  std::vector<std::string> columns;
  std::vector<double> shares;  ///< from 0 to 1, row by row; a field of NaN stays empty
};

/// Long names are cut. Throws ebb::Error "heat_map" where the number of shares is not rows times columns.
std::string draw(const HeatMap& map);

}  // namespace traffic
