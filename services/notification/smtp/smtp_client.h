// Hands e-mails to a mail server.
#ifndef DAP_SERVICES_NOTIFICATION_SMTP_SMTP_CLIENT_H_
#define DAP_SERVICES_NOTIFICATION_SMTP_SMTP_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace dap::notification {

struct SmtpOptions {
  // "smtp://host:port" (STARTTLS where the server offers it) or "smtps://host:port".
  std::string url{};
  // Where the server wants a login; then only over TLS, whatever it offers.
  std::string user{};
  std::string password{};
  // PEM file of the authorities that may vouch for the server; the machine's where empty.
  std::string ca_file{};
  // For one e-mail, the connection included.
  absl::Duration timeout = absl::Seconds(15);
};

// Keeps its connection from one e-mail to the next. Not thread-safe.
class SmtpClient {
 public:
  // INVALID_ARGUMENT (SMTP_URL_INVALID) for a URL of another kind. Connects to nothing yet.
  static absl::StatusOr<std::unique_ptr<SmtpClient>> Create(const SmtpOptions& options);
  ~SmtpClient();
  SmtpClient(const SmtpClient&) = delete;
  SmtpClient& operator=(const SmtpClient&) = delete;

  // Sends `text` (RFC 5322, lines ended by CRLF) from one address to another, neither with angle
  // brackets. Blocks, for at most the timeout. OK once the server has taken it over.
  //   UNAVAILABLE          later it may do: SMTP_4xx (it says so itself), SMTP_LOGIN, SMTP_TLS,
  //                        SMTP_UNREACHABLE for everything before it was asked
  //   FAILED_PRECONDITION  SMTP_5xx: it refuses this e-mail for good
  // No error carries the server's words: they mostly name the address.
  absl::Status Send(const std::string& from, const std::string& to, const std::string& text);

 private:
  struct Handle;
  SmtpClient(SmtpOptions options, std::unique_ptr<Handle> handle);

  const SmtpOptions options_;
  const std::unique_ptr<Handle> handle_;
};

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_SMTP_SMTP_CLIENT_H_
