// Who may see and change what belongs to an enrolment: the relations, in one place.
#ifndef DAP_SERVICES_GOALS_ACCESS_H_
#define DAP_SERVICES_GOALS_ACCESS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/id/uuid.h"
#include "libs/roster/roster.h"
#include "libs/rpc/call.h"
#include "libs/time/clock.h"
#include "services/goals/domain/enrolment_key.h"
#include "services/goals/store/private_read_store.h"

namespace dap::goals {

// What a request is about: an enrolment, or one thing of it, that the caller may see.
struct Place {
  EnrolmentKey of;
  std::string enrolment;  // its resource name
  id::Uuid item;          // an assessment or goal; nil where the name is the enrolment's
  std::string name;       // as the request has it
  absl::TimeZone zone;    // the organisation's
  bool own = false;       // the caller is the participant
  bool ended = false;     // the enrolment has ended: what is there can be read, and stays as it is

  // FAILED_PRECONDITION (ENROLMENT_STATE) where it has ended. To be asked for each change that is
  // carried out; one that was carried out before keeps its answer.
  absl::Status RequireOngoing() const;
};

// Thread-safe.
class Access {
 public:
  Access(roster::Roster& roster, db::Pool& pool, const time::Clock& clock)
      : roster_(roster), pool_(pool), clock_(clock) {}

  // The place a resource name tells of: ".../enrolments/{enrolment}" where `collection` is empty,
  // or
  // ".../enrolments/{enrolment}/{collection}/{item}". PERMISSION_DENIED: OTHER_ORGANISATION before
  // anything is looked up, NOT_YOURS for who is neither the participant nor, as ROLE_COACH, a coach
  // of the cohort. NOT_FOUND (ENROLMENT_NOT_FOUND). At most one query, mostly none.
  absl::StatusOr<Place> ForParticipantOrCoach(const rpc::Call& call, absl::string_view name,
                                              absl::string_view collection = "");
  // The same for the participant alone.
  absl::StatusOr<Place> ForParticipant(const rpc::Call& call, absl::string_view name,
                                       absl::string_view collection = "");

  // Runs a read of private data. Where somebody else than the participant read it, that is recorded
  // before the answer: no record, no answer.
  absl::Status Read(const rpc::Call& call, const Place& place, PrivateSubject subject,
                    absl::FunctionRef<absl::Status(db::Connection&)> body);

 private:
  absl::StatusOr<Place> Find(const rpc::Call& call, absl::string_view name,
                             absl::string_view collection, bool coaches_too);

  roster::Roster& roster_;
  db::Pool& pool_;
  const time::Clock& clock_;
};

}  // namespace dap::goals

#endif  // DAP_SERVICES_GOALS_ACCESS_H_
