// An e-mail as RFC 5322 wants it, and when to try again. Pure.
#ifndef DAP_SERVICES_NOTIFICATION_DOMAIN_MAIL_H_
#define DAP_SERVICES_NOTIFICATION_DOMAIN_MAIL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"

namespace dap::notification {

// A file that goes with a mail.
struct Attachment {
  std::string file_name;     // plain words and a dot
  std::string content_type;  // as a header's content
  std::string content;
};

struct Mail {
  std::string from;       // an address, IsUsableAddress
  std::string from_name;  // what people call the sender; may be empty
  std::string to;         // an address, IsUsableAddress
  std::string to_name;    // may be empty; anything at all
  std::string subject;    // anything at all
  std::string body;       // UTF-8, lines ended by LF
  absl::Time date;
  // Gives the Message-ID with the sender's domain: the same id is the same e-mail sent again, which
  // mail programs recognise.
  id::Uuid message;
  std::optional<Attachment> attachment = std::nullopt;
};

// local@domain of printable ASCII without spaces, quotes, brackets or commas: what can stand in a
// header and in an SMTP command as it is. Stricter than RFC 5321; quoted and international local
// parts are no addresses here.
bool IsUsableAddress(absl::string_view address);

// Header and body, lines ended by CRLF, none longer than 78 characters but for an address. Names
// and subject cannot make a header of their own: they are encoded (RFC 2047) unless they are plain
// words, and control characters become spaces. Body and attachment are base64, so any text passes
// any server; with an attachment the mail is multipart/mixed.
std::string Compose(const Mail& mail);

// A subject, or the name before an address.
enum class HeaderPlace { kText, kName };

// A text as a header's content, from after `taken` characters of its line on: as it is where it is
// short and plain, else as encoded words of UTF-8, cut between characters and folded.
std::string EncodeHeader(absl::string_view text, HeaderPlace place, size_t taken);

// How long to wait after the `attempts`th failed one: a minute, doubled each time, at most 4 hours.
// Nothing once it is not worth it any more: `age` over two days.
std::optional<absl::Duration> RetryAfter(int attempts, absl::Duration age);

}  // namespace dap::notification

#endif  // DAP_SERVICES_NOTIFICATION_DOMAIN_MAIL_H_
