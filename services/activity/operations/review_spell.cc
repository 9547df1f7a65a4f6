#include "services/activity/operations/review_spell.h"

#include <optional>
#include <utility>

#include "libs/status/macros.h"
#include "services/activity/domain/silence.h"
#include "services/activity/operations/silence_spell.h"
#include "services/activity/store/standstills.h"
#include "services/activity/store/sweep_days.h"

namespace dap::activity {
namespace {

absl::Status ReviewOne(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                       const id::Uuid& organisation, const id::Uuid& enrolment) {
  ASSIGN_OR_RETURN(std::optional<Participation> held,
                   LockParticipation(tx, organisation, enrolment));
  // Of version 0: its own event, which is still to come, brings the zone.
  if (!held || held->version == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(held->time_zone));
  ASSIGN_OR_RETURN(std::vector<Participation> changed,
                   ReviewSpells(context, tx, outbox, zone, {*std::move(held)}));
  return SaveParticipations(tx, changed);
}

}  // namespace

days_off::Who WhoOf(const Participation& participation) {
  return {participation.enrolment, participation.cohort, participation.participant};
}

absl::StatusOr<std::vector<WorkingDays>> WorkingDaysOf(db::Connection& db, absl::TimeZone zone,
                                                       absl::Span<const Participation> people) {
  std::vector<WorkingDays> days;
  if (people.empty()) return days;
  const id::Uuid& organisation = people.front().organisation;
  std::vector<id::Uuid> enrolments;
  std::vector<days_off::Who> who;
  for (const Participation& one : people) {
    enrolments.push_back(one.enrolment);
    who.push_back(WhoOf(one));
  }
  ASSIGN_OR_RETURN(auto standstills, ListStandstills(db, organisation, enrolments));
  ASSIGN_OR_RETURN(std::vector<time::DayOff> off, days_off::For(db, organisation, who));
  for (size_t i = 0; i < people.size(); ++i) {
    days.emplace_back(zone, std::move(off[i]), standstills[enrolments[i]]);
  }
  return days;
}

absl::StatusOr<std::vector<Participation>> ReviewSpells(const Context& context, db::Connection& tx,
                                                        feed::Outbox& outbox, absl::TimeZone zone,
                                                        std::vector<Participation> people) {
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(std::vector<WorkingDays> days, WorkingDaysOf(tx, zone, people));
  std::vector<Participation> changed;
  for (size_t i = 0; i < people.size(); ++i) {
    Participation& one = people[i];
    if (one.spell.is_nil() || !one.silent_since) continue;
    const int silent =
        SilentDays(time::DayOf(*one.silent_since, zone), time::DayOf(now, zone), days[i]);
    if (!DueRungs(Rung::kNone, silent, context.settings).empty()) continue;
    RETURN_IF_ERROR(EndSpell(tx, outbox, one, now));
    changed.push_back(std::move(one));
  }
  return changed;
}

absl::Status TakeInDaysOff(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                           const days_off::Days& days) {
  ASSIGN_OR_RETURN(bool newer, days_off::Save(tx, days));
  if (!newer) return absl::OkStatus();
  if (days.scope != days_off::Scope::kEnrolment) return MarkDaysChanged(tx, days.organisation);
  return ReviewOne(context, tx, outbox, days.organisation, days.subject);
}

}  // namespace dap::activity
