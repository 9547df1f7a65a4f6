#include "services/enrolment/operations/attendance.h"

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

constexpr store::Viewer kAsCoach{id::Uuid(), true};

absl::StatusOr<Enrolment> FindCallers(Work& work, const SessionKey& key, const Caller& caller) {
  ASSIGN_OR_RETURN(std::optional<Enrolment> enrolment,
                   store::FindOpenEnrolment(work.tx, key.organisation, key.cohort, caller.staff));
  if (!caller.participant || !enrolment.has_value()) return NotInCohort();
  return *std::move(enrolment);
}

// Notes one person's attendance with all that follows; nothing where it is noted already.
absl::Status Note(Work& work, Cohort& cohort, Session& session, Enrolment& enrolment,
                  const std::optional<id::Uuid>& by) {
  ASSIGN_OR_RETURN(bool noted, store::InsertAttendance(work.tx, session, enrolment.id, work.now, by,
                                                       IsStart(cohort, session.kind)));
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

absl::Status TakeBack(Work& work, Cohort& cohort, Session& session, Enrolment& enrolment) {
  ASSIGN_OR_RETURN(bool was_noted, store::DeleteAttendance(work.tx, session, enrolment.id));
  if (!was_noted) return absl::OkStatus();
  ASSIGN_OR_RETURN(bool other_start, store::WasAtAnotherStart(work.tx, session, enrolment.id));
  ASSIGN_OR_RETURN(bool changed, Unattend(cohort, enrolment, session, other_start));
  if (changed) RETURN_IF_ERROR(RecordEnrolment(work, cohort, enrolment).status());
  --session.attended;
  work.outbox.Add(session.organisation, AttendanceRemovedEvent(session, enrolment.id));
  return store::SaveAttended(work.tx, session);
}

// Of the cohort, and in a ONE_TO_ONE its participant.
absl::StatusOr<Enrolment> LockOneOf(Work& work, const Cohort& cohort, const Session& session,
                                    const store::EnrolmentKey& key) {
  ASSIGN_OR_RETURN(std::optional<Enrolment> enrolment,
                   store::LockEnrolment(work.tx, key.organisation, key.enrolment));
  if (!enrolment.has_value() || key.cohort != cohort.id || enrolment->cohort != cohort.id ||
      !store::MaySee(session, {enrolment->id, false})) {
    return status::NotFound("enrolment",
                            EnrolmentName(key.organisation, key.cohort, key.enrolment));
  }
  return *std::move(enrolment);
}

}  // namespace

absl::StatusOr<Session> RecordAttendance(Work& work, const SessionKey& key, const Caller& caller,
                                         const std::vector<store::EnrolmentKey>& enrolments) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, {key.organisation, key.cohort}, caller));
  ASSIGN_OR_RETURN(Session session, FindSession(work.tx, key, kAsCoach));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  RETURN_IF_ERROR(CheckAttendable(session, work.now, settings));
  for (const store::EnrolmentKey& present : enrolments) {
    ASSIGN_OR_RETURN(Enrolment enrolment, LockOneOf(work, cohort, session, present));
    RETURN_IF_ERROR(Note(work, cohort, session, enrolment, caller.staff));
  }
  return session;
}

absl::StatusOr<Session> RemoveAttendance(Work& work, const SessionKey& key, const Caller& caller,
                                         const std::vector<store::EnrolmentKey>& enrolments) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, {key.organisation, key.cohort}, caller));
  ASSIGN_OR_RETURN(Session session, FindSession(work.tx, key, kAsCoach));
  for (const store::EnrolmentKey& absent : enrolments) {
    ASSIGN_OR_RETURN(Enrolment enrolment, LockOneOf(work, cohort, session, absent));
    RETURN_IF_ERROR(TakeBack(work, cohort, session, enrolment));
  }
  return session;
}

absl::Status TakeTry(Work& work, const SessionKey& key, const Caller& caller,
                     absl::string_view join_code) {
  ASSIGN_OR_RETURN(const Enrolment callers, FindCallers(work, key, caller));
  ASSIGN_OR_RETURN(const Session session, FindSession(work.tx, key, {callers.id, false}));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  ASSIGN_OR_RETURN(int taken,
                   store::TakeJoinCodeTry(work.tx, key.organisation, key.session, caller.staff,
                                          work.now, settings.join_code_window));
  if (taken > settings.join_code_tries) {
    return status::Exhausted("JOIN_CODE_TRIES",
                             "Too many wrong join codes. Wait, or ask the coach to record you.",
                             settings.join_code_window);
  }
  if (!IsJoinCode(session, join_code)) return absl::OkStatus();
  return store::ForgetJoinCodeTries(work.tx, key.organisation, key.session, caller.staff);
}

absl::StatusOr<Session> CheckIn(Work& work, const SessionKey& key, const Caller& caller,
                                absl::string_view join_code) {
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::LockCohort(work.tx, key.organisation, key.cohort));
  ASSIGN_OR_RETURN(Enrolment callers, FindCallers(work, key, caller));
  ASSIGN_OR_RETURN(Session session, FindSession(work.tx, key, {callers.id, false}));
  ASSIGN_OR_RETURN(Enrolment enrolment,
                   LockOneOf(work, *cohort, session, {key.organisation, key.cohort, callers.id}));
  ASSIGN_OR_RETURN(Settings settings, store::LoadSettings(work.tx, key.organisation));
  RETURN_IF_ERROR(CheckJoinCode(session, join_code, work.now, settings));
  RETURN_IF_ERROR(Note(work, *cohort, session, enrolment, std::nullopt));
  return session;
}

}  // namespace dap::enrolment
