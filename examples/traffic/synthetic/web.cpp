#include "traffic/synthetic/web.hpp"

#include <array>
#include <string>

#include "traffic/synthetic/tcp.hpp"
#include "traffic/synthetic/tls.hpp"

namespace traffic::synthetic {
namespace {

constexpr std::array<std::string_view, 3> kBrowsers = {
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0 Safari/537.36",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:37.0) Gecko/20100101 Firefox/37.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_2) AppleWebKit/600.4.10 (KHTML, like Gecko) Safari/600.4"};

std::string hex(Random& random, int digits) {
  std::string result;
  for (int i = 0; i < digits; ++i) result += "0123456789abcdef"[random.below(16)];
  return result;
}

std::string request(Random& random, const HttpFlow& flow, std::string_view host, std::string_view browser) {
  std::string text = "GET " + std::string(flow.path) + hex(random, 16) + " HTTP/1.1\r\n";
  text += "Host: " + std::string(host) + "\r\n";
  text += "Connection: keep-alive\r\nUser-Agent: " + std::string(browser) + "\r\n";
  text += "Accept: */*\r\nAccept-Encoding: gzip, deflate\r\n";
  if (random.chance(60)) text += "Cookie: sid=" + hex(random, 32) + "\r\n";
  return text + "\r\n";
}

std::string response_head(Random& random, const HttpFlow& flow, std::uint32_t size) {
  std::string text = "HTTP/1.1 200 OK\r\nServer: nginx\r\n";
  text += "Content-Type: " + std::string(flow.content_type) + "\r\n";
  text += "Content-Length: " + std::to_string(size) + "\r\n";
  text += "ETag: \"" + hex(random, 12) + "\"\r\nCache-Control: max-age=3600\r\n";
  return text + "Connection: keep-alive\r\n\r\n";
}

Time look_up(Scene& scene, const Server& server, Time start) {
  constexpr std::uint32_t kNotCached = 65;
  return scene.random.chance(kNotCached) ? resolve(scene, server, start) : start;
}

}  // namespace

void tls_flow(Scene& scene, Time start, const Site& site, const TlsFlow& flow) {
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, flow.port, look_up(scene, server, start));
  TlsSession tls(tcp, site.tls);
  tls.handshake();
  tls.pause(scene.random.skewed({500, 80'000}));
  play(tls, flow.rhythm);
  tls.close(scene.random.chance(70) ? Side::client : Side::server);
}

void http_flow(Scene& scene, Time start, const Site& site, const HttpFlow& flow) {
  Random& random = scene.random;
  const Server server = choose_server(scene, site);
  TcpConversation tcp(scene, server, 80, look_up(scene, server, start));
  const std::string_view browser = random.pick(kBrowsers);
  for (std::uint32_t i = random.between(flow.requests); i > 0; --i) {
    tcp.send(Side::client, bytes_of(request(random, flow, server.name, browser)));
    tcp.pause(random.skewed({1'000, 60'000}));
    const std::uint32_t size = random.skewed(flow.body);
    const std::string head = response_head(random, flow, size);
    tcp.send(Side::server, joined(bytes_of(head), random.bytes(size)));
    tcp.pause(random.skewed(flow.pause));
  }
  tcp.close(random.chance(60) ? Side::server : Side::client);
}

}  // namespace traffic::synthetic
