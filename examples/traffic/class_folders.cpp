#include "traffic/class_folders.hpp"

#include <iterator>

#include "traffic/iscx.hpp"

namespace traffic {
namespace {

std::ptrdiff_t depth(const std::filesystem::path& relative) {
  return std::distance(relative.begin(), relative.end());
}

Task other(Task task) { return task == Task::traffic ? Task::application : Task::traffic; }

constexpr std::ptrdiff_t kInClassFolder = 2;  // Class/capture

}  // namespace

ClassFolders::ClassFolders(const std::vector<std::filesystem::path>& captures, Task task) : task_(task) {
  for (const std::filesystem::path& capture : captures) {
    const std::string folder = capture.begin()->string();
    if (depth(capture) < kInClassFolder || is_iscx_class(task, folder)) continue;
    if (find_iscx_capture(capture)) of_iscx_.insert(folder);
    const bool of_other_task = depth(capture) == kInClassFolder && is_iscx_class(other(task), folder);
    if (of_other_task && of_other_task_.empty()) of_other_task_ = folder;
  }
}

ClassFolders::Place ClassFolders::of(const std::filesystem::path& capture) const {
  if (depth(capture) > kInClassFolder) return {"", "deeper than FOLDER/Class/capture"};
  if (depth(capture) < kInClassFolder) return {"", "not in a folder FOLDER/Class"};
  const std::string folder = capture.begin()->string();
  if (!of_other_task_.empty()) {
    return {"",
            "in directories for the task '" + std::string(name(other(task_))) + "' (" + of_other_task_ + ")"};
  }
  if (of_iscx_.contains(folder)) return {"", "among captures with ISCX names"};
  return {folder, ""};
}

}  // namespace traffic
