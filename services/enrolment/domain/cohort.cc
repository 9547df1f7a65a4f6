#include "services/enrolment/domain/cohort.h"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/enrolment/domain/arrangement.h"

namespace dap::enrolment {
namespace {

using status::Violation;
using Unmet = std::vector<Violation>;

constexpr int kLongestDays = 366;

bool IsOneOf(CohortState state, std::initializer_list<CohortState> states) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

std::string Words(std::initializer_list<CohortState> states) {
  return absl::StrJoin(states, " or ", [](std::string* out, CohortState state) {
    absl::StrAppend(out, Word(state));
  });
}

absl::Status WrongState(const Cohort& cohort, std::initializer_list<CohortState> needed) {
  const std::string message =
      absl::StrCat("The cohort is ", Word(cohort.state), "; it must be ", Words(needed), ".");
  return status::PreconditionAll("COHORT_STATE", message, {{"state", message, "COHORT_STATE"}});
}

absl::Status Move(Cohort& cohort, std::initializer_list<CohortState> from, CohortState to) {
  if (!IsOneOf(cohort.state, from)) return WrongState(cohort, from);
  cohort.state = to;
  return absl::OkStatus();
}

void NeedState(const Cohort& cohort, CohortState needed, Unmet& unmet) {
  if (cohort.state == needed) return;
  unmet.push_back(
      {"state",
       absl::StrCat("The cohort is ", Word(cohort.state), "; it must be ", Word(needed), "."),
       "COHORT_STATE"});
}

void NeedPatrons(const Readiness& readiness, Unmet& unmet) {
  if (readiness.accepted_without_patron == 0) return;
  unmet.push_back({"enrolments",
                   absl::StrCat(readiness.accepted_without_patron,
                                " accepted without a patron: assign one who has agreed to each."),
                   "PATRON_MISSING"});
}

void NeedKickOffPlanned(const Readiness& readiness, Unmet& unmet) {
  if (!readiness.kick_off.has_value()) {
    unmet.push_back({"kick_off", "Plan a session of kind KICK_OFF.", "KICK_OFF_MISSING"});
    return;
  }
  const Session& kick_off = *readiness.kick_off;
  if (kick_off.agenda.empty()) {
    unmet.push_back({"kick_off.agenda", "Give the kick-off an agenda.", "KICK_OFF_AGENDA"});
  }
  if (kick_off.host.is_nil()) {
    unmet.push_back({"kick_off.host", "Say who leads the kick-off.", "KICK_OFF_HOST"});
  }
  if (kick_off.place.empty() && kick_off.link.empty()) {
    unmet.push_back({"kick_off.place", "Give the kick-off a place or a link.", "KICK_OFF_PLACE"});
  }
}

void NeedKickOffHeld(const Readiness& readiness, absl::Time now, Unmet& unmet) {
  if (!readiness.kick_off.has_value()) return;
  if (readiness.kick_off->start_time > now) {
    unmet.push_back({"kick_off.start_time", "The kick-off has not begun.", "KICK_OFF_NOT_HELD"});
  }
  if (readiness.kick_off->attended == 0) {
    unmet.push_back(
        {"kick_off.attended", "Take attendance of the kick-off.", "KICK_OFF_ATTENDANCE"});
  }
}

void NeedBaselines(const Readiness& readiness, Unmet& unmet) {
  if (readiness.accepted_without_baseline == 0) return;
  unmet.push_back({"enrolments",
                   absl::StrCat(readiness.accepted_without_baseline,
                                " accepted but not invited to take the baseline."),
                   "BASELINE_NOT_INVITED"});
}

// The conditions of both steps that have any.
Unmet ForClosing(const Readiness& readiness) {
  Unmet unmet;
  NeedKickOffPlanned(readiness, unmet);
  NeedPatrons(readiness, unmet);
  return unmet;
}

Unmet ForStarting(const Readiness& readiness, absl::Time now) {
  Unmet unmet;
  NeedKickOffPlanned(readiness, unmet);
  NeedKickOffHeld(readiness, now, unmet);
  NeedPatrons(readiness, unmet);
  NeedBaselines(readiness, unmet);
  return unmet;
}

void Append(const Unmet& more, Unmet& unmet) {
  unmet.insert(unmet.end(), more.begin(), more.end());
}

absl::Status NotReady(const Unmet& unmet) {
  return status::PreconditionAll(
      "COHORT_NOT_READY",
      absl::StrCat("The cohort is not ready: ",
                   absl::StrJoin(unmet, " ",
                                 [](std::string* out, const Violation& condition) {
                                   absl::StrAppend(out, condition.description);
                                 })),
      unmet);
}

}  // namespace

absl::string_view Word(CohortState state) {
  switch (state) {
    case CohortState::kUnspecified:
      return "UNSPECIFIED";
    case CohortState::kDraft:
      return "DRAFT";
    case CohortState::kRecruiting:
      return "RECRUITING";
    case CohortState::kReady:
      return "READY";
    case CohortState::kRunning:
      return "RUNNING";
    case CohortState::kFinished:
      return "FINISHED";
    case CohortState::kCancelled:
      return "CANCELLED";
  }
  return "UNSPECIFIED";
}

bool Cohort::HasCoach(const id::Uuid& staff) const {
  return !staff.is_nil() && std::find(coaches.begin(), coaches.end(), staff) != coaches.end();
}

absl::Status CheckPlan(const Cohort& cohort) {
  std::vector<Violation> wrong;
  if (cohort.end_date <= cohort.start_date) {
    wrong.push_back({"cohort.end_date", "Must be after start_date.", "DATE_ORDER"});
  } else if (cohort.end_date - cohort.start_date > kLongestDays) {
    wrong.push_back({"cohort.end_date", "Must be at most a year after start_date.", "DATE_SPAN"});
  }
  for (const auto& faults : {BlendFaults("cohort.blend", cohort.blend),
                             BalanceFaults("cohort.balance_target", cohort.balance)}) {
    wrong.insert(wrong.end(), faults.begin(), faults.end());
  }
  if (std::set<id::Uuid>(cohort.coaches.begin(), cohort.coaches.end()).size() !=
      cohort.coaches.size()) {
    wrong.push_back({"cohort.coaches", "Names somebody twice.", "COACH_REPEATED"});
  }
  return status::InvalidAll(wrong);
}

absl::Status Open(Cohort& cohort) {
  return Move(cohort, {CohortState::kDraft}, CohortState::kRecruiting);
}

absl::Status Finish(Cohort& cohort) {
  return Move(cohort, {CohortState::kRunning}, CohortState::kFinished);
}

absl::Status Cancel(Cohort& cohort) {
  return Move(cohort, {CohortState::kDraft, CohortState::kRecruiting, CohortState::kReady},
              CohortState::kCancelled);
}

absl::Status CloseRecruitment(Cohort& cohort, const Readiness& readiness) {
  Unmet unmet;
  NeedState(cohort, CohortState::kRecruiting, unmet);
  Append(ForClosing(readiness), unmet);
  if (!unmet.empty()) return NotReady(unmet);
  cohort.state = CohortState::kReady;
  return absl::OkStatus();
}

absl::Status Start(Cohort& cohort, const Readiness& readiness, absl::Time now,
                   const std::optional<StartOverride>& start_override) {
  Unmet unmet;
  NeedState(cohort, CohortState::kReady, unmet);
  const Unmet conditions = ForStarting(readiness, now);
  const bool overridden = start_override.has_value() && !conditions.empty();
  if (!unmet.empty() || (!conditions.empty() && !overridden)) {
    Append(conditions, unmet);
    return NotReady(unmet);
  }
  if (overridden) cohort.start_override = start_override;
  cohort.state = CohortState::kRunning;
  return absl::OkStatus();
}

std::vector<Violation> MissingForNextStep(const Cohort& cohort, const Readiness& readiness,
                                          absl::Time now) {
  switch (cohort.state) {
    case CohortState::kRecruiting:
      return ForClosing(readiness);
    case CohortState::kReady:
      return ForStarting(readiness, now);
    default:
      return {};
  }
}

absl::Status CheckRecruiting(const Cohort& cohort) {
  if (cohort.state == CohortState::kRecruiting) return absl::OkStatus();
  return status::Precondition(
      "COHORT_NOT_RECRUITING",
      absl::StrCat("The cohort is ", Word(cohort.state), "; places are given while RECRUITING."));
}

bool IsOver(const Cohort& cohort) {
  return IsOneOf(cohort.state, {CohortState::kFinished, CohortState::kCancelled});
}

absl::Status CheckNotOver(const Cohort& cohort) {
  if (!IsOver(cohort)) return absl::OkStatus();
  return WrongState(cohort, {CohortState::kDraft, CohortState::kRecruiting, CohortState::kReady,
                             CohortState::kRunning});
}

}  // namespace dap::enrolment
