// Who comes to a session, who was there, and who missed the start.
#ifndef DAP_SERVICES_ENROLMENT_STORE_SESSION_PEOPLE_H_
#define DAP_SERVICES_ENROLMENT_STORE_SESSION_PEOPLE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/session.h"

namespace dap::enrolment::store {

// Keeps somebody's last answer, with the session's sequence. One statement.
absl::Status SaveAnswer(db::Connection& tx, const Session& session, const id::Uuid& enrolment,
                        SessionAnswer answer, absl::Time now);

// What somebody who has not left the cohort answered.
struct ResponseView {
  id::Uuid enrolment;
  std::string display_name;
  SessionAnswer answer = SessionAnswer::kUnspecified;
  absl::Time answer_time;
  int sequence = 0;
};
// By enrolment, after the id `after` (nil for the first page), as below.
absl::StatusOr<std::vector<ResponseView>> ListResponses(db::Connection& connection,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& session,
                                                        const id::Uuid& after, int limit);

// The answers to a session of those who have not left the cohort.
struct AnswerTally {
  int yes = 0;
  int no = 0;
  int maybe = 0;
  // How many of them hold a place and have not ended.
  int of_invited = 0;
};
// Of those planned sessions of a cohort that start from `first` to `last` and have any answer.
absl::StatusOr<std::map<id::Uuid, AnswerTally>> CountAnswers(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& cohort,
                                                             absl::Time first, absl::Time last);

struct AttendanceView {
  id::Uuid enrolment;
  std::string display_name;
  absl::Time record_time;
  // The coach, or nobody where the join code was used.
  std::optional<id::Uuid> recorded_by;
};
absl::StatusOr<std::vector<AttendanceView>> ListAttendance(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& session,
                                                           const id::Uuid& after, int limit);

// Somebody AWAITING_KICKOFF.
struct AbsenteeView {
  id::Uuid enrolment;
  id::Uuid participant;
  std::string display_name;
  int64_t ask_number = 0;
  // When they accepted.
  absl::Time accept_time;
};
// In order of asking, after the ask number `after`.
absl::StatusOr<std::vector<AbsenteeView>> ListAbsentees(db::Connection& connection,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& cohort, int64_t after,
                                                        int limit);

// The statements of lists, for the test that each goes by its index.
extern const char kListResponsesSql[];
extern const char kCountAnswersSql[];
extern const char kListAttendanceSql[];
extern const char kListAbsenteesSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_SESSION_PEOPLE_H_
