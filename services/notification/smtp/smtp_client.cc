#include "services/notification/smtp/smtp_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/status/error.h"

namespace dap::notification {
namespace {

size_t ReadSome(char* buffer, size_t size, size_t count, void* source) {
  auto* rest = static_cast<absl::string_view*>(source);
  const size_t taken = std::min(size * count, rest->size());
  std::memcpy(buffer, rest->data(), taken);
  rest->remove_prefix(taken);
  return taken;
}

size_t Discard(char*, size_t size, size_t count, void*) { return size * count; }

absl::Status Later(absl::string_view reason) {
  return status::Unavailable(reason, "The mail server did not take the e-mail; it is tried again.");
}

}  // namespace

struct SmtpClient::Handle {
  CURL* curl;
  explicit Handle(CURL* made) : curl(made) {}
  ~Handle() { curl_easy_cleanup(curl); }
};

namespace {

// What the server's last word means, where the transfer ended with `result`.
absl::Status Verdict(CURL* curl, CURLcode result) {
  if (result == CURLE_OK) return absl::OkStatus();
  long code = 0;  // NOLINT(google-runtime-int): libcurl's type
  curl_off_t uploaded = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &uploaded);
  if (result == CURLE_LOGIN_DENIED) return Later("SMTP_LOGIN");
  if (result == CURLE_USE_SSL_FAILED || result == CURLE_SSL_CONNECT_ERROR ||
      result == CURLE_PEER_FAILED_VERIFICATION) {
    return Later("SMTP_TLS");
  }
  // Sender, recipient or data refused, or the text after it was sent. A server that greets with a
  // refusal, or drops the line, says nothing of this e-mail.
  const bool about_this =
      result == CURLE_SEND_ERROR || (result == CURLE_WEIRD_SERVER_REPLY && uploaded > 0);
  if (!about_this || code < 400 || code > 599) return Later("SMTP_UNREACHABLE");
  const std::string reason = absl::StrCat("SMTP_", code);
  if (code < 500) return Later(reason);
  return status::Precondition(reason, "The mail server refuses this e-mail for good.");
}

}  // namespace

SmtpClient::SmtpClient(SmtpOptions options, std::unique_ptr<Handle> handle)
    : options_(std::move(options)), handle_(std::move(handle)) {}
SmtpClient::~SmtpClient() = default;

absl::StatusOr<std::unique_ptr<SmtpClient>> SmtpClient::Create(const SmtpOptions& options) {
  if (!absl::StartsWith(options.url, "smtp://") && !absl::StartsWith(options.url, "smtps://")) {
    return status::Invalid("smtp_url", "SMTP_URL_INVALID",
                           "must be smtp://host:port or smtps://host:port");
  }
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = ready == CURLE_OK ? curl_easy_init() : nullptr;
  if (curl == nullptr) return status::Internal("libcurl does not start");
  return std::unique_ptr<SmtpClient>(new SmtpClient(options, std::make_unique<Handle>(curl)));
}

absl::Status SmtpClient::Send(const std::string& from, const std::string& to,
                              const std::string& text) {
  CURL* curl = handle_->curl;
  curl_easy_reset(curl);  // keeps the connection
  absl::string_view rest = text;
  curl_slist* recipients = curl_slist_append(nullptr, absl::StrCat("<", to, ">").c_str());
  curl_easy_setopt(curl, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, absl::ToInt64Milliseconds(options_.timeout));
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(  // NOLINT(google-runtime-int): libcurl's type
                       options_.user.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!options_.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (!options_.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, options_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, options_.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, absl::StrCat("<", from, ">").c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &ReadSome);
  curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Discard);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  const absl::Status verdict = Verdict(curl, curl_easy_perform(curl));
  curl_slist_free_all(recipients);
  return verdict;
}

}  // namespace dap::notification
