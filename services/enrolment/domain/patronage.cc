#include "services/enrolment/domain/patronage.h"

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::enrolment {

absl::Status Answer(Patron& patron, bool agree, int in_cohort, absl::Time now) {
  const PatronState answer = agree ? PatronState::kAgreed : PatronState::kDeclined;
  if (patron.state == answer) return absl::OkStatus();
  if (patron.state == PatronState::kDeclined) {
    return status::Precondition("PATRON_STATE",
                                "You said no before. Ask the coach if you have changed your mind.");
  }
  if (!agree && in_cohort > 0) {
    return status::Precondition(
        "PATRON_STATE",
        "You have participants in this cohort, or stand in for somebody. Ask the coach to find "
        "another patron first.");
  }
  patron.state = answer;
  patron.answer_time = now;
  return absl::OkStatus();
}

bool InviteAgain(Patron& patron, absl::Time now) {
  if (patron.state != PatronState::kDeclined) return false;
  patron.state = PatronState::kInvited;
  patron.invite_time = now;
  patron.answer_time.reset();
  return true;
}

absl::Status UpdateChecklist(Patron& patron, const PatronChecklist& checklist) {
  if (patron.state != PatronState::kAgreed) {
    return status::Precondition("PATRON_STATE", "Agree to be a patron first.");
  }
  patron.checklist = checklist;
  return absl::OkStatus();
}

absl::Status CheckAssign(const Enrolment& enrolment, const id::Uuid& staff,
                         const std::optional<Patron>& patron, int participants,
                         const Settings& settings, absl::string_view field) {
  if (enrolment.participant == staff) {
    return status::Invalid(field, "PATRON_IS_PARTICIPANT", "Nobody is their own patron.");
  }
  if (HasEnded(enrolment.state)) {
    return status::Precondition("ENROLMENT_STATE",
                                absl::StrCat("The enrolment is ", Word(enrolment.state), "."));
  }
  if (!patron.has_value() || patron->state != PatronState::kAgreed) {
    return status::Precondition("PATRON_NOT_AGREED",
                                "They have not agreed to be a patron of this cohort: invite them.");
  }
  if (participants >= settings.patron_limit) {
    return status::Precondition(
        "PATRON_AT_LIMIT",
        absl::StrCat("They have ", participants, " participants; ", settings.patron_limit,
                     " is the most. Choose another patron."));
  }
  return absl::OkStatus();
}

}  // namespace dap::enrolment
