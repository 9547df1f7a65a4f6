// HTTPS for calendar apps: GET /calendars/{secret}.ics, without a token. Hides libmicrohttpd.
#ifndef DAP_SERVICES_GATEWAY_DOOR_CALENDAR_DOOR_H_
#define DAP_SERVICES_GATEWAY_DOOR_CALENDAR_DOOR_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace dap::gateway {

// What stands at an address; `calendar` is empty where the app has it already.
struct CalendarAnswer {
  std::string calendar;
  std::string tag;
  std::string content_type;
};

struct CalendarDoorOptions {
  std::string listen;  // "host:port" with a numeric host; port 0 takes a free one
  // PEM texts.
  std::string certificate;
  std::string key;
  int threads = 2;
};

// 200 with ETag, 304 for a known one, 404 for all that is no good secret, alike; 405 for what is
// not GET or HEAD; 429 and 503 with Retry-After. Connections are limited in number, also of one
// address, and end when they are idle. The secret gets into no log and no metric.
class CalendarDoor {
 public:
  // Asked on the door's threads, where it may block for a call; NOT_FOUND is 404, anything else
  // that is no answer 503, but for RATE_LIMITED, which is 429. The address is that of the peer: an
  // IPv4 address, or the network that an IPv6 address is in.
  using Read = std::function<absl::StatusOr<CalendarAnswer>(
      const std::string& address, const std::string& secret, const std::string& known_tag)>;
  // Told once for each answer.
  using Count = std::function<void(int http_status)>;

  // INVALID_ARGUMENT for an address or a certificate that can't be right, UNAVAILABLE
  // (LISTEN_FAILED) where it can't listen there.
  static absl::StatusOr<std::unique_ptr<CalendarDoor>> Start(const CalendarDoorOptions& options,
                                                             Read read, Count count);
  virtual ~CalendarDoor() = default;

  virtual int port() const = 0;
};

// The tag that an If-None-Match names, or "": "W/\"abc\", \"def\"" gives "abc".
std::string KnownTag(const char* if_none_match);

}  // namespace dap::gateway

#endif  // DAP_SERVICES_GATEWAY_DOOR_CALENDAR_DOOR_H_
