// Errors as values, each with what its reader needs: a code that says what the caller does next, an
// UPPER_SNAKE reason for programs, a sentence for people, and details.
//
// Which code (after abseil's status.h):
//   Invalid       change the input and send it again
//   Precondition  the state must change first; every unmet condition is named at once
//   NotFound      no such thing, or none that this caller may know of
//   Exists        it is there already
//   Aborted       start the read-modify-write again
//   Denied        this caller may never do this
//   Exhausted     too much at once: wait as long as it says
//   Unavailable   send again as it is
//   Internal      nothing the caller can do; it is logged whole and told little
//
// The details are payloads of absl::Status under the type URLs of google.rpc messages (ErrorInfo
// with domain "dap", BadRequest, PreconditionFailure, RetryInfo, ResourceInfo), serialized;
// libs/rpc sends them on as they are. Pure: no gRPC here, so domain code may use it.
#ifndef DAP_LIBS_STATUS_ERROR_H_
#define DAP_LIBS_STATUS_ERROR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace dap::status {

// One thing wrong. For a field: subject is its path ("cohort.capacity"). For a precondition:
// subject is the name of what is in the way, and reason its UPPER_SNAKE type.
struct Violation {
  std::string subject;
  std::string description;
  std::string reason;
};

// INVALID_ARGUMENT for one field.
absl::Status Invalid(absl::string_view field, absl::string_view reason, absl::string_view message);
// INVALID_ARGUMENT for several fields at once; the first gives the message and the reason.
// Returns OK for an empty list, so that a validator can end with it.
absl::Status InvalidAll(const std::vector<Violation>& fields);

absl::Status Precondition(absl::string_view reason, absl::string_view message);
// FAILED_PRECONDITION that names every unmet condition. OK for an empty list.
absl::Status PreconditionAll(absl::string_view reason, absl::string_view message,
                             const std::vector<Violation>& unmet);

// `type` is the resource's type in the glossary's words ("cohort"), `name` its resource name.
absl::Status NotFound(absl::string_view type, absl::string_view name);
absl::Status Exists(absl::string_view type, absl::string_view name, absl::string_view message);
absl::Status Aborted(absl::string_view reason, absl::string_view message);
absl::Status Denied(absl::string_view reason, absl::string_view message);
absl::Status Unauthenticated(absl::string_view reason, absl::string_view message);
absl::Status Exhausted(absl::string_view reason, absl::string_view message,
                       absl::Duration retry_after);
absl::Status Unavailable(absl::string_view reason, absl::string_view message);
// `message` is for the log: libs/rpc replaces it before it leaves the process.
absl::Status Internal(absl::string_view message);

// What an error carries; empty where it carries none.
std::string Reason(const absl::Status& status);
std::vector<Violation> Violations(const absl::Status& status);
absl::Duration RetryAfter(const absl::Status& status);

}  // namespace dap::status

#endif  // DAP_LIBS_STATUS_ERROR_H_
