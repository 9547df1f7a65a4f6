#include "libs/rpc/listen_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/status/error.h"

namespace dap::rpc {
namespace {

absl::Status Failed(const std::string& listen, absl::string_view cause) {
  return status::Unavailable("LISTEN_FAILED",
                             absl::StrCat("cannot listen on ", listen, ": ", cause));
}

// 0, or the errno of what failed.
int TryToListen(const addrinfo& address) {
  const int socket_fd = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return errno;
  // As gRPC does: an address is free although connections of an earlier server linger.
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool listens =
      bind(socket_fd, address.ai_addr, address.ai_addrlen) == 0 && ::listen(socket_fd, 1) == 0;
  const int cause = listens ? 0 : errno;
  close(socket_fd);
  return cause;
}

}  // namespace

absl::Status CheckListenAddress(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return Failed(listen, "it is not host:port");
  absl::string_view host = absl::string_view(listen).substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int code =
      getaddrinfo(std::string(host).c_str(), listen.c_str() + colon + 1, &hints, &found);
  if (code != 0) return Failed(listen, gai_strerror(code));
  // One address that works is enough, as it is for gRPC.
  int cause = EADDRNOTAVAIL;
  for (const addrinfo* address = found; address != nullptr && cause != 0;
       address = address->ai_next) {
    cause = TryToListen(*address);
  }
  freeaddrinfo(found);
  return cause == 0 ? absl::OkStatus() : Failed(listen, std::strerror(cause));
}

}  // namespace dap::rpc
