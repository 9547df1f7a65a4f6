#include "libs/days_off/days_off.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "days_off_migrations.h"
#include "libs/days_off/days_table.h"
#include "libs/db/migration.h"
#include "libs/holidays/calendar.h"
#include "libs/status/macros.h"
#include "libs/telemetry/log.h"
#include "libs/telemetry/metrics.h"
#include "libs/time/clock.h"

namespace dap::days_off {
namespace {

constexpr absl::Duration kWarnBefore = absl::Hours(24 * 183);

using SharedPeriods = std::shared_ptr<const Periods>;

// What a person's days are made from.
struct Sources {
  // A calendar that ships, or none.
  const holidays::Calendar* shipped = nullptr;
  // Closed days, leave, an own calendar; none of them null.
  std::vector<SharedPeriods> periods;
};

time::DayOff DayOffOf(Sources sources) {
  if (sources.shipped == nullptr && sources.periods.empty()) return time::NoDaysOff;
  return [sources = std::move(sources)](absl::CivilDay day) {
    if (sources.shipped != nullptr && sources.shipped->Find(day) != nullptr) return true;
    for (const SharedPeriods& periods : sources.periods) {
      if (Contains(*periods, day)) return true;
    }
    return false;
  };
}

void AddPeriods(const SharedPeriods& periods, Sources& sources) {
  if (periods != nullptr && !periods->empty()) sources.periods.push_back(periods);
}

// The rows of an organisation that answer a question, by whose they are.
class Held {
 public:
  // Takes in rows, and reads the own calendars that they name.
  absl::Status Take(db::Connection& db, const id::Uuid& organisation, std::vector<Days> rows) {
    for (Days& row : rows) Add(std::move(row));
    absl::flat_hash_set<id::Uuid> own;
    for (const auto& [whose, calendar] : calendars_) {
      if (holidays::FindShipped(calendar) != nullptr) continue;
      if (const auto id = id::Uuid::Parse(calendar); id.ok()) own.insert(*id);
    }
    ASSIGN_OR_RETURN(rows, List(db, organisation, Scope::kCalendar,
                                std::vector<id::Uuid>(own.begin(), own.end())));
    for (Days& row : rows) Add(std::move(row));
    return absl::OkStatus();
  }

  // `leave` are the enrolments whose leave counts.
  time::DayOff Of(const id::Uuid& organisation, const Who& who,
                  absl::Span<const id::Uuid> leave) const {
    Sources sources;
    AddCalendar(CalendarOf(organisation, who.staff_member), sources);
    AddPeriods(Find(Scope::kOrganisation, organisation), sources);
    AddPeriods(Find(Scope::kCohort, who.cohort), sources);
    for (const id::Uuid& enrolment : leave) {
      AddPeriods(Find(Scope::kEnrolment, enrolment), sources);
    }
    return DayOffOf(std::move(sources));
  }

 private:
  using Key = std::pair<Scope, id::Uuid>;

  void Add(Days row) {
    const Key key(row.scope, row.subject);
    if (!row.calendar.empty()) calendars_[key] = std::move(row.calendar);
    periods_[key] = std::make_shared<const Periods>(std::move(row.periods));
  }
  SharedPeriods Find(Scope scope, const id::Uuid& subject) const {
    const auto it = periods_.find(Key(scope, subject));
    return it == periods_.end() ? nullptr : it->second;
  }
  std::string CalendarOf(const id::Uuid& organisation, const id::Uuid& staff_member) const {
    auto it = calendars_.find(Key(Scope::kStaffMember, staff_member));
    if (it == calendars_.end()) it = calendars_.find(Key(Scope::kOrganisation, organisation));
    return it == calendars_.end() ? "" : it->second;
  }
  void AddCalendar(const std::string& calendar, Sources& sources) const {
    sources.shipped = holidays::FindShipped(calendar);
    if (sources.shipped != nullptr) return;
    if (const auto own = id::Uuid::Parse(calendar); own.ok()) {
      AddPeriods(Find(Scope::kCalendar, *own), sources);
    }
  }

  absl::flat_hash_map<Key, SharedPeriods> periods_;
  absl::flat_hash_map<Key, std::string> calendars_;
};

void Insert(const id::Uuid& id, absl::flat_hash_set<id::Uuid>& ids) {
  if (!id.is_nil()) ids.insert(id);
}

Subjects SubjectsOf(absl::Span<const Who> who) {
  absl::flat_hash_set<id::Uuid> cohorts, staff_members, enrolments;
  for (const Who& one : who) {
    Insert(one.cohort, cohorts);
    Insert(one.staff_member, staff_members);
    Insert(one.enrolment, enrolments);
  }
  return {{cohorts.begin(), cohorts.end()},
          {staff_members.begin(), staff_members.end()},
          {enrolments.begin(), enrolments.end()}};
}

}  // namespace

absl::Status Migrate(db::Pool& pool) {
  return db::Migrate(pool, "days_off", Migrations(), time::SystemClock());
}

absl::StatusOr<std::vector<time::DayOff>> For(db::Connection& db, const id::Uuid& organisation,
                                              absl::Span<const Who> who) {
  ASSIGN_OR_RETURN(std::vector<Days> rows, List(db, organisation, SubjectsOf(who)));
  Held held;
  RETURN_IF_ERROR(held.Take(db, organisation, std::move(rows)));
  std::vector<time::DayOff> days;
  days.reserve(who.size());
  for (const Who& one : who) days.push_back(held.Of(organisation, one, {one.enrolment}));
  return days;
}

absl::StatusOr<time::DayOff> ForOne(db::Connection& db, const id::Uuid& organisation,
                                    const Who& who) {
  ASSIGN_OR_RETURN(std::vector<time::DayOff> days, For(db, organisation, {who}));
  return std::move(days.front());
}

absl::StatusOr<time::DayOff> ForStaffMember(db::Connection& db, const id::Uuid& organisation,
                                            const id::Uuid& cohort, const id::Uuid& staff_member) {
  Who who;
  who.cohort = cohort;
  who.staff_member = staff_member;
  ASSIGN_OR_RETURN(std::vector<Days> rows, List(db, organisation, SubjectsOf({who})));
  ASSIGN_OR_RETURN(std::vector<Days> leave, ListLeaveOf(db, organisation, staff_member));
  std::vector<id::Uuid> enrolments;
  for (Days& row : leave) {
    enrolments.push_back(row.subject);
    rows.push_back(std::move(row));
  }
  Held held;
  RETURN_IF_ERROR(held.Take(db, organisation, std::move(rows)));
  return held.Of(organisation, who, enrolments);
}

absl::StatusOr<time::DayOff> ForEverybody(db::Connection& db, const id::Uuid& organisation) {
  ASSIGN_OR_RETURN(Days days, Find(db, organisation, Scope::kOrganisation, organisation));
  Sources sources;
  AddPeriods(std::make_shared<const Periods>(std::move(days.periods)), sources);
  return DayOffOf(std::move(sources));
}

void TellCoverage(prometheus::Registry& registry, absl::Time now) {
  auto& gauges = telemetry::Gauges(registry, "dap_holidays_covered_until_seconds",
                                   "End of the public holidays that are known, in Unix time.");
  for (const holidays::Calendar& calendar : holidays::Shipped()) {
    const absl::Time end =
        absl::FromCivil(absl::CivilYear(calendar.last_year()) + 1, absl::UTCTimeZone());
    gauges.Add({{"calendar", calendar.id()}}).Set(static_cast<double>(absl::ToUnixSeconds(end)));
    if (end - now > kWarnBefore) continue;
    telemetry::Log(telemetry::Severity::kWarning, "holidays_end",
                   {{"calendar", calendar.id()},
                    {"last_year", calendar.last_year()},
                    {"version", calendar.version()}});
  }
}

}  // namespace dap::days_off
