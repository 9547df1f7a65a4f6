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

// Who looks at sessions: with the enrolment that they have in the cohort, or none (nil).
struct Viewer {
  id::Uuid enrolment;
  // Sees each ONE_TO_ONE, not only their own.
  bool coach = false;
};
inline bool MaySee(const Session& session, const Viewer& viewer) {
  return viewer.coach || !session.participant.has_value() ||
         *session.participant == viewer.enrolment;
}

// ALREADY_EXISTS (DUPLICATE_KEY) where it is a kick-off and the cohort has one.
absl::Status InsertSession(db::Connection& tx, const Session& session);
// Writes all that a coach decides, counts a change and sets its version.
absl::Status SaveSession(db::Connection& tx, Session& session);
// With the answer of `enrolment`, where it is given.
absl::StatusOr<std::optional<Session>> FindSession(db::Connection& connection,
                                                   const id::Uuid& organisation,
                                                   const id::Uuid& session,
                                                   const id::Uuid& enrolment = id::Uuid());
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
                                                  const id::Uuid& cohort, const Viewer& viewer,
                                                  const std::optional<SessionPosition>& after,
                                                  int limit);
// Those of a cohort that are planned and start after `after`.
absl::StatusOr<std::vector<Session>> ListComing(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const id::Uuid& cohort, absl::Time after);

// Notes that somebody was there; false where that is noted already. `by` is the coach, or nobody
// where the join code was used. `counted_as_start`: whether it stands for the kick-off.
absl::StatusOr<bool> InsertAttendance(db::Connection& tx, const Session& session,
                                      const id::Uuid& enrolment, absl::Time now,
                                      const std::optional<id::Uuid>& by, bool counted_as_start);
// Forgets it; false where it is not noted.
absl::StatusOr<bool> DeleteAttendance(db::Connection& tx, const Session& session,
                                      const id::Uuid& enrolment);
// Whether somebody was at another start than `session`: one that counted as such when it was noted.
absl::StatusOr<bool> WasAtAnotherStart(db::Connection& connection, const Session& session,
                                       const id::Uuid& enrolment);
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
extern const char kListComingSql[];
extern const char kOtherStartSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_SESSIONS_H_
