#include "services/activity/operations/contribute.h"

#include <optional>

#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/operations/silence_spell.h"
#include "services/activity/store/silence_epochs.h"

namespace dap::activity {

absl::StatusOr<Participation> LockOrBegin(db::Connection& tx, const id::Uuid& organisation,
                                          const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<Participation> held,
                   LockParticipation(tx, organisation, enrolment));
  if (held) return *std::move(held);
  RETURN_IF_ERROR(BeginParticipation(tx, organisation, enrolment));
  ASSIGN_OR_RETURN(held, LockParticipation(tx, organisation, enrolment));
  if (held) return *std::move(held);
  return status::Internal("a participation that was just begun is not there");
}

absl::Status Contribute(db::Connection& tx, feed::Outbox& outbox, const ContributionRow& row,
                        absl::Time now) {
  ASSIGN_OR_RETURN(Participation participation, LockOrBegin(tx, row.organisation, row.enrolment));
  RETURN_IF_ERROR(InsertContribution(tx, row));
  RETURN_IF_ERROR(Advance(tx, outbox, participation, row.time, now));
  return SaveParticipations(tx, {participation});
}

absl::Status Attend(db::Connection& tx, feed::Outbox& outbox, const ActivityRow& row,
                    absl::Time now) {
  ASSIGN_OR_RETURN(Participation participation, LockOrBegin(tx, row.organisation, row.enrolment));
  ASSIGN_OR_RETURN(bool known, HasActivity(tx, row.organisation, row.enrolment, row.activity));
  if (known) return absl::OkStatus();
  RETURN_IF_ERROR(InsertActivities(tx, {row}));
  RETURN_IF_ERROR(Advance(tx, outbox, participation, row.create_time, now));
  return SaveParticipations(tx, {participation});
}

absl::Status TakeBackAttendance(db::Connection& tx, const id::Uuid& organisation,
                                const id::Uuid& enrolment, const id::Uuid& session) {
  // Before the participation, as every deletion does: a writer that knows it from before looks
  // again.
  RETURN_IF_ERROR(RaiseEpoch(tx, organisation).status());
  ASSIGN_OR_RETURN(std::optional<Participation> held,
                   LockParticipation(tx, organisation, enrolment));
  if (!held) return absl::OkStatus();
  Participation& participation = *held;
  ASSIGN_OR_RETURN(std::optional<ActivityRow> found,
                   FindActivity(tx, organisation, enrolment, session));
  if (!found.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(DeleteActivity(tx, *found));
  ASSIGN_OR_RETURN(participation.last_contribution_at, LastTold(tx, organisation, enrolment));
  participation.silent_since = SilentSince(participation);
  return SaveParticipations(tx, {participation});
}

}  // namespace dap::activity
