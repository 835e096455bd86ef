#pragma once

#include <string_view>

#include "traffic/synthetic/packer.hpp"
#include "traffic/synthetic/random.hpp"

namespace traffic::synthetic {

/// An X.509 v3 certificate in DER with a random 2048-bit key and signature. `authority` signs; a certificate
/// with `is_authority` may sign others.
Bytes certificate(Random& random, std::string_view subject, std::string_view authority, bool is_authority);

}  // namespace traffic::synthetic
