#include "traffic/synthetic/ftp.hpp"

#include "traffic/synthetic/tcp.hpp"
#include "traffic/synthetic/tls.hpp"

namespace traffic::synthetic {
namespace {

/// A command and its answer within TLS, as many bytes as the text would have.
void command(TlsSession& control, std::uint32_t request, std::uint32_t reply) {
  control.send(Side::client, request);
  control.pause(control.random().skewed({400, 20'000}));
  control.send(Side::server, reply);
  control.pause(control.random().skewed({300, 30'000}));
}

}  // namespace

void ftps_flow(Scene& scene, Time start, const Site& site, const FtpsFlow& flow) {
  Random& random = scene.random;
  const Server server = choose_server(scene, site);
  TcpConversation control_tcp(scene, server, 21, resolve(scene, server, start));
  control_tcp.pause(random.skewed({1'000, 30'000}));
  control_tcp.send(Side::server, bytes_of("220 (vsFTPd 3.0.2)\r\n"));
  control_tcp.send(Side::client, bytes_of("AUTH TLS\r\n"));
  control_tcp.send(Side::server, bytes_of("234 Proceed with negotiation.\r\n"));
  TlsSession control(control_tcp, site.tls);
  control.handshake();

  command(control, 5 + random.between({4, 12}), 34);  // USER
  command(control, 5 + random.between({8, 16}), 23);  // PASS
  command(control, 8, 31);                            // TYPE I
  command(control, 8, 16);                            // PBSZ 0
  command(control, 8, 38);                            // PROT P
  command(control, 6, random.between({46, 52}));      // PASV and the address
  control.send(Side::client, 6 + random.between({6, 40}));
  control.pause(milliseconds(1));

  TlsProfile data_profile = site.tls;
  data_profile.resumed_percent = 100;  // servers insist on the session of the control connection
  const auto data_port = static_cast<std::uint16_t>(random.between({45'600, 46'999}));
  TcpConversation data_tcp(scene, server, data_port, control.now());
  TlsSession data(data_tcp, data_profile);
  data.handshake();
  control.pause(data.now() - control.now());
  control.send(Side::server, random.between({40, 90}));  // 150
  data.send(flow.data_from, random.skewed(flow.size));
  data.close(flow.data_from);

  control.pause(data.now() - control.now() + milliseconds(2));
  control.send(Side::server, 24);  // 226
  command(control, 6, 14);         // QUIT
  control.close(Side::server);
}

}  // namespace traffic::synthetic
