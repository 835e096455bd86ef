#pragma once

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

struct FtpsFlow {
  Side data_from = Side::server;
  Range size = {15'000, 60'000};  // bytes of the file
};

/// FTP over TLS: control on port 21 with AUTH TLS, the file on a passive data connection of its own.
void ftps_flow(Scene& scene, Time start, const Site& site, const FtpsFlow& flow);

}  // namespace traffic::synthetic
