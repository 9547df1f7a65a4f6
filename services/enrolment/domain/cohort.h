// Cohorts: their way from DRAFT to FINISHED, and what each step needs.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_COHORT_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_COHORT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "libs/status/error.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/domain/settings.h"

namespace dap::enrolment {

// As in the proto, by number.
enum class CohortState {
  kUnspecified = 0,
  kDraft = 1,
  kRecruiting = 2,
  kReady = 3,
  kRunning = 4,
  kFinished = 5,
  kCancelled = 6,
};
// The glossary's word: "RECRUITING".
absl::string_view Word(CohortState state);

// Why a cohort was started in spite of unmet conditions.
struct StartOverride {
  std::string reason;
  id::Uuid by;
  absl::Time time;
};

// A group that takes the programme together.
struct Cohort {
  id::Uuid organisation;
  id::Uuid id;
  std::string title;
  CohortState state = CohortState::kDraft;
  absl::CivilDay start_date;
  absl::CivilDay end_date;
  int capacity = 0;
  Blend blend;
  Commitment commitment;
  BalanceTarget balance;
  // In order; the one who made it is the first.
  std::vector<id::Uuid> coaches;
  std::optional<StartOverride> start_override;
  // With this people apply without knowing the cohort; empty while there is none.
  std::string join_code;
  absl::Time create_time;
  // Enrolments that hold a place, see HoldsPlace.
  int places_taken = 0;
  // The number the next one who asks gets.
  int64_t next_ask = 1;
  int64_t version = 1;

  bool HasCoach(const id::Uuid& staff) const;
  bool HasFreePlace() const { return places_taken < capacity; }
};

// Everything that is wrong with a cohort that somebody wants to make, field by field below
// "cohort". Reasons: DATE_ORDER, DATE_SPAN, BLEND_SUM, BALANCE_RANGE, COACH_REPEATED.
absl::Status CheckPlan(const Cohort& cohort);

// What the steps are decided from, beside the cohort itself. "Accepted" are those AWAITING_KICKOFF;
// a patron who has left the organisation is none.
struct Readiness {
  std::optional<Session> kick_off;
  int accepted = 0;
  int accepted_without_patron = 0;
  int accepted_without_baseline = 0;
};

// Each moves the cohort's state, or says why not and leaves it as it was. FAILED_PRECONDITION with
// reason COHORT_STATE, or COHORT_NOT_READY with every unmet condition at once. Conditions:
// COHORT_STATE, KICK_OFF_MISSING, KICK_OFF_AGENDA, KICK_OFF_HOST, KICK_OFF_PLACE,
// KICK_OFF_NOT_HELD, KICK_OFF_ATTENDANCE, PATRON_MISSING, BASELINE_NOT_INVITED.
absl::Status Open(Cohort& cohort);
absl::Status CloseRecruitment(Cohort& cohort, const Readiness& readiness);
absl::Status Finish(Cohort& cohort);
absl::Status Cancel(Cohort& cohort);
// An override lets it start in spite of every unmet condition but the state, and is kept where it
// was needed.
absl::Status Start(Cohort& cohort, const Readiness& readiness, absl::Time now,
                   const std::optional<StartOverride>& start_override);

// What the next step would be refused for, the state aside: CloseRecruitment while RECRUITING,
// Start while READY, and nothing in other states.
std::vector<status::Violation> MissingForNextStep(const Cohort& cohort, const Readiness& readiness,
                                                  absl::Time now);

// FAILED_PRECONDITION (COHORT_NOT_RECRUITING) where nobody can ask for a place or be named for one.
absl::Status CheckRecruiting(const Cohort& cohort);
// FAILED_PRECONDITION (COHORT_STATE) where it is over.
absl::Status CheckNotOver(const Cohort& cohort);
bool IsOver(const Cohort& cohort);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_COHORT_H_
