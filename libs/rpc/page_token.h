// Page tokens: where a list goes on, signed, so that nobody makes up a position or takes it to another
// query.
#ifndef DAP_LIBS_RPC_PAGE_TOKEN_H_
#define DAP_LIBS_RPC_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace dap::rpc {

// What makes two list requests the same query: every field but page_size and page_token, and `scope`
// for what else decides the answer (the caller's organisation, their id where the list is theirs).
std::string QueryFingerprint(const google::protobuf::Message& request, absl::string_view scope = "");

// Thread-safe. HMAC-SHA256; a token does not expire.
class PageTokens {
 public:
  // The key is shared by all replicas and at least 32 bytes; INVALID_ARGUMENT otherwise.
  static absl::StatusOr<PageTokens> Create(absl::string_view key);

  // An opaque URL-safe token. `position` is what the next page starts after, in the caller's own
  // form; it is signed but not hidden. An empty position gives an empty token: the last page.
  std::string Sign(absl::string_view fingerprint, absl::string_view position) const;

  // The position; empty for an empty token. INVALID_ARGUMENT for the field page_token with reason
  // PAGE_TOKEN_MALFORMED (not one of ours, or changed) or PAGE_TOKEN_OF_ANOTHER_QUERY.
  absl::StatusOr<std::string> Open(absl::string_view token, absl::string_view fingerprint) const;

 private:
  explicit PageTokens(absl::string_view key) : key_(key) {}
  std::string key_;
};

}  // namespace dap::rpc

#endif  // DAP_LIBS_RPC_PAGE_TOKEN_H_
