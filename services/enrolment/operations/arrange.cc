#include "services/enrolment/operations/arrange.h"

#include <utility>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/record.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/store/arrangement_changes.h"
#include "services/enrolment/store/cohorts.h"

namespace dap::enrolment {

absl::StatusOr<Arranged> UpdateArrangement(Work& work, const store::EnrolmentKey& key,
                                           const Caller& caller, const ArrangementUpdate& update,
                                           absl::string_view etag) {
  ASSIGN_OR_RETURN(Locked locked, LockOwnOrAsCoach(work, key, caller));
  Arranged arranged{std::move(locked.cohort), std::move(locked.enrolment)};
  Enrolment& enrolment = arranged.enrolment;
  const By as = IsSelf(enrolment, caller) ? By::kParticipant : locked.by;
  RETURN_IF_ERROR(CheckEtag(etag, enrolment.version));
  const Arrangement before = ArrangementOf(arranged.cohort, enrolment);
  const bool own_blend = enrolment.blend.has_value();
  const bool own_balance = enrolment.balance.has_value();
  RETURN_IF_ERROR(Arrange(enrolment, update, as));
  if (ArrangementOf(arranged.cohort, enrolment) == before &&
      enrolment.blend.has_value() == own_blend && enrolment.balance.has_value() == own_balance) {
    return arranged;
  }
  RETURN_IF_ERROR(RecordEnrolment(work, arranged.cohort, enrolment).status());
  RETURN_IF_ERROR(RecordArrangement(work, arranged, before, caller.staff, as));
  return arranged;
}

absl::StatusOr<Arranged> FindArranged(db::Connection& connection, const store::EnrolmentKey& key,
                                      const Caller& caller) {
  ASSIGN_OR_RETURN(store::EnrolmentView view, FindOwnOrAsCoach(connection, key, caller));
  ASSIGN_OR_RETURN(std::optional<Cohort> cohort,
                   store::FindCohort(connection, key.organisation, key.cohort));
  if (!cohort.has_value()) return status::Internal("an enrolment without its cohort");
  return Arranged{*std::move(cohort), std::move(view.enrolment)};
}

absl::Status RecordArrangement(Work& work, const Arranged& arranged,
                               const std::optional<Arrangement>& from, const id::Uuid& by, By as) {
  const Enrolment& enrolment = arranged.enrolment;
  return store::InsertArrangementChange(
      work.tx, {enrolment.organisation, enrolment.id, enrolment.version, work.now, by, as, from,
                ArrangementOf(arranged.cohort, enrolment)});
}

absl::Status CheckEtag(absl::string_view etag, int64_t version) {
  if (etag.empty() || etag == Etag(version)) return absl::OkStatus();
  return status::Aborted("ETAG_MISMATCH", "It has changed since you read it: read it again.");
}

}  // namespace dap::enrolment
