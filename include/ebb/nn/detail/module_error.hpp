#pragma once

#include <string>

#include "ebb/core/error.hpp"

namespace EBB_NAMESPACE::nn::detail {

/// An error on its way out of nested modules: each adds the name under which it has the one that failed, so
/// that people read "layer encoder.2, Dense(8, 4): input (5, 7) ...".
class ModuleError final : public Error {
 public:
  /// Of the innermost module, which nothing has named yet.
  [[gnu::cold]] ModuleError(const Error& cause, const void* at, const std::string& describe)
      : ModuleError(cause.id(), cause.facts(), at, "", describe) {}

  /// The same error, seen from the module `at`, which has the one that failed under that name.
  [[nodiscard]] ModuleError inside(const void* at, const std::string& name) const {
    return {id(), cause_, at, path_.empty() ? name : name + "." + path_, describe_};
  }

  /// The module that it was thrown by last.
  [[nodiscard]] const void* at() const { return at_; }

 private:
  [[gnu::cold]] ModuleError(const std::string& id, const std::string& cause, const void* at,
                            const std::string& path, const std::string& describe)
      : Error(id, path.empty() ? cause : "layer " + path + ", " + describe + ": " + cause),
        cause_(cause),
        path_(path),
        describe_(describe),
        at_(at) {}

  std::string cause_, path_, describe_;
  const void* at_;
};

}  // namespace EBB_NAMESPACE::nn::detail
