// Enrolments. Every change of one is made under its cohort's lock.
#ifndef DAP_SERVICES_ENROLMENT_STORE_ENROLMENTS_H_
#define DAP_SERVICES_ENROLMENT_STORE_ENROLMENTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/enrolment.h"

namespace dap::enrolment::store {

// An enrolment with what belongs to others: the participant's name, the place in the waitlist (from
// 1; 0 where not WAITLISTED), who stands in for the patron now.
struct EnrolmentView {
  Enrolment enrolment;
  std::string participant_display_name;
  int waitlist_position = 0;
  std::optional<id::Uuid> covering_patron;
};

absl::Status InsertEnrolment(db::Connection& tx, const Enrolment& enrolment);
// Writes all that can change, counts a change and sets its version.
absl::Status SaveEnrolment(db::Connection& tx, Enrolment& enrolment);
// Counts a change of all that a person has, open or ended, for what changed elsewhere (their name).
absl::Status TouchEnrolmentsOf(db::Connection& tx, const id::Uuid& organisation,
                               const id::Uuid& participant);

// What is committed now, whatever this transaction has read before; locked until it ends.
absl::StatusOr<std::optional<Enrolment>> LockEnrolment(db::Connection& tx,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& enrolment);
// The open enrolment of a person in a cohort (not WITHDRAWN).
absl::StatusOr<std::optional<Enrolment>> FindOpenEnrolment(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& cohort,
                                                           const id::Uuid& participant);
// Who is to have the next free place: the first who works there now. The others keep their turn.
absl::StatusOr<std::optional<Enrolment>> LockFirstOfWaitlist(db::Connection& tx,
                                                             const id::Uuid& organisation,
                                                             const id::Uuid& cohort);
// All of a cohort that have not ended, locked.
absl::StatusOr<std::vector<Enrolment>> LockOpenOfCohort(db::Connection& tx,
                                                        const id::Uuid& organisation,
                                                        const id::Uuid& cohort);

absl::StatusOr<std::optional<EnrolmentView>> FindEnrolment(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& enrolment);
// In order of asking, after ask number `after` (0 for the first page); of one state, or all where
// it is kUnspecified.
absl::StatusOr<std::vector<EnrolmentView>> ListEnrolments(db::Connection& connection,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& cohort,
                                                          EnrolmentState state, int64_t after,
                                                          int limit);
// A person's own, newest first, after the id `after` (nil for the first page).
absl::StatusOr<std::vector<EnrolmentView>> ListEnrolmentsOf(db::Connection& connection,
                                                            const id::Uuid& organisation,
                                                            const id::Uuid& participant,
                                                            const id::Uuid& after, int limit);

// What the steps of a cohort are decided from, of those AWAITING_KICKOFF.
absl::StatusOr<Readiness> CountAccepted(db::Connection& connection, const id::Uuid& organisation,
                                        const id::Uuid& cohort);
// How many open participants of a cohort have this patron.
absl::StatusOr<int> CountWithPatron(db::Connection& connection, const id::Uuid& organisation,
                                    const id::Uuid& cohort, const id::Uuid& patron);

// An enrolment by its ids.
struct EnrolmentKey {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid enrolment;
};
// Pauses that are over by `now`, the earliest first, over all organisations.
absl::StatusOr<std::vector<EnrolmentKey>> ListPausesOver(db::Connection& connection, absl::Time now,
                                                         int limit);
// All of a person that have not ended.
absl::StatusOr<std::vector<EnrolmentKey>> ListOpenOf(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& participant);

// The statements of lists, for the test that each goes by its index.
extern const char kFirstOfWaitlistSql[];
extern const char kListEnrolmentsSql[];
extern const char kListEnrolmentsOfStateSql[];
extern const char kListEnrolmentsOfFirstSql[];
extern const char kListEnrolmentsOfAfterSql[];
extern const char kCountWithPatronSql[];
extern const char kListPausesOverSql[];
extern const char kListOpenOfSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_ENROLMENTS_H_
