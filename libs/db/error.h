// What went wrong, in terms of what to do next. The server's error code decides, never its text;
// its text, without what it quotes, goes only into INTERNAL messages, which are logged and not sent
// on.
#ifndef DAP_LIBS_DB_ERROR_H_
#define DAP_LIBS_DB_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace dap::db {

// A row with one of the unique keys is there already. Only the statement was undone: the
// transaction may go on.
bool IsDuplicateKey(const absl::Status& status);

// Nobody knows whether the commit happened: the connection was lost while it was under way. Send
// the request again with the same request id, which finds out.
bool IsCommitOutcomeUnknown(const absl::Status& status);

enum class ErrorClass {
  kDuplicateKey,
  kReferenceBroken,
  kCheckViolated,
  kConflict,     // the transaction is undone or must be; run it again
  kLost,         // the session is gone
  kUnavailable,  // the server refuses work for now; the session may live
  kOther,
};

// Of a server's or client library's error code.
ErrorClass Classify(int code);
// `sqlstate` and `text` are the server's; the first may be empty.
absl::Status ToStatus(int code, absl::string_view sqlstate, absl::string_view text);
// `text` with an ellipsis for all from its first quotation mark to its last (columns' names, in
// backticks, stay). What a server quotes may be anybody's name.
std::string WithoutQuotes(absl::string_view text);
absl::Status CommitOutcomeUnknown();

}  // namespace dap::db

#endif  // DAP_LIBS_DB_ERROR_H_
