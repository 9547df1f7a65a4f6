#include "services/enrolment/operations/sessions.h"

#include <optional>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/operations/staff_state_changed.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/organisations.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<Session> Find(Work& work, const SessionKey& key) {
  ASSIGN_OR_RETURN(std::optional<Session> session,
                   store::FindSession(work.tx, key.organisation, key.session));
  if (!session.has_value() || session->cohort != key.cohort) {
    return status::NotFound("session", SessionName(key.organisation, key.cohort, key.session));
  }
  return *std::move(session);
}

absl::StatusOr<Enrolment> FindCallers(Work& work, const SessionKey& key, const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<Enrolment> enrolment,
                   store::FindOpenEnrolment(work.tx, key.organisation, key.cohort, caller.staff));
  if (!caller.participant || !enrolment.has_value()) {
    return status::Denied("NOT_IN_COHORT", "Only those who take part in the cohort may do this.");
  }
  return *std::move(enrolment);
}

// Notes one person's attendance with all that follows; nothing where it is noted already.
absl::Status Note(Work& work, Cohort& cohort, Session& session, Enrolment& enrolment,
                  const std::optional<id::Uuid>& by) {
  ASSIGN_OR_RETURN(bool noted,
                   store::InsertAttendance(work.tx, session, enrolment.id, work.now, by));
  if (!noted) return absl::OkStatus();
  ASSIGN_OR_RETURN(bool changed, Attend(cohort, enrolment, session, work.now));
  if (changed) {
    RETURN_IF_ERROR(PauseWhoIsAway(work, cohort, enrolment));
    RETURN_IF_ERROR(RecordEnrolment(work, cohort, enrolment).status());
  }
  ++session.attended;
  work.outbox.Add(session.organisation, AttendedEvent(session, enrolment.id));
  return store::SaveAttended(work.tx, session);
}

absl::StatusOr<Enrolment> LockOneOf(Work& work, const Cohort& cohort,
                                    const store::EnrolmentKey& key) {
  ASSIGN_OR_RETURN(std::optional<Enrolment> enrolment,
                   store::LockEnrolment(work.tx, key.organisation, key.enrolment));
  if (!enrolment.has_value() || key.cohort != cohort.id || enrolment->cohort != cohort.id) {
    return status::NotFound("enrolment",
                            EnrolmentName(key.organisation, key.cohort, key.enrolment));
  }
  return *std::move(enrolment);
}

}  // namespace

absl::StatusOr<Session> PlanSession(Work& work, const Session& plan, const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, {plan.organisation, plan.cohort}, caller));
  RETURN_IF_ERROR(CheckNotOver(cohort));
  RETURN_IF_ERROR(CheckPlan(plan));
  absl::Status host = FindActiveStaff(work.tx, plan.organisation, plan.host).status();
  if (absl::IsNotFound(host)) {
    return status::Invalid("session.host", "STAFF_MEMBER_UNKNOWN",
                           "Must be somebody who works in the organisation.");
  }
  RETURN_IF_ERROR(host);
  absl::Status inserted = store::InsertSession(work.tx, plan);
  if (db::IsDuplicateKey(inserted)) {
    return status::Exists("session", SessionName(plan.organisation, plan.cohort, plan.id),
                          "The cohort has a kick-off.");
  }
  RETURN_IF_ERROR(inserted);
  work.outbox.Add(plan.organisation, SessionEvent(plan));
  return plan;
}

absl::StatusOr<Session> RecordAttendance(Work& work, const SessionKey& key, const Caller& caller,
                                         const std::vector<store::EnrolmentKey>& enrolments) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, {key.organisation, key.cohort}, caller));
  ASSIGN_OR_RETURN(Session session, Find(work, key));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  RETURN_IF_ERROR(CheckAttendable(session, work.now, settings));
  for (const store::EnrolmentKey& present : enrolments) {
    ASSIGN_OR_RETURN(Enrolment enrolment, LockOneOf(work, cohort, present));
    RETURN_IF_ERROR(Note(work, cohort, session, enrolment, caller.staff));
  }
  return session;
}

absl::Status TakeTry(Work& work, const SessionKey& key, const Caller& caller) {
  RETURN_IF_ERROR(FindCallers(work, key, caller).status());
  RETURN_IF_ERROR(Find(work, key).status());
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  ASSIGN_OR_RETURN(int taken,
                   store::TakeJoinCodeTry(work.tx, key.organisation, key.session, caller.staff,
                                          work.now, settings.join_code_window));
  if (taken <= settings.join_code_tries) return absl::OkStatus();
  return status::Exhausted("JOIN_CODE_TRIES",
                           "Too many wrong join codes. Wait, or ask the coach to record you.",
                           settings.join_code_window);
}

absl::StatusOr<Session> CheckIn(Work& work, const SessionKey& key, const Caller& caller,
                                absl::string_view join_code) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::LockCohort(work.tx, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(Enrolment callers, FindCallers(work, key, caller));
  ASSIGN_OR_RETURN(Enrolment enrolment,
                   LockOneOf(work, *cohort, {key.organisation, key.cohort, callers.id}));
  ASSIGN_OR_RETURN(Session session, Find(work, key));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  RETURN_IF_ERROR(CheckJoinCode(session, join_code, work.now, settings));
  RETURN_IF_ERROR(Note(work, *cohort, session, enrolment, std::nullopt));
  RETURN_IF_ERROR(store::ForgetJoinCodeTries(work.tx, key.organisation, key.session, caller.staff));
  return session;
}

}  // namespace dap::enrolment
