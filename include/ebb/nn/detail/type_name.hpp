#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <typeinfo>

#include <cxxabi.h>

#include "ebb/config.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// The name of a class as its author wrote it, without namespaces and template arguments.
inline std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  std::string name = status == 0 ? readable.get() : type.name();
  name.resize(std::min(name.find('<'), name.size()));
  const auto colon = name.rfind(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

}  // namespace EBB_NAMESPACE::nn::detail
