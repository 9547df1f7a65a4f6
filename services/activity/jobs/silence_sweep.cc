#include "services/activity/jobs/silence_sweep.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/days_off/days_off.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/convert.h"
#include "services/activity/operations/review_spell.h"
#include "services/activity/operations/silence_spell.h"
#include "services/activity/store/check_ins.h"
#include "services/activity/store/patron_queue.h"
#include "services/activity/store/standstills.h"
#include "services/activity/store/sweep_days.h"

namespace dap::activity {
namespace {

// Enrolments of one transaction: enough to share its commit, few enough to hold locks shortly.
constexpr int kPage = 256;

absl::CivilDay LastWorkingDay(absl::CivilDay today, const time::DayOff& off) {
  // A calendar that has no working day for months is broken; look no further.
  absl::CivilDay day = today;
  for (int i = 0; i < 100 && !time::IsWorkingDay(day, off); ++i) --day;
  return day;
}

absl::Status PastDeadline(absl::Time deadline) {
  if (time::SystemClock().Now() < deadline) return absl::OkStatus();
  return absl::DeadlineExceededError("the sweep goes on at the next tick");
}

// An entry that may move on, with whom it is about and the days that count towards it.
struct DueEntry {
  QueueEntry entry;
  Participation about;
  WorkingDays days;
};

// Locks those that are still open. The days are the patron's, by their calendar and the closed days
// of the cohort, without those on which the participant's clocks stood still. Four queries, five
// where there are own calendars.
absl::StatusOr<std::vector<DueEntry>> LockDue(db::Connection& tx, const id::Uuid& organisation,
                                              absl::TimeZone zone,
                                              const std::vector<QueueEntry>& seen) {
  std::vector<id::Uuid> ids;
  for (const QueueEntry& entry : seen) ids.push_back(entry.entry);
  ASSIGN_OR_RETURN(std::vector<QueueEntry> entries, LockOpenQueueEntries(tx, organisation, ids));
  std::vector<DueEntry> due;
  if (entries.empty()) return due;
  std::vector<id::Uuid> enrolments;
  for (const QueueEntry& entry : entries) enrolments.push_back(entry.enrolment);
  ASSIGN_OR_RETURN(std::vector<Participation> people,
                   FindParticipations(tx, organisation, enrolments));
  absl::flat_hash_map<id::Uuid, Participation> about;
  for (Participation& one : people) about[one.enrolment] = std::move(one);
  std::vector<days_off::Who> who;
  for (const QueueEntry& entry : entries) {
    who.push_back({id::Uuid(), about[entry.enrolment].cohort, entry.patron});
  }
  ASSIGN_OR_RETURN(std::vector<time::DayOff> off, days_off::For(tx, organisation, who));
  ASSIGN_OR_RETURN(auto standstills, ListStandstills(tx, organisation, enrolments));
  for (size_t i = 0; i < entries.size(); ++i) {
    due.push_back({entries[i], std::move(about[entries[i].enrolment]),
                   WorkingDays(zone, std::move(off[i]), standstills[entries[i].enrolment])});
  }
  return due;
}

}  // namespace

absl::Status SilenceSweep::Tick(absl::Time deadline) {
  ASSIGN_OR_RETURN(std::vector<SweepDay> organisations,
                   db::Read(context_.pool, deadline, ListSweepDays));
  const absl::Time now = context_.clock.Now();
  absl::Status first_error;
  for (const SweepDay& known : organisations) {
    absl::Status swept = [&]() -> absl::Status {
      ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(known.time_zone));
      const absl::CivilDay today = time::DayOf(now, zone);
      const bool days_changed = known.days_version != known.reviewed_version;
      if (known.seen_day == today && !days_changed) return absl::OkStatus();
      ASSIGN_OR_RETURN(const time::DayOff off, OrganisationsDaysOff(known.organisation, deadline));
      const absl::CivilDay day = LastWorkingDay(today, off);
      const Run run = {known.organisation, zone, day, deadline};
      if (days_changed) RETURN_IF_ERROR(Review(run));
      if (days_changed || known.swept_day != day) {
        RETURN_IF_ERROR(Sweep(known.organisation, zone, day, deadline));
      }
      const SweepDay done = {known.organisation, known.time_zone,   day, today,
                             known.days_version, known.days_version};
      return db::Transaction(context_.pool, deadline,
                             [&](db::Connection& tx) { return SaveSweptDay(tx, done); });
    }();
    // One organisation's trouble is not the others'.
    if (!swept.ok() && first_error.ok()) first_error = swept;
  }
  return first_error;
}

absl::Status SilenceSweep::Sweep(const id::Uuid& organisation, absl::TimeZone zone,
                                 absl::CivilDay today, absl::Time deadline) {
  const Run run = {organisation, zone, today, deadline};
  for (Rung reached : {Rung::kNone, Rung::kCheckIn, Rung::kPatron}) {
    RETURN_IF_ERROR(SweepRung(run, reached));
  }
  return MoveQueueOn(run);
}

absl::Status SilenceSweep::SweepRung(const Run& run, Rung reached) {
  // Closed days alone are off for everybody, whatever their calendar: more would pass people over.
  ASSIGN_OR_RETURN(const time::DayOff off,
                   db::Read(context_.pool, run.deadline, [&](db::Connection& db) {
                     return days_off::ForEverybody(db, run.organisation);
                   }));
  const absl::CivilDay latest = LatestSinceFor(reached, run.today, off, context_.settings);
  return ForEachPage(
      run, reached, time::StartOf(latest + 1, run.zone),
      [&](const std::vector<id::Uuid>& enrolments) { return ReachAll(run, reached, enrolments); });
}

absl::Status SilenceSweep::ForEachPage(
    const Run& run, Rung reached, absl::Time cutoff,
    absl::FunctionRef<absl::Status(const std::vector<id::Uuid>&)> each) {
  SilencePlace after;
  while (true) {
    RETURN_IF_ERROR(PastDeadline(run.deadline));
    ASSIGN_OR_RETURN(std::vector<SilencePlace> page,
                     db::Read(context_.pool, run.deadline, [&](db::Connection& db) {
                       return ListSilent(db, run.organisation, reached, cutoff, after, kPage);
                     }));
    if (page.empty()) return absl::OkStatus();
    after = page.back();
    std::vector<id::Uuid> enrolments;
    for (const SilencePlace& place : page) enrolments.push_back(place.enrolment);
    RETURN_IF_ERROR(each(enrolments));
  }
}

absl::StatusOr<time::DayOff> SilenceSweep::OrganisationsDaysOff(const id::Uuid& organisation,
                                                                absl::Time deadline) {
  return db::Read(context_.pool, deadline,
                  [&](db::Connection& db) { return days_off::ForOne(db, organisation, {}); });
}

absl::Status SilenceSweep::Review(const Run& run) {
  const absl::Time everybody = context_.clock.Now() + absl::Hours(24);
  for (Rung reached : {Rung::kCheckIn, Rung::kPatron, Rung::kCoach}) {
    RETURN_IF_ERROR(ForEachPage(run, reached, everybody, [&](const std::vector<id::Uuid>& page) {
      return ReviewPage(run, page);
    }));
  }
  return absl::OkStatus();
}

absl::Status SilenceSweep::ReviewPage(const Run& run, const std::vector<id::Uuid>& enrolments) {
  RETURN_IF_ERROR(
      db::Transaction(context_.pool, run.deadline, [&](db::Connection& tx) -> absl::Status {
        ASSIGN_OR_RETURN(std::vector<Participation> locked,
                         LockParticipations(tx, run.organisation, enrolments));
        feed::Outbox outbox;
        ASSIGN_OR_RETURN(std::vector<Participation> changed,
                         ReviewSpells(context_, tx, outbox, run.zone, std::move(locked)));
        RETURN_IF_ERROR(SaveParticipations(tx, changed));
        return context_.feed.Append(tx, outbox);
      }));
  context_.feed.Notify();
  return absl::OkStatus();
}

absl::Status SilenceSweep::ReachAll(const Run& run, Rung reached,
                                    const std::vector<id::Uuid>& enrolments) {
  RETURN_IF_ERROR(
      db::Transaction(context_.pool, run.deadline, [&](db::Connection& tx) -> absl::Status {
        ASSIGN_OR_RETURN(std::vector<Participation> locked,
                         LockParticipations(tx, run.organisation, enrolments));
        ASSIGN_OR_RETURN(const std::vector<WorkingDays> days, WorkingDaysOf(tx, run.zone, locked));
        feed::Outbox outbox;
        std::vector<Participation> changed;
        std::vector<CheckInRow> check_ins;
        for (size_t i = 0; i < locked.size(); ++i) {
          Participation& participation = locked[i];
          if (participation.state != EnrolmentState::kActive || participation.rung != reached ||
              participation.standing_still() || !participation.silent_since) {
            continue;
          }
          const int silent =
              SilentDays(time::DayOf(*participation.silent_since, run.zone), run.today, days[i]);
          if (DueRungs(reached, silent, context_.settings).empty()) continue;
          std::optional<CheckInRow> check_in = Reach(run, outbox, participation, silent);
          if (check_in) check_ins.push_back(*std::move(check_in));
          changed.push_back(std::move(participation));
        }
        RETURN_IF_ERROR(InsertCheckIns(tx, check_ins));
        if (reached == Rung::kCheckIn) {
          RETURN_IF_ERROR(OpenQueueEntries(context_, tx, outbox, changed, EntryReason::kSilence,
                                           context_.clock.Now()));
        }
        RETURN_IF_ERROR(SaveParticipations(tx, changed));
        return context_.feed.Append(tx, outbox);
      }));
  context_.feed.Notify();
  return absl::OkStatus();
}

std::optional<CheckInRow> SilenceSweep::Reach(const Run& run, feed::Outbox& outbox,
                                              Participation& participation, int silent_days) {
  const Rung rung = static_cast<Rung>(static_cast<int>(participation.rung) + 1);
  if (rung == Rung::kCheckIn) participation.spell = context_.ids.Next();
  participation.rung = rung;
  events::v1::Event event;
  events::v1::SilenceRungReached& reached = *event.mutable_silence_rung_reached();
  reached.set_enrolment(Bytes(participation.enrolment));
  reached.set_spell(Bytes(participation.spell));
  reached.set_rung(static_cast<v1::SilenceRung>(rung));
  *reached.mutable_since_date() = ToProto(time::DayOf(*participation.silent_since, run.zone));
  reached.set_working_days(silent_days);
  std::optional<CheckInRow> check_in;
  if (rung == Rung::kCheckIn) {
    check_in.emplace();
    check_in->organisation = run.organisation;
    check_in->enrolment = participation.enrolment;
    check_in->check_in = context_.ids.Next();
    check_in->spell = participation.spell;
    check_in->create_time = context_.clock.Now();
    reached.set_check_in(Bytes(check_in->check_in));
  }
  outbox.Add(run.organisation, std::move(event));
  return check_in;
}

absl::Status SilenceSweep::MoveQueueOn(const Run& run) {
  DuePlace after;
  while (true) {
    RETURN_IF_ERROR(PastDeadline(run.deadline));
    ASSIGN_OR_RETURN(std::vector<QueueEntry> due,
                     db::Read(context_.pool, run.deadline, [&](db::Connection& db) {
                       return ListDueQueueEntries(db, run.organisation, run.today, after, kPage);
                     }));
    if (due.empty()) return absl::OkStatus();
    after = {due.back().due_day, due.back().entry};
    RETURN_IF_ERROR(db::Transaction(context_.pool, run.deadline,
                                    [&](db::Connection& tx) { return MoveOn(run, tx, due); }));
    context_.feed.Notify();
  }
}

absl::Status SilenceSweep::MoveOn(const Run& run, db::Connection& tx,
                                  const std::vector<QueueEntry>& seen) {
  ASSIGN_OR_RETURN(std::vector<DueEntry> due, LockDue(tx, run.organisation, run.zone, seen));
  feed::Outbox outbox;
  std::vector<QueueEntry> moved;
  for (DueEntry& one : due) {
    QueueEntry& entry = one.entry;
    if (one.about.standing_still()) continue;
    const auto off = [&one](absl::CivilDay day) { return !one.days.IsFree(day); };
    if (!IsDue(entry.outcome, entry.due_day, run.today, off, context_.settings)) continue;
    entry.outcome = NextByItself(entry.outcome);
    if (entry.outcome == Outcome::kOpen) {
      entry.due_day = EarliestDue(Outcome::kOpen, run.today, context_.settings);
      AddOpened(outbox, entry);
    } else {
      AddClosed(outbox, entry);
    }
    moved.push_back(entry);
  }
  RETURN_IF_ERROR(SaveQueueEntries(tx, moved, context_.clock.Now()));
  return context_.feed.Append(tx, outbox);
}

}  // namespace dap::activity
