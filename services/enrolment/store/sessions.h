// Sessions, who was there, and wrong join codes.
#ifndef DAP_SERVICES_ENROLMENT_STORE_SESSIONS_H_
#define DAP_SERVICES_ENROLMENT_STORE_SESSIONS_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/session.h"

namespace dap::enrolment::store {

// ALREADY_EXISTS (DUPLICATE_KEY) where it is a kick-off and the cohort has one.
absl::Status InsertSession(db::Connection& tx, const Session& session);
absl::StatusOr<std::optional<Session>> FindSession(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& session);
// The cohort's planned kick-off.
absl::StatusOr<std::optional<Session>> FindKickOff(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& cohort);

// Where a page of sessions begins: after this start and id.
struct SessionPosition {
  absl::Time start_time;
  id::Uuid session;
};
absl::StatusOr<std::vector<Session>> ListSessions(db::Connection& connection,
                                                  const id::Uuid& organisation,
                                                  const id::Uuid& cohort,
                                                  const std::optional<SessionPosition>& after,
                                                  int limit);

// Notes that somebody was there; false where that is noted already. `by` is the coach, or nobody
// where the join code was used.
absl::StatusOr<bool> InsertAttendance(db::Connection& tx, const Session& session,
                                      const id::Uuid& enrolment, absl::Time now,
                                      const std::optional<id::Uuid>& by);
// Writes how many were there.
absl::Status SaveAttended(db::Connection& tx, const Session& session);

// Takes one of the tries that a person has for a session within the window that began with the
// first of them; how many they have taken with it. Three statements.
absl::StatusOr<int> TakeJoinCodeTry(db::Connection& tx, const id::Uuid& organisation,
                                    const id::Uuid& session, const id::Uuid& staff, absl::Time now,
                                    absl::Duration window);
// Gives all back, after a right code.
absl::Status ForgetJoinCodeTries(db::Connection& tx, const id::Uuid& organisation,
                                 const id::Uuid& session, const id::Uuid& staff);

// The statements of lists, for the test that each goes by its index.
extern const char kListSessionsFirstSql[];
extern const char kListSessionsAfterSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_SESSIONS_H_
