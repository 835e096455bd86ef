#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "traffic/classes.hpp"

namespace traffic {

/// The folders of a folder that stand for a class each: FOLDER/<Class>/capture.
///
/// The name of a folder is taken for a class only where that is no guess:
/// - A capture deeper down may be one of Class/site/capture or of site/Class/capture, so it gets none.
/// - A folder with captures of ISCX names in it ("NonVPN-PCAPs-01") is a part of that data set, unless it has
///   itself the name of one of its classes.
/// - Where one has the name of a class of the other task only, the folders were not sorted for this task.
class ClassFolders {
 public:
  /// The captures are relative to the folder.
  ClassFolders(const std::vector<std::filesystem::path>& captures, Task task);

  struct Place {
    std::string folder;    ///< whose name is the class; empty where there is none
    std::string why_none;  ///< then, why
  };
  [[nodiscard]] Place of(const std::filesystem::path& capture) const;

 private:
  Task task_;
  std::set<std::string> of_iscx_;  // folders that are parts of that data set
  std::string of_other_task_;      // a folder with the name of a class of the other task only
};

}  // namespace traffic
