// Moving, changing and calling off gatherings, and what people answer to their invitations.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_CHANGE_SESSION_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_CHANGE_SESSION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/operations/sessions.h"
#include "services/enrolment/operations/work.h"

namespace dap::enrolment {

// What a coach wants of a session: `apply` changes what the mask names and may refuse. An empty
// etag means whatever it is now.
struct SessionChange {
  std::string etag;
  std::function<absl::Status(Session&)> apply;
};

// By a coach. NOT_FOUND (SESSION_NOT_FOUND), ABORTED (ETAG_MISMATCH), FAILED_PRECONDITION
// (SESSION_FIXED), INVALID_ARGUMENT as CheckWanted has it. What changes nothing is not written.
absl::StatusOr<Session> UpdateSession(Work& work, const SessionKey& key, const Caller& caller,
                                      const SessionChange& change);

// By a coach. NOT_FOUND (SESSION_NOT_FOUND), FAILED_PRECONDITION (SESSION_FIXED).
absl::StatusOr<Session> CancelSession(Work& work, const SessionKey& key, const Caller& caller,
                                      absl::string_view reason);
// Calls off what a cohort, which is locked, still has ahead and `which` says yes to.
absl::Status CancelComing(Work& work, const Cohort& cohort, absl::string_view reason,
                          const std::function<bool(const Session&)>& which);

// The caller, who takes part, says whether they come. PERMISSION_DENIED (NOT_IN_COHORT), NOT_FOUND
// (SESSION_NOT_FOUND), FAILED_PRECONDITION (SESSION_CLOSED).
absl::StatusOr<Session> AnswerSession(Work& work, const SessionKey& key, const Caller& caller,
                                      SessionAnswer answer);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_CHANGE_SESSION_H_
