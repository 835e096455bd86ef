#include "traffic/synthetic/mail.hpp"

#include <string>

#include "traffic/synthetic/rhythm.hpp"
#include "traffic/synthetic/tcp.hpp"
#include "traffic/synthetic/tls.hpp"

namespace traffic::synthetic {
namespace {

void line(TcpConversation& tcp, Side from, const std::string& text) {
  tcp.pause(tcp.random().skewed({300, 25'000}));
  tcp.send(from, bytes_of(text + "\r\n"));
}

/// The commands that log in and choose, then the messages.
void mailbox(TcpConversation& tcp, const TlsProfile& profile, Range size) {
  TlsSession tls(tcp, profile);
  tls.handshake();
  const Rhythm log_in = {.rounds = {3, 4}, .up = {12, 60}, .down = {20, 180}, .pause = {500, 60'000}};
  const Rhythm fetch = {.rounds = {2, 5}, .up = {12, 48}, .down = size, .pause = {1'000, 900'000}};
  play(tls, log_in);
  play(tls, fetch);
  tls.close(Side::client);
}

}  // namespace

void smtp_flow(Scene& scene, Time start, const Site& site, Range size) {
  Random& random = scene.random;
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, 587, resolve(scene, server, start));
  line(tcp, Side::server, "220 " + server.name + " ESMTP Postfix");
  line(tcp, Side::client, "EHLO [" + std::to_string(random.between({2, 250})) + ".client.example]");
  line(tcp, Side::server,
       "250-" + server.name + "\r\n250-SIZE 35882577\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 PIPELINING");
  line(tcp, Side::client, "STARTTLS");
  line(tcp, Side::server, "220 2.0.0 Ready to start TLS");
  TlsSession tls(tcp, site.tls);
  tls.handshake();
  // EHLO, AUTH, MAIL, RCPT and DATA; the message; QUIT.
  play(tls, {.rounds = {5, 6}, .up = {16, 72}, .down = {14, 160}, .pause = {500, 40'000}});
  tls.send(Side::client, random.skewed(size));
  tls.pause(random.skewed({10'000, 300'000}));
  tls.send(Side::server, random.between({30, 70}));
  play(tls, {.rounds = {1, 1}, .up = {6, 6}, .down = {15, 48}, .pause = {500, 9'000}});
  tls.close(Side::server);
}

void imap_flow(Scene& scene, Time start, const Site& site, Range size) {
  const bool implicit = scene.random.chance(60);
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, implicit ? 993 : 143, resolve(scene, server, start));
  if (!implicit) {
    line(tcp, Side::server, "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] " + server.name + " ready.");
    line(tcp, Side::client, "1 STARTTLS");
    line(tcp, Side::server, "1 OK Begin TLS negotiation now.");
  }
  mailbox(tcp, site.tls, size);
}

void pop3_flow(Scene& scene, Time start, const Site& site, Range size) {
  const bool implicit = scene.random.chance(50);
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, implicit ? 995 : 110, resolve(scene, server, start));
  if (!implicit) {
    line(tcp, Side::server, "+OK " + server.name + " POP3 ready");
    line(tcp, Side::client, "STLS");
    line(tcp, Side::server, "+OK Begin TLS negotiation");
  }
  mailbox(tcp, site.tls, size);
}

}  // namespace traffic::synthetic
