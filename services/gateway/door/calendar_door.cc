#include "services/gateway/door/calendar_door.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::gateway {
namespace {

constexpr absl::string_view kFolder = "/calendars/";
constexpr absl::string_view kSuffix = ".ics";
constexpr size_t kLongestSecret = 200;
constexpr unsigned int kConnections = 512;
// Many, as a load balancer is one address.
constexpr unsigned int kConnectionsOfAnAddress = 256;
constexpr unsigned int kIdleSeconds = 15;
constexpr size_t kBytesAConnection = 16 * 1024;

struct Address {
  sockaddr_storage storage = {};
};

absl::StatusOr<Address> ParseListen(absl::string_view listen) {
  const size_t colon = listen.rfind(':');
  int port = -1;
  Address address;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(listen.substr(colon + 1), &port) ||
      port < 0 || port > 65535) {
    return status::Invalid("--calendar_listen", "FLAG_INVALID", "must be host:port");
  }
  std::string host(listen.substr(0, colon));
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(port));
  } else if (inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(port));
  } else {
    return status::Invalid("--calendar_listen", "FLAG_INVALID", "the host must be an IP address");
  }
  return address;
}

// Who asks: an IPv4 address, or the network that an IPv6 address is in, as a household has 2^64.
std::string CallerOf(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == nullptr || info->client_addr == nullptr) return "";
  if (info->client_addr->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(info->client_addr);
    return std::string(reinterpret_cast<const char*>(&v4->sin_addr), sizeof(v4->sin_addr));
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(info->client_addr);
  return std::string(reinterpret_cast<const char*>(&v6->sin6_addr), 8);
}

// Empty where the path is no calendar's. Such a secret is asked for all the same: the work tells
// nothing.
std::string SecretOf(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, kFolder) || !absl::ConsumeSuffix(&path, kSuffix) ||
      path.size() > kLongestSecret) {
    return "";
  }
  return std::string(path);
}

struct Reply {
  unsigned int code = MHD_HTTP_SERVICE_UNAVAILABLE;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
  std::string tag;
  int retry_after_seconds = 0;
};

Reply Refusal(unsigned int code, std::string body, int retry_after_seconds = 0) {
  Reply reply;
  reply.code = code;
  reply.body = std::move(body);
  reply.retry_after_seconds = retry_after_seconds;
  return reply;
}

MHD_Result Send(MHD_Connection* connection, const Reply& reply) {
  MHD_Response* response = MHD_create_response_from_buffer(
      reply.body.size(), const_cast<char*>(reply.body.data()), MHD_RESPMEM_MUST_COPY);
  if (response == nullptr) return MHD_NO;
  const auto header = [response](const char* name, const std::string& value) {
    MHD_add_response_header(response, name, value.c_str());
  };
  header(MHD_HTTP_HEADER_CONTENT_TYPE, reply.content_type);
  // An app's own copy may be 15 minutes old; nobody in between keeps one.
  header(MHD_HTTP_HEADER_CACHE_CONTROL, reply.tag.empty() ? "no-store" : "private, max-age=900");
  header("X-Content-Type-Options", "nosniff");
  header("Referrer-Policy", "no-referrer");
  if (!reply.tag.empty()) header(MHD_HTTP_HEADER_ETAG, absl::StrCat("\"", reply.tag, "\""));
  if (reply.code == MHD_HTTP_METHOD_NOT_ALLOWED) header(MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  if (reply.retry_after_seconds > 0) {
    header(MHD_HTTP_HEADER_RETRY_AFTER, absl::StrCat(reply.retry_after_seconds));
  }
  const MHD_Result queued = MHD_queue_response(connection, reply.code, response);
  MHD_destroy_response(response);
  return queued;
}

class MicrohttpdDoor final : public CalendarDoor {
 public:
  MicrohttpdDoor(Read read, Count count) : read_(std::move(read)), count_(std::move(count)) {}
  ~MicrohttpdDoor() override {
    if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
  }

  absl::Status Listen(const CalendarDoorOptions& options) {
    ASSIGN_OR_RETURN(Address address, ParseListen(options.listen));
    const unsigned int flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS |
        (address.storage.ss_family == AF_INET6 ? static_cast<unsigned int>(MHD_USE_IPv6) : 0U);
    daemon_ =
        MHD_start_daemon(flags, 0, nullptr, nullptr, &MicrohttpdDoor::Answer, this,  //
                         MHD_OPTION_SOCK_ADDR, reinterpret_cast<sockaddr*>(&address.storage),
                         MHD_OPTION_HTTPS_MEM_KEY, options.key.c_str(),           //
                         MHD_OPTION_HTTPS_MEM_CERT, options.certificate.c_str(),  //
                         MHD_OPTION_HTTPS_PRIORITIES, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
                         MHD_OPTION_THREAD_POOL_SIZE, static_cast<unsigned int>(options.threads),
                         MHD_OPTION_CONNECTION_LIMIT, kConnections,                    //
                         MHD_OPTION_PER_IP_CONNECTION_LIMIT, kConnectionsOfAnAddress,  //
                         MHD_OPTION_CONNECTION_TIMEOUT, kIdleSeconds,                  //
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, kBytesAConnection,        //
                         MHD_OPTION_END);
    if (daemon_ == nullptr) {
      return status::Unavailable(
          "LISTEN_FAILED", absl::StrCat("Cannot serve calendars on ", options.listen,
                                        ". Check that the address is this machine's and free, and "
                                        "that certificate and key belong together."));
    }
    return absl::OkStatus();
  }

  int port() const override {
    const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT);
    return info == nullptr ? 0 : info->port;
  }

 private:
  // Called once with the headers, then again until a body, which nobody wants, has been read.
  static MHD_Result Answer(void* self, MHD_Connection* connection, const char* url,
                           const char* method, const char* /*version*/, const char* /*upload*/,
                           size_t* upload_size, void** seen) {
    static char marker;
    if (*seen == nullptr) {
      *seen = &marker;
      return MHD_YES;
    }
    if (*upload_size != 0) {
      *upload_size = 0;
      return MHD_YES;
    }
    const MicrohttpdDoor& door = *static_cast<MicrohttpdDoor*>(self);
    const Reply reply = door.ReplyTo(connection, url, method);
    door.count_(static_cast<int>(reply.code));
    return Send(connection, reply);
  }

  Reply ReplyTo(MHD_Connection* connection, const char* url, const char* method) const {
    if (std::strcmp(method, "GET") != 0 && std::strcmp(method, "HEAD") != 0) {
      return Refusal(MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
    }
    const std::string known = KnownTag(
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH));
    const std::string secret = SecretOf(url);
    absl::StatusOr<CalendarAnswer> answer =
        read_(CallerOf(connection), secret.empty() ? "-" : secret, known);
    if (status::Reason(answer.status()) == "RATE_LIMITED") {
      const int wait = static_cast<int>(
          absl::ToInt64Seconds(absl::Ceil(status::RetryAfter(answer.status()), absl::Seconds(1))));
      return Refusal(MHD_HTTP_TOO_MANY_REQUESTS, "Ask less often.\n", wait > 0 ? wait : 1);
    }
    if (absl::IsNotFound(answer.status()) || absl::IsInvalidArgument(answer.status())) {
      return Refusal(MHD_HTTP_NOT_FOUND, "There is no such calendar.\n");
    }
    if (!answer.ok()) {
      return Refusal(MHD_HTTP_SERVICE_UNAVAILABLE, "Ask again later.\n", 60);
    }
    Reply reply;
    reply.code = answer->calendar.empty() ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK;
    reply.body = std::move(answer->calendar);
    reply.content_type = std::move(answer->content_type);
    reply.tag = std::move(answer->tag);
    return reply;
  }

  const Read read_;
  const Count count_;
  MHD_Daemon* daemon_ = nullptr;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CalendarDoor>> CalendarDoor::Start(
    const CalendarDoorOptions& options, Read read, Count count) {
  auto door = std::make_unique<MicrohttpdDoor>(std::move(read), std::move(count));
  RETURN_IF_ERROR(door->Listen(options));
  return std::unique_ptr<CalendarDoor>(std::move(door));
}

std::string KnownTag(const char* if_none_match) {
  if (if_none_match == nullptr) return "";
  absl::string_view rest(if_none_match);
  const size_t begin = rest.find('"');
  if (begin == absl::string_view::npos) return "";
  rest.remove_prefix(begin + 1);
  const size_t end = rest.find('"');
  return end == absl::string_view::npos ? "" : std::string(rest.substr(0, end));
}

}  // namespace dap::gateway
