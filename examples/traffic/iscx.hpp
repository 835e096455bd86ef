#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace traffic {

/// One capture of the data set ISCX VPN-nonVPN 2016 and its classes.
struct IscxCapture {
  std::string name;              ///< of the file, in lower case and without extension
  std::string_view application;  ///< empty: VPN captures have none
  std::string_view traffic;      ///< empty: Tor captures have none
};

/// All captures that have a class in either task, by class.
const std::vector<IscxCapture>& iscx_captures();

/// The capture of that file name, whatever its case, folder and extension; nullptr where it is none of them.
const IscxCapture* find_iscx_capture(const std::filesystem::path& file);

/// "a/AIMchat1.pcapng.gz" -> "aimchat1". Only the extensions of captures are cut.
std::string capture_name(const std::filesystem::path& file);

/// Whether the file's name ends like that of a capture, compressed or not, in any case.
bool is_named_like_capture(const std::filesystem::path& file);

/// The 17 applications and the 12 traffic types of Deep Packet, in the order of reports.
const std::vector<std::string>& iscx_applications();
const std::vector<std::string>& iscx_traffic_types();

}  // namespace traffic
