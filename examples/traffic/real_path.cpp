#include "traffic/real_path.hpp"

#include <system_error>

namespace traffic {

namespace fs = std::filesystem;

fs::path real_path(const fs::path& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error);
  if (error) absolute = path;
  fs::path real = fs::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : real.lexically_normal();
}

}  // namespace traffic
