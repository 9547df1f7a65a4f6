#include "services/activity/operations/take_in_entry.h"

#include <optional>

#include "libs/days_off/days_off.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/operations/contribute.h"
#include "services/activity/operations/review_spell.h"
#include "services/activity/operations/silence_spell.h"
#include "services/activity/store/participations.h"
#include "services/activity/store/standstills.h"
#include "services/activity/store/sweep_days.h"

namespace dap::activity {
namespace {

absl::Status TakeInPause(db::Connection& tx, feed::Outbox& outbox, Participation& participation,
                         absl::Time at) {
  const bool paused = participation.state == EnrolmentState::kPaused;
  if (paused == participation.paused) return absl::OkStatus();
  participation.paused = paused;
  if (!paused) {
    participation.resumed_at = at;
    participation.silent_since = SilentSince(participation);
    return EndStandstill(tx, participation.organisation, participation.enrolment,
                         StandstillCause::kPause, at);
  }
  RETURN_IF_ERROR(EndSpell(tx, outbox, participation, at));
  RETURN_IF_ERROR(CloseQueueEntry(tx, outbox, participation, Outcome::kEnded, std::nullopt, at));
  return BeginStandstill(tx, participation.organisation, participation.enrolment,
                         StandstillCause::kPause, at);
}

absl::Status TakeInEnd(db::Connection& tx, feed::Outbox& outbox, Participation& participation,
                       absl::Time at) {
  if (TakesPart(participation.state)) return absl::OkStatus();
  RETURN_IF_ERROR(EndSpell(tx, outbox, participation, at));
  return CloseQueueEntry(tx, outbox, participation, Outcome::kEnded, std::nullopt, at);
}

absl::Status TakeInPatron(db::Connection& tx, feed::Outbox& outbox,
                          const Participation& participation, const id::Uuid& patron,
                          absl::Time at) {
  ASSIGN_OR_RETURN(std::optional<QueueEntry> open,
                   LockOpenQueueEntry(tx, participation.organisation, participation.enrolment));
  if (!open || open->patron == patron) return absl::OkStatus();
  open->patron = patron;
  if (patron.is_nil()) {
    open->outcome = Outcome::kToCoach;
    AddClosed(outbox, *open);
  } else if (open->outcome == Outcome::kOpen) {
    AddOpened(outbox, *open);
  }
  return SaveQueueEntry(tx, *open, at);
}

absl::Status Welcome(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                     Participation& participation, const roster::Entry& entry, absl::Time at) {
  if (participation.welcomed || participation.state != EnrolmentState::kActive ||
      entry.way_in != enrolment::v1::WAY_IN_TOLD_TO || entry.patron.is_nil() ||
      !participation.activated_at) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(participation.time_zone));
  ASSIGN_OR_RETURN(time::DayOff off,
                   days_off::ForOne(tx, participation.organisation, WhoOf(participation)));
  const int days = time::WorkingDaysBetween(time::DayOf(*participation.activated_at, zone),
                                            time::DayOf(at, zone), off);
  if (days > context.settings.welcome_working_days) return absl::OkStatus();
  participation.welcomed = true;
  return OpenQueueEntries(context, tx, outbox, {participation}, EntryReason::kWelcome, at);
}

// The columns that are copies.
void Copy(const roster::Entry& entry, absl::Time at, Participation& participation) {
  participation.organisation = entry.organisation;
  participation.enrolment = entry.enrolment;
  participation.version = entry.version;
  participation.cohort = entry.cohort;
  participation.participant = entry.participant;
  participation.state = static_cast<EnrolmentState>(entry.state);
  participation.time_zone = entry.time_zone;
  if (!participation.joined_at && TakesPart(participation.state)) participation.joined_at = at;
  if (!participation.activated_at) participation.activated_at = entry.activate_time;
  participation.silent_since = SilentSince(participation);
}

}  // namespace

absl::Status TakeInEntry(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                         const roster::Entry& entry, absl::Time at) {
  ASSIGN_OR_RETURN(Participation participation,
                   LockOrBegin(tx, entry.organisation, entry.enrolment));
  if (participation.version >= entry.version) return absl::OkStatus();
  Copy(entry, at, participation);
  RETURN_IF_ERROR(TakeInPause(tx, outbox, participation, at));
  RETURN_IF_ERROR(TakeInEnd(tx, outbox, participation, at));
  RETURN_IF_ERROR(TakeInPatron(tx, outbox, participation, entry.patron, at));
  RETURN_IF_ERROR(Welcome(context, tx, outbox, participation, entry, at));
  RETURN_IF_ERROR(SaveOrganisation(tx, entry.organisation, entry.time_zone));
  return SaveParticipations(tx, {participation});
}

}  // namespace dap::activity
