#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace traffic {

/// What is told apart: Deep Packet's two tasks.
enum class Task : std::uint8_t { application, traffic };

/// "app" and "traffic", as in options and files.
std::string_view name(Task task);

/// The spelling of a class: that of the ISCX classes where it differs from one of them only in case, blanks
/// and punctuation ("FileTransfer", "vpn-chat"), else as it stands, without blanks around it. Letters outside
/// of ASCII are compared as they are.
std::string class_name(Task task, std::string_view written);

/// Whether class_name gives one of the ISCX classes.
bool is_iscx_class(Task task, std::string_view written);

/// "Other" in any spelling: the class that is no traffic type.
bool is_other(std::string_view written);

/// The classes in the order of reports: those of ISCX first, then the others by name; without doubles.
std::vector<std::string> ordered_classes(Task task, const std::vector<std::string>& names);

/// The classes met so far, to notice two spellings of one.
class ClassSpellings {
 public:
  /// `origin` says where the class is written. Throws ebb::Error "class" where it is no text in UTF-8 on one
  /// line, and where it was met in another spelling ("Web Mail", "webmail"), naming both and their origins.
  void add(const std::string& class_name, const std::string& origin);

 private:
  struct Met {
    std::string spelling;
    std::string origin;
  };
  std::map<std::string, Met> met_;  // by what is left without case, blanks and punctuation
};

}  // namespace traffic
