#include "libs/roster/roster.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/notification/consumers/event_handlers.h"
#include "services/notification/consumers/event_times.h"
#include "services/notification/operations/tell.h"
#include "services/notification/store/messages.h"
#include "services/notification/store/resting.h"

namespace dap::notification {
namespace {

// One event, as the functions below take it.
struct Heard {
  const Context& context;
  db::Connection& tx;
  id::Uuid organisation;
  absl::Time at;
};

id::Uuid Id(const std::string& bytes) { return id::Uuid::FromBytes(bytes); }

absl::StatusOr<roster::Entry> EntryOf(const Heard& heard, const std::string& enrolment) {
  absl::StatusOr<roster::Entry> entry = roster::Get(heard.tx, heard.organisation, Id(enrolment));
  if (!absl::IsNotFound(entry.status())) return entry;
  return status::Unavailable("ENROLMENT_NOT_HERE_YET",
                             "The enrolment's own event has not come yet.");
}

absl::Status ApplyRung(const Heard& heard, const events::v1::SilenceRungReached& reached) {
  // The patron's rung is told by the entry it opens.
  if (reached.rung() == activity::v1::SILENCE_RUNG_PATRON) return absl::OkStatus();
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, reached.enrolment()));
  const id::Uuid spell = Id(reached.spell());
  switch (reached.rung()) {
    case activity::v1::SILENCE_RUNG_CHECK_IN:
      return TellCheckIn(heard.context, heard.tx, entry,
                         {Id(reached.check_in()), 0, spell, heard.at}, reached.working_days());
    case activity::v1::SILENCE_RUNG_COACH:
      RETURN_IF_ERROR(BeginResting(heard.tx, heard.organisation, entry.enrolment, spell));
      return TellCoaches(heard.context, heard.tx, entry, OfferReason::kSilence,
                         reached.working_days(), {spell, 0, spell, heard.at});
    default:
      return absl::OkStatus();
  }
}

// What was asked of coaches because of the last rung, or of a patron's answer in the same silence.
// A call for help stands: a contribution does not answer it.
absl::Status ApplySpellEnded(const Heard& heard, const events::v1::SilenceSpellEnded& ended) {
  RETURN_IF_ERROR(
      EndResting(heard.tx, heard.organisation, Id(ended.enrolment()), Id(ended.spell())));
  RETURN_IF_ERROR(SettleMatter(heard.tx, heard.organisation, Id(ended.spell()), heard.at));
  return SettleMatterOfKind(heard.tx, heard.organisation, Kind::kOfferOneToOne,
                            Id(ended.enrolment()), heard.at);
}

absl::Status ApplyAnswer(const Heard& heard, const events::v1::CheckInAnswered& answered) {
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, answered.enrolment()));
  const id::Uuid check_in = Id(answered.check_in());
  RETURN_IF_ERROR(SettleCause(heard.tx, heard.organisation, entry.participant, Kind::kCheckIn,
                              check_in, heard.at));
  if (answered.answer() != activity::v1::CHECK_IN_ANSWER_NEED_HELP) return absl::OkStatus();
  return TellCoaches(heard.context, heard.tx, entry, OfferReason::kAskedForHelp, 0,
                     {check_in, 0, {}, heard.at});
}

// An entry is opened more than once: again after a snooze, or for another patron. Its position in
// the feed tells the openings apart.
absl::Status ApplyOpened(const Heard& heard, const events::v1::PatronQueueEntryOpened& opened,
                         int64_t position) {
  const id::Uuid patron = Id(opened.patron());
  if (patron.is_nil()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, opened.enrolment()));
  const id::Uuid queue_entry = Id(opened.entry());
  RETURN_IF_ERROR(SettleMatter(heard.tx, heard.organisation, queue_entry, heard.at, position));
  return TellPatron(heard.context, heard.tx, entry, patron, opened.opening(),
                    {queue_entry, position, {}, heard.at});
}

absl::Status ApplyClosed(const Heard& heard, const events::v1::PatronQueueEntryClosed& closed) {
  const id::Uuid queue_entry = Id(closed.entry());
  const bool to_coach = closed.outcome() == activity::v1::PATRON_QUEUE_OUTCOME_DECLINED ||
                        closed.outcome() == activity::v1::PATRON_QUEUE_OUTCOME_TO_COACH;
  RETURN_IF_ERROR(SettleMatter(heard.tx, heard.organisation, queue_entry, heard.at));
  if (!to_coach) return absl::OkStatus();
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, closed.enrolment()));
  // About the enrolment: the closing of the entry does not settle it, the end of the spell does.
  return TellCoaches(heard.context, heard.tx, entry, OfferReason::kFromPatron, 0,
                     {queue_entry, 0, entry.enrolment, heard.at});
}

absl::Status ApplyShared(const Heard& heard, const events::v1::ExperienceShared& shared) {
  if (shared.moment() == activity::v1::FIRST_TIME_MOMENT_UNSPECIFIED) return absl::OkStatus();
  ASSIGN_OR_RETURN(roster::Entry entry, EntryOf(heard, shared.enrolment()));
  // Where a coach had written it down, they have agreed.
  RETURN_IF_ERROR(SettleCause(heard.tx, heard.organisation, entry.participant, Kind::kConsent,
                              Id(shared.experience()), heard.at));
  if (shared.audience() == activity::v1::AUDIENCE_COACH) entry.patron = id::Uuid();
  return TellMoment(heard.context, heard.tx, entry, static_cast<Moment>(shared.moment()),
                    {Id(shared.experience()), 0, {}, heard.at});
}

// What was said of an earlier end is settled by whatever comes after it.
absl::Status ApplyBarrier(const Heard& heard, const events::v1::BarrierStanding& standing) {
  const bool ended = standing.state() == activity::v1::BARRIER_STATE_FIXED ||
                     standing.state() == activity::v1::BARRIER_STATE_WORKAROUND ||
                     standing.state() == activity::v1::BARRIER_STATE_REFUSED;
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, standing.enrolment()));
  const id::Uuid barrier = Id(standing.barrier());
  RETURN_IF_ERROR(SettleOlder(heard.tx, heard.organisation, entry.participant, Kind::kBarrier,
                              barrier, standing.version(), heard.at));
  if (!ended) return absl::OkStatus();
  const Cause cause = {barrier, standing.version(), {}, heard.at};
  RETURN_IF_ERROR(TellBarrier(heard.context, heard.tx, entry, standing.tool(),
                              static_cast<BarrierEnd>(standing.state()), standing.goals_size(),
                              cause));
  if (standing.state() != activity::v1::BARRIER_STATE_REFUSED || standing.goals().empty()) {
    return absl::OkStatus();
  }
  // While a goal is blocked its clocks stand still, so no silence would ever bring the coach.
  return TellCoaches(heard.context, heard.tx, entry, OfferReason::kBarrierRefused, 0, cause);
}

absl::Status ApplyRecorded(const Heard& heard, const events::v1::MomentRecorded& recorded) {
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, recorded.enrolment()));
  return TellConsent(heard.context, heard.tx, entry, static_cast<Moment>(recorded.moment()),
                     {Id(recorded.experience()), 0, {}, heard.at});
}

// It may be reported more than once, again after a coach has decided: the position tells them
// apart.
absl::Status ApplyReported(const Heard& heard, const events::v1::ExperienceReported& reported,
                           int64_t position) {
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, reported.enrolment()));
  return TellReported(heard.context, heard.tx, entry,
                      {Id(reported.experience()), position, {}, heard.at});
}

// Whoever has not heard of the moment, of the question or of the report yet would find nothing
// there; what its author narrowed is not the cohort's any more, and waits in the coaches' list.
absl::Status ApplyHidden(const Heard& heard, const events::v1::ExperienceHidden& hidden) {
  ASSIGN_OR_RETURN(const roster::Entry entry, EntryOf(heard, hidden.enrolment()));
  const id::Uuid experience = Id(hidden.experience());
  for (const Kind kind : {Kind::kMoment, Kind::kConsent, Kind::kExperienceReported}) {
    RETURN_IF_ERROR(SettleMatterOfKind(heard.tx, heard.organisation, kind, experience, heard.at));
  }
  if (!hidden.removed_by_coach()) return absl::OkStatus();
  return TellRemoved(heard.context, heard.tx, entry, {experience, 0, {}, heard.at});
}

}  // namespace

feed::Handler ActivityHandler(const Context& context) {
  return [&context](db::Connection& tx, feed::Outbox&,
                    const events::v1::Event& event) -> absl::Status {
    const Heard heard = {context, tx, Id(event.organisation()), TimeOf(event.occur_time())};
    switch (event.payload_case()) {
      case events::v1::Event::kSilenceRungReached:
        return ApplyRung(heard, event.silence_rung_reached());
      case events::v1::Event::kSilenceSpellEnded:
        return ApplySpellEnded(heard, event.silence_spell_ended());
      case events::v1::Event::kCheckInAnswered:
        return ApplyAnswer(heard, event.check_in_answered());
      case events::v1::Event::kPatronQueueEntryOpened:
        return ApplyOpened(heard, event.patron_queue_entry_opened(), event.position());
      case events::v1::Event::kPatronQueueEntryClosed:
        return ApplyClosed(heard, event.patron_queue_entry_closed());
      case events::v1::Event::kExperienceShared:
        return ApplyShared(heard, event.experience_shared());
      case events::v1::Event::kMomentRecorded:
        return ApplyRecorded(heard, event.moment_recorded());
      case events::v1::Event::kExperienceReported:
        return ApplyReported(heard, event.experience_reported(), event.position());
      case events::v1::Event::kBarrierStanding:
        return ApplyBarrier(heard, event.barrier_standing());
      case events::v1::Event::kExperienceHidden:
        return ApplyHidden(heard, event.experience_hidden());
      default:
        return absl::OkStatus();
    }
  };
}

}  // namespace dap::notification
