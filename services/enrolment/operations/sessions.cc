#include "services/enrolment/operations/sessions.h"

#include <optional>
#include <utility>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {
namespace {

absl::Status CheckHost(Work& work, const Session& wanted) {
  absl::Status host = FindActiveStaff(work.tx, wanted.organisation, wanted.host).status();
  if (!absl::IsNotFound(host)) return host;
  return status::Invalid("session.host", "STAFF_MEMBER_UNKNOWN",
                         "Must be somebody who works in the organisation.");
}

absl::Status CheckParticipant(Work& work, const Session& wanted) {
  if (!wanted.participant.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::optional<store::EnrolmentView> with,
                   store::FindEnrolment(work.tx, wanted.organisation, *wanted.participant));
  if (with.has_value() && with->enrolment.cohort == wanted.cohort &&
      !HasEnded(with->enrolment.state)) {
    return absl::OkStatus();
  }
  return status::Invalid("session.participant", "ENROLMENT_UNKNOWN",
                         "Must be an enrolment of the cohort that has not ended.");
}

}  // namespace

absl::StatusOr<Session> FindSession(db::Connection& connection, const SessionKey& key,
                                    const store::Viewer& viewer) {
  ASSIGN_OR_RETURN(std::optional<Session> session,
                   store::FindSession(connection, key.organisation, key.session, viewer.enrolment));
  if (!session.has_value() || session->cohort != key.cohort || !store::MaySee(*session, viewer)) {
    return status::NotFound("session", SessionName(key.organisation, key.cohort, key.session));
  }
  return *std::move(session);
}

absl::Status CheckWanted(Work& work, const Cohort& cohort, const Session& wanted) {
  RETURN_IF_ERROR(CheckPlan(wanted, cohort.HasCoach(wanted.host)));
  RETURN_IF_ERROR(CheckHost(work, wanted));
  return CheckParticipant(work, wanted);
}

absl::StatusOr<Session> PlanSession(Work& work, Session plan, const Caller& caller) {
  ASSIGN_OR_RETURN(Cohort cohort, LockAsCoach(work, {plan.organisation, plan.cohort}, caller));
  RETURN_IF_ERROR(CheckNotOver(cohort));
  RETURN_IF_ERROR(CheckWanted(work, cohort, plan));
  plan.update_time = work.now;
  absl::Status inserted = store::InsertSession(work.tx, plan);
  if (db::IsDuplicateKey(inserted)) {
    return status::Exists("session", SessionName(plan.organisation, plan.cohort, plan.id),
                          "The cohort has a kick-off.");
  }
  RETURN_IF_ERROR(inserted);
  work.outbox.Add(plan.organisation, SessionEvent(plan));
  return plan;
}

}  // namespace dap::enrolment
