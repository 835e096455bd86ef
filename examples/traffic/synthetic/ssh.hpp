#pragma once

#include "traffic/synthetic/scene.hpp"

namespace traffic::synthetic {

enum class SshProgram : std::uint8_t { scp, sftp };

struct SshFlow {
  SshProgram program = SshProgram::scp;
  Side data_from = Side::server;
  Range size = {20'000, 60'000};  // bytes of the files
};

/// A file copied over SSH (port 22): banners, key exchange, password, then SCP's stream or SFTP's blocks.
void ssh_flow(Scene& scene, Time start, const Site& site, const SshFlow& flow);

}  // namespace traffic::synthetic
