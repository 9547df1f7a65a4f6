// Patrons: who has agreed to be one, of how many.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_PATRONAGE_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_PATRONAGE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/domain/settings.h"

namespace dap::enrolment {

// As in the proto, by number.
enum class PatronState { kUnspecified = 0, kInvited = 1, kAgreed = 2, kDeclined = 3 };

// What a patron sees to before a cohort starts.
struct PatronChecklist {
  bool introduced_at_team_meeting = false;
  bool line_managers_agreed_time = false;
  bool names_supplied = false;
  bool special_requirements_told = false;
  friend bool operator==(const PatronChecklist&, const PatronChecklist&) = default;
};

// A colleague who supports participants of one cohort.
struct Patron {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid staff;
  PatronState state = PatronState::kInvited;
  PatronChecklist checklist;
  absl::Time invite_time;
  std::optional<absl::Time> answer_time;
  // Over all cohorts of the organisation, and the most there may be.
  int participants = 0;
  int participant_limit = 0;
  int64_t version = 1;
};

// Says yes or no; the same answer again changes nothing. FAILED_PRECONDITION (PATRON_STATE): they
// said no before; or they say no while `in_cohort`, the participants they have in this cohort and
// the colleagues they are to stand in for, is not 0, as nobody may be left without a patron
// unheard.
absl::Status Answer(Patron& patron, bool agree, int in_cohort, absl::Time now);

// Asks somebody who said no before once more: INVITED, with the checklist as it was. False, and
// nothing changed, for those INVITED or AGREED.
bool InviteAgain(Patron& patron, absl::Time now);

// Replaces the checklist. FAILED_PRECONDITION (PATRON_STATE) before they agreed.
absl::Status UpdateChecklist(Patron& patron, const PatronChecklist& checklist);

// Whether `enrolment` may be given `patron` (none: they are not one of the cohort's), who has
// `participants` now. FAILED_PRECONDITION: ENROLMENT_STATE (it has ended), PATRON_NOT_AGREED,
// PATRON_AT_LIMIT. INVALID_ARGUMENT: PATRON_IS_PARTICIPANT (nobody is their own), at `field`.
absl::Status CheckAssign(const Enrolment& enrolment, const id::Uuid& staff,
                         const std::optional<Patron>& patron, int participants,
                         const Settings& settings, absl::string_view field = "patron");

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_PATRONAGE_H_
