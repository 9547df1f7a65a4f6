#include "services/activity/operations/silence_spell.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/operations/untimed_id.h"

namespace dap::activity {
namespace {

std::string Bytes(const id::Uuid& id) { return std::string(id.bytes()); }

}  // namespace

std::optional<absl::Time> SilentSince(const Participation& participation) {
  if (!participation.activated_at) return std::nullopt;
  return std::max({*participation.activated_at,
                   participation.last_contribution_at.value_or(absl::InfinitePast()),
                   participation.resumed_at.value_or(absl::InfinitePast())});
}

absl::Status Advance(db::Connection& tx, feed::Outbox& outbox, Participation& participation,
                     absl::Time told, absl::Time now) {
  if (participation.last_contribution_at && told <= *participation.last_contribution_at) {
    return absl::OkStatus();
  }
  const std::optional<absl::Time> before = participation.silent_since;
  participation.last_contribution_at = told;
  participation.silent_since = SilentSince(participation);
  if (participation.silent_since == before) return absl::OkStatus();
  return EndSpell(tx, outbox, participation, now);
}

absl::Status EndSpell(db::Connection& tx, feed::Outbox& outbox, Participation& participation,
                      absl::Time now) {
  if (participation.spell.is_nil()) return absl::OkStatus();
  events::v1::Event event;
  event.mutable_silence_spell_ended()->set_enrolment(Bytes(participation.enrolment));
  event.mutable_silence_spell_ended()->set_spell(Bytes(participation.spell));
  outbox.Add(participation.organisation, std::move(event));
  participation.spell = id::Uuid();
  participation.rung = Rung::kNone;
  return CloseQueueEntry(tx, outbox, participation, Outcome::kEnded, EntryReason::kSilence, now);
}

absl::Status CloseQueueEntry(db::Connection& tx, feed::Outbox& outbox,
                             const Participation& participation, Outcome outcome,
                             std::optional<EntryReason> reason, absl::Time now) {
  ASSIGN_OR_RETURN(std::optional<QueueEntry> entry,
                   LockOpenQueueEntry(tx, participation.organisation, participation.enrolment));
  if (!entry || (reason && entry->reason != *reason)) return absl::OkStatus();
  entry->outcome = outcome;
  AddClosed(outbox, *entry);
  return SaveQueueEntry(tx, *entry, now);
}

absl::Status OpenQueueEntries(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                              absl::Span<const Participation> participations, EntryReason reason,
                              absl::Time now) {
  if (participations.empty()) return absl::OkStatus();
  const id::Uuid& organisation = participations.front().organisation;
  std::vector<id::Uuid> enrolments;
  for (const Participation& one : participations) enrolments.push_back(one.enrolment);
  ASSIGN_OR_RETURN(std::vector<PatronOf> known, ListPatronsOf(tx, organisation, enrolments));
  absl::flat_hash_map<id::Uuid, PatronOf> patrons;
  for (const PatronOf& one : known) patrons[one.enrolment] = one;
  std::vector<QueueEntry> entries;
  for (const Participation& one : participations) {
    const PatronOf& asked = patrons[one.enrolment];
    if (asked.has_open_entry) continue;
    ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(one.time_zone));
    QueueEntry& entry = entries.emplace_back();
    entry.organisation = organisation;
    // A patron sees an entry's name: its time would tell when somebody last did something.
    entry.entry = UntimedId(context.ids);
    entry.enrolment = one.enrolment;
    entry.patron = asked.patron;
    entry.reason = reason;
    entry.outcome = asked.patron.is_nil() ? Outcome::kToCoach : Outcome::kOpen;
    entry.create_time = now;
    entry.due_day = EarliestDue(Outcome::kOpen, time::DayOf(now, zone), context.settings);
    asked.patron.is_nil() ? AddClosed(outbox, entry) : AddOpened(outbox, entry);
  }
  return InsertQueueEntries(tx, entries);
}

void AddOpened(feed::Outbox& outbox, const QueueEntry& entry) {
  events::v1::Event event;
  events::v1::PatronQueueEntryOpened& opened = *event.mutable_patron_queue_entry_opened();
  opened.set_entry(Bytes(entry.entry));
  opened.set_enrolment(Bytes(entry.enrolment));
  opened.set_patron(Bytes(entry.patron));
  opened.set_opening(std::string(OpeningFor(PatronView::kWouldWelcomeAWord)));
  outbox.Add(entry.organisation, std::move(event));
}

void AddClosed(feed::Outbox& outbox, const QueueEntry& entry) {
  events::v1::Event event;
  events::v1::PatronQueueEntryClosed& closed = *event.mutable_patron_queue_entry_closed();
  closed.set_entry(Bytes(entry.entry));
  closed.set_enrolment(Bytes(entry.enrolment));
  if (!entry.patron.is_nil()) closed.set_patron(Bytes(entry.patron));
  closed.set_outcome(static_cast<v1::PatronQueueOutcome>(entry.outcome));
  outbox.Add(entry.organisation, std::move(event));
}

}  // namespace dap::activity
