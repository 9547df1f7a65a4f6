#include "services/notification/domain/mail.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace dap::notification {
namespace {

constexpr size_t kLine = 76;
// RFC 2047: an encoded word has at most 75 characters, of which "=?UTF-8?B?" and "?=" are 12; 63
// are left, so 15 groups of base64, 45 bytes.
constexpr size_t kWordBytes = 45;
// What RFC 5322 lets stand in a name without quotes, besides letters and digits.
constexpr absl::string_view kAtoms = "!#$%&'*+-/=?^_`{|}~";
constexpr absl::Duration kLongestWait = absl::Hours(4);
constexpr absl::Duration kWorthwhile = absl::Hours(48);

bool IsPlain(absl::string_view text, HeaderPlace place) {
  if (absl::StrContains(text, "=?")) return false;  // would be read as an encoded word
  return std::all_of(text.begin(), text.end(), [place](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ' ' ||
           (place == HeaderPlace::kText ? absl::ascii_isprint(static_cast<unsigned char>(c))
                                        : kAtoms.find(c) != absl::string_view::npos);
  });
}

std::string WithoutControls(absl::string_view text) {
  std::string clean(text);
  std::replace_if(
      clean.begin(), clean.end(), [](unsigned char c) { return absl::ascii_iscntrl(c); }, ' ');
  return std::string(absl::StripAsciiWhitespace(clean));
}

// As much of `text` as an encoded word holds, ending where a UTF-8 character ends.
absl::string_view NextWord(absl::string_view text, size_t most) {
  size_t size = std::min(text.size(), most);
  while (size < text.size() && size > 1 &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  return text.substr(0, size);
}

std::string Mailbox(absl::string_view name, absl::string_view address, size_t taken) {
  const std::string encoded = EncodeHeader(name, HeaderPlace::kName, taken);
  if (encoded.empty()) return absl::StrCat("<", address, ">");
  return absl::StrCat(encoded, "\r\n <", address, ">");
}

std::string Base64Lines(absl::string_view body) {
  const std::string crlf = absl::StrReplaceAll(body, {{"\r\n", "\r\n"}, {"\n", "\r\n"}});
  const std::string encoded = absl::Base64Escape(crlf);
  std::string lines;
  for (size_t at = 0; at < encoded.size(); at += kLine) {
    absl::StrAppend(&lines, encoded.substr(at, kLine), "\r\n");
  }
  return lines;
}

std::string TextPart(const Mail& mail) {
  return absl::StrCat(
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "\r\n",
      Base64Lines(mail.body));
}

// Base64 holds no hyphens, so no part holds the boundary.
std::string Parts(const Mail& mail) {
  const std::string boundary = absl::StrCat("part-", mail.message.ToString());
  const Attachment& file = *mail.attachment;
  return absl::StrCat("Content-Type: multipart/mixed; boundary=\"", boundary, "\"\r\n\r\n--",
                      boundary, "\r\n", TextPart(mail), "--", boundary, "\r\n",
                      "Content-Type: ", file.content_type, "\r\n",
                      "Content-Disposition: attachment; filename=\"", file.file_name, "\"\r\n",
                      "Content-Transfer-Encoding: base64\r\n\r\n", Base64Lines(file.content), "--",
                      boundary, "--\r\n");
}

}  // namespace

bool IsUsableAddress(absl::string_view address) {
  const size_t at = address.find('@');
  if (at == absl::string_view::npos || at == 0 || at > 64 || at + 1 == address.size() ||
      address.size() > 254 || address.find('@', at + 1) != absl::string_view::npos) {
    return false;
  }
  return std::all_of(address.begin(), address.end(), [](unsigned char c) {
    return absl::ascii_isgraph(c) &&
           absl::string_view("\"(),:;<>[]\\").find(static_cast<char>(c)) == absl::string_view::npos;
  });
}

std::string EncodeHeader(absl::string_view text, HeaderPlace place, size_t taken) {
  const std::string clean = WithoutControls(text);
  if (IsPlain(clean, place) && taken + clean.size() <= kLine) return clean;
  std::string encoded;
  absl::string_view rest = clean;
  // The first word shares its line with the header's name.
  size_t most = kWordBytes - std::min<size_t>(taken, 30);
  while (!rest.empty()) {
    const absl::string_view word = NextWord(rest, most);
    absl::StrAppend(&encoded, encoded.empty() ? "" : "\r\n ", "=?UTF-8?B?",
                    absl::Base64Escape(word), "?=");
    rest.remove_prefix(word.size());
    most = kWordBytes;
  }
  return encoded;
}

std::string Compose(const Mail& mail) {
  const std::string domain = mail.from.substr(mail.from.find('@') + 1);
  return absl::StrCat(
      "From: ", Mailbox(mail.from_name, mail.from, 6), "\r\n",
      "To: ", Mailbox(mail.to_name, mail.to, 4), "\r\n",
      "Subject: ", EncodeHeader(mail.subject, HeaderPlace::kText, 9), "\r\n",
      "Date: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", mail.date, absl::UTCTimeZone()),
      "\r\n", "Message-ID: <", mail.message.ToString(), "@", domain, ">\r\n",
      // RFC 3834: keeps out-of-office answers away.
      "Auto-Submitted: auto-generated\r\n", "MIME-Version: 1.0\r\n",
      mail.attachment ? Parts(mail) : TextPart(mail));
}

std::optional<absl::Duration> RetryAfter(int attempts, absl::Duration age) {
  if (age > kWorthwhile) return std::nullopt;
  absl::Duration wait = absl::Minutes(1);
  for (int i = 1; i < attempts && wait < kLongestWait; ++i) wait *= 2;
  return std::min(wait, kLongestWait);
}

}  // namespace dap::notification
