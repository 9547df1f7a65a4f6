#include "services/enrolment/operations/change_session.h"

#include <optional>
#include <vector>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/cohorts.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/session_people.h"

namespace dap::enrolment {
namespace {

constexpr store::Viewer kAsCoach{id::Uuid(), true};

// What a calendar must hear of has a sequence of its own.
absl::Status Write(Work& work, Session& session, bool new_sequence, bool told) {
  if (new_sequence) ++session.sequence;
  session.update_time = work.now;
  RETURN_IF_ERROR(store::SaveSession(work.tx, session));
  if (told) work.outbox.Add(session.organisation, SessionEvent(session));
  return absl::OkStatus();
}

absl::Status CallOff(Work& work, Session& session, absl::string_view reason) {
  session.state = SessionState::kCancelled;
  session.cancel_reason = std::string(reason);
  return Write(work, session, /*new_sequence=*/true, /*told=*/true);
}

}  // namespace

absl::StatusOr<Session> UpdateSession(Work& work, const SessionKey& key, const Caller& caller,
                                      const SessionChange& change) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, {key.organisation, key.cohort}, caller));
  ASSIGN_OR_RETURN(Session session, FindSession(work.tx, key, kAsCoach));
  if (!change.etag.empty() && change.etag != Etag(session.version)) {
    return status::Aborted("ETAG_MISMATCH", "The session has changed since: read it again.");
  }
  Session wanted = session;
  RETURN_IF_ERROR(change.apply(wanted));
  RETURN_IF_ERROR(CheckChange(session, wanted, IsOver(cohort)));
  RETURN_IF_ERROR(CheckWanted(work, cohort, wanted));
  if (!Differs(session, wanted)) return session;
  const bool must_be_told = MustBeTold(session, wanted);
  // An invitation that is still to go tells the agenda as it is then.
  RETURN_IF_ERROR(
      Write(work, wanted, must_be_told, must_be_told || session.agenda != wanted.agenda));
  return wanted;
}

absl::StatusOr<Session> CancelSession(Work& work, const SessionKey& key, const Caller& caller,
                                      absl::string_view reason) {
  RETURN_IF_ERROR(LockAsCoach(work, {key.organisation, key.cohort}, caller).status());
  ASSIGN_OR_RETURN(Session session, FindSession(work.tx, key, kAsCoach));
  RETURN_IF_ERROR(CheckCancel(session));
  RETURN_IF_ERROR(CallOff(work, session, reason));
  return session;
}

absl::Status CancelComing(Work& work, const Cohort& cohort, absl::string_view reason,
                          const std::function<bool(const Session&)>& which) {
  ASSIGN_OR_RETURN(std::vector<Session> coming,
                   store::ListComing(work.tx, cohort.organisation, cohort.id, work.now));
  for (Session& session : coming) {
    if (which(session)) RETURN_IF_ERROR(CallOff(work, session, reason));
  }
  return absl::OkStatus();
}

absl::StatusOr<Session> AnswerSession(Work& work, const SessionKey& key, const Caller& caller,
                                      SessionAnswer answer) {
  RETURN_IF_ERROR(store::LockCohort(work.tx, key.organisation, key.cohort).status());
  ASSIGN_OR_RETURN(std::optional<Enrolment> enrolment,
                   store::FindOpenEnrolment(work.tx, key.organisation, key.cohort, caller.staff));
  if (!caller.participant || !enrolment.has_value()) return NotInCohort();
  ASSIGN_OR_RETURN(Session session, FindSession(work.tx, key, {enrolment->id, false}));
  const int others = session.going - (session.my_answer == SessionAnswer::kYes ? 1 : 0);
  const bool holds_place = HoldsPlace(enrolment->state) && !HasEnded(enrolment->state);
  RETURN_IF_ERROR(CheckAnswer(session, answer, others, holds_place, work.now));
  RETURN_IF_ERROR(store::SaveAnswer(work.tx, session, enrolment->id, answer, work.now));
  session.my_answer = answer;
  work.outbox.Add(session.organisation, AnsweredEvent(session, enrolment->id));
  session.going = others + (answer == SessionAnswer::kYes ? 1 : 0);
  return session;
}

}  // namespace dap::enrolment
