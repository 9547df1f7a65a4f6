#include "libs/auth/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/status/error.h"

namespace dap::auth {
namespace {

absl::Status Failed(absl::string_view what, absl::string_view why) {
  return status::Unavailable("KEYS_UNAVAILABLE",
                             absl::StrCat("Cannot read the token keys from ", what, ": ", why));
}

size_t Append(char* data, size_t size, size_t count, void* out) {
  auto* text = static_cast<std::string*>(out);
  if (text->size() + size * count > kMaxFetchBytes) return 0;  // ends the transfer
  text->append(data, size * count);
  return size * count;
}

int StopWanted(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

// `host` as it stands in a URL, without the port.
bool IsLoopback(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) return ntohl(address.s_addr) >> 24 == 127;
  return host == "localhost" || host == "[::1]";
}

}  // namespace

bool IsSafeToFetch(absl::string_view url) {
  if (absl::StartsWith(url, "https://")) return true;
  if (!absl::ConsumePrefix(&url, "http://")) return false;
  const absl::string_view authority = url.substr(0, url.find_first_of("/?#"));
  // With a user's name in it, or anything else odd, the host is elsewhere than it seems.
  const size_t port = authority.find_last_not_of("0123456789");
  const bool has_port = port != absl::string_view::npos && authority[port] == ':';
  return IsLoopback(std::string(has_port ? authority.substr(0, port) : authority));
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxFetchBytes + 1, '\0');
  if (!in) return Failed(path, "no such file, or not readable");
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || in.gcount() == 0) return Failed(path, "it is empty or cannot be read");
  if (static_cast<size_t>(in.gcount()) > kMaxFetchBytes) return Failed(path, "it is over 1 MB");
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

absl::StatusOr<std::string> Fetch(const std::string& url, const std::string& ca_file,
                                  absl::Duration timeout, const std::atomic<bool>& stop) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (ready != CURLE_OK || !curl) return Failed(url, "libcurl does not start");
  std::string text;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, absl::ToInt64Milliseconds(timeout));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, &StopWanted);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &stop);
  if (!ca_file.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file.c_str());
  const CURLcode result = curl_easy_perform(curl.get());
  if (result != CURLE_OK) return Failed(url, curl_easy_strerror(result));
  long code = 0;  // NOLINT(google-runtime-int): libcurl's type
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &code);
  if (code != 200) return Failed(url, absl::StrCat("it answers ", code));
  return text;
}

}  // namespace dap::auth
