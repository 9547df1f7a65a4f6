#include "libs/db/testing/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/match.h"

namespace dap::db::testing {
namespace {

constexpr int kLookMillis = 20;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool SendAll(int to, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(int target, absl::string_view text, bool deliver)
    : target_(target), text_(text), deliver_(deliver) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof(address);
  bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
  listen(listener_, 16);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

CuttingProxy::~CuttingProxy() {
  stop_ = true;
  acceptor_.join();
  for (std::thread& relay : relays_) relay.join();
  close(listener_);
}

void CuttingProxy::Accept() {
  while (!stop_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, kLookMillis) != 1) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) relays_.emplace_back([this, client] { Relay(client); });
  }
}

void CuttingProxy::Relay(int client) const {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(target_);
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  bool answer_lost = false;
  std::vector<char> buffer(65536);
  while (open && !stop_) {
    pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    poll(ends, 2, kLookMillis);
    for (int i = 0; i < 2 && open; ++i) {
      if ((ends[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      const ssize_t got = recv(ends[i].fd, buffer.data(), buffer.size(), 0);
      const absl::string_view bytes(buffer.data(), got > 0 ? static_cast<size_t>(got) : 0);
      if (i == 0 && absl::StrContains(bytes, text_)) {
        answer_lost = true;
        if (!deliver_) break;
      }
      // The server's answer to it says that it is done; the client never hears of it.
      open = got > 0 && !(i == 1 && answer_lost) && SendAll(i == 0 ? server : client, bytes);
    }
    if (answer_lost && !deliver_) open = false;
  }
  close(client);
  close(server);
}

}  // namespace dap::db::testing
