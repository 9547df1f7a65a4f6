// A coach's overview of a cohort.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_READ_OVERVIEW_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_READ_OVERVIEW_H_

#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/connection.h"
#include "libs/status/error.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/domain/staff.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/patrons.h"
#include "services/enrolment/store/session_people.h"

namespace dap::enrolment {

// A list cut to what fits a page, and how many there are.
template <typename T>
struct Some {
  std::vector<T> items;
  int count = 0;
};

struct PatronWithLoad {
  store::PatronView view;
  int in_cohort = 0;
  StaffState staff_state = StaffState::kLeft;
};

// What was answered to a session, and how many who could have not.
struct AnswerCounts {
  store::AnswerTally given;
  int unanswered = 0;
};

struct CohortOverview {
  Cohort cohort;
  std::map<EnrolmentState, int> counts;
  std::vector<status::Violation> missing;
  Some<PatronWithLoad> patrons;
  Some<store::EnrolmentView> without_patron;
  Some<store::EnrolmentView> patron_away;
  Some<store::EnrolmentView> unanswered;
  Some<store::EnrolmentView> unaccepted;
  std::vector<Session> next_sessions;
  // Of each of `next_sessions`.
  std::vector<AnswerCounts> answers;
};

// For a coach of the cohort: PERMISSION_DENIED (NOT_A_COACH). Thirteen statements, however large
// the cohort is.
absl::StatusOr<CohortOverview> ReadOverview(db::Connection& connection, const CohortKey& key,
                                            const Caller& caller, absl::Time now);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_READ_OVERVIEW_H_
