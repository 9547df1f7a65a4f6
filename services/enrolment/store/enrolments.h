// Enrolments. Every change of one is made under its cohort's lock.
#ifndef DAP_SERVICES_ENROLMENT_STORE_ENROLMENTS_H_
#define DAP_SERVICES_ENROLMENT_STORE_ENROLMENTS_H_

#include <map>
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
// 1; 0 where not WAITLISTED, or in a list of a cohort), who stands in for the patron now.
struct EnrolmentView {
  Enrolment enrolment;
  std::string participant_display_name;
  int waitlist_position = 0;
  std::optional<id::Uuid> covering_patron;
};

absl::Status InsertEnrolment(db::Connection& tx, const Enrolment& enrolment);
absl::Status InsertEnrolments(db::Connection& tx, const std::vector<Enrolment>& enrolments);
// Notes when somebody first came to the waitlist.
absl::Status NoteWaitlisted(db::Connection& tx, const Enrolment& enrolment, absl::Time now);
// Writes all that can change, counts a change and sets its version.
absl::Status SaveEnrolment(db::Connection& tx, Enrolment& enrolment);
// Counts a change of all that a person has, open or ended, for what changed elsewhere (their name).
absl::Status TouchEnrolmentsOf(db::Connection& tx, const id::Uuid& organisation,
                               const id::Uuid& participant);

// The same for all of a cohort, for what changed in it.
absl::Status TouchEnrolmentsIn(db::Connection& tx, const id::Uuid& organisation,
                               const id::Uuid& cohort);

// What is committed now, whatever this transaction has read before; locked until it ends.
absl::StatusOr<std::optional<Enrolment>> LockEnrolment(db::Connection& tx,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& enrolment);
// The open enrolment of a person in a cohort (not WITHDRAWN).
absl::StatusOr<std::optional<Enrolment>> FindOpenEnrolment(db::Connection& connection,
                                                           const id::Uuid& organisation,
                                                           const id::Uuid& cohort,
                                                           const id::Uuid& participant);
// The open enrolments of a cohort, by participant.
absl::StatusOr<std::map<id::Uuid, id::Uuid>> OpenParticipants(db::Connection& connection,
                                                              const id::Uuid& organisation,
                                                              const id::Uuid& cohort);
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
// Which enrolments of a cohort a list holds.
struct EnrolmentFilter {
  // In these states; all where empty.
  std::vector<EnrolmentState> states = {};
  std::optional<id::Uuid> patron = std::nullopt;
  std::optional<id::Uuid> team = std::nullopt;
  // The start of the participant's display name or e-mail, without regard to case; empty for all.
  std::string prefix = {};
};
// In order of asking, after ask number `after` (0 for the first page).
absl::StatusOr<std::vector<EnrolmentView>> ListEnrolments(db::Connection& connection,
                                                          const id::Uuid& organisation,
                                                          const id::Uuid& cohort,
                                                          const EnrolmentFilter& filter,
                                                          int64_t after, int limit);
// Fills in the places in the waitlist of a page of these. Two statements, which read index entries
// from the first of them to the last; none where nobody waits.
absl::Status NumberWaitlisted(db::Connection& connection, const id::Uuid& organisation,
                              const id::Uuid& cohort, std::vector<EnrolmentView>& views);
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
extern const char kListEnrolmentsOfPatronSql[];
extern const char kOpenParticipantsSql[];
extern const char kWaitingBeforeSql[];
extern const char kWaitingBetweenSql[];
extern const char kListEnrolmentsOfFirstSql[];
extern const char kListEnrolmentsOfAfterSql[];
extern const char kCountWithPatronSql[];
extern const char kListPausesOverSql[];
extern const char kListOpenOfSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_ENROLMENTS_H_
