#include "libs/days_off/days_off.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "libs/days_off/days_table.h"
#include "libs/db/testing/schema.h"
#include "libs/db/transaction.h"
#include "libs/holidays/calendar.h"
#include "libs/status/macros.h"
#include "libs/status/matchers.h"
#include "libs/time/clock.h"

namespace dap::days_off {
namespace {

using absl::CivilDay;
using status::HasReason;
using status::IsOk;

constexpr CivilDay kMonday(2026, 11, 2);

TEST(Periods, MergeWhatOverlapsAndTouches) {
  EXPECT_EQ(Merge({{kMonday + 9, kMonday + 9},
                   {kMonday, kMonday + 2},
                   {kMonday + 3, kMonday + 4},
                   {kMonday + 1, kMonday + 1}}),
            (Periods{{kMonday, kMonday + 4}, {kMonday + 9, kMonday + 9}}));
  EXPECT_TRUE(Merge({}).empty());
}

TEST(Periods, AreTextAndBack) {
  const Periods periods = {{CivilDay(2026, 12, 24), CivilDay(2026, 12, 31)},
                           {CivilDay(2027, 3, 1), CivilDay(2027, 3, 1)}};
  EXPECT_EQ(ToText(periods), "2026-12-24..2026-12-31 2027-03-01");
  EXPECT_EQ(*FromText(ToText(periods)), periods);
  EXPECT_EQ(*FromText(""), Periods());
  for (const char* bad : {"2026-12-24..", "..", "x", "2026-12-24..2026-12-25..2026-12-26"}) {
    EXPECT_FALSE(FromText(bad).ok()) << bad;
  }
}

TEST(Periods, ContainTheirFirstAndLastDay) {
  const Periods periods = {{kMonday, kMonday + 2}, {kMonday + 5, kMonday + 5}};
  for (int i = -1; i <= 7; ++i) {
    EXPECT_EQ(Contains(periods, kMonday + i), (i >= 0 && i <= 2) || i == 5) << i;
  }
  EXPECT_FALSE(Contains({}, kMonday));
}

class DaysOffTest : public testing::Test {
 protected:
  DaysOffTest() { EXPECT_THAT(Migrate(schema_.pool()), IsOk()); }

  absl::Time Soon() { return machine_.Now() + absl::Seconds(30); }
  id::Uuid NewId() { return ids_.Next(); }
  Days NewDays(Scope scope, const id::Uuid& subject, Periods periods, std::string calendar = "") {
    Days days;
    days.organisation = organisation_;
    days.scope = scope;
    days.subject = subject;
    days.periods = std::move(periods);
    days.calendar = std::move(calendar);
    days.version = ++version_;
    return days;
  }
  absl::StatusOr<bool> Keep(const Days& days) {
    return db::Transaction(schema_.pool(), Soon(),
                           [&](db::Connection& tx) { return Save(tx, days); });
  }
  template <typename F>
  auto Read(F body) {
    return db::Read(schema_.pool(), Soon(), body);
  }
  time::DayOff Of(const Who& who) {
    auto days = Read([&](db::Connection& db) { return ForOne(db, organisation_, who); });
    EXPECT_THAT(days, IsOk());
    return days.ok() ? *std::move(days) : time::NoDaysOff;
  }

  db::testing::Schema schema_;
  time::SystemClock machine_;
  id::Generator ids_{machine_};
  const id::Uuid organisation_ = ids_.Next();
  int64_t version_ = 0;
};

TEST_F(DaysOffTest, NobodyHasAnyBeforeSomethingIsTold) {
  const time::DayOff off = Of({NewId(), NewId(), NewId()});
  EXPECT_FALSE(off(CivilDay(2026, 12, 25)));
}

TEST_F(DaysOffTest, AnOlderVersionAndTheSameAgainChangeNothing) {
  const id::Uuid cohort = NewId();
  const Days older = NewDays(Scope::kCohort, cohort, {{kMonday, kMonday}});
  const Days newer = NewDays(Scope::kCohort, cohort, {{kMonday + 1, kMonday + 1}});
  EXPECT_TRUE(*Keep(newer));
  EXPECT_FALSE(*Keep(older));
  EXPECT_FALSE(*Keep(newer));
  const time::DayOff off = Of({id::Uuid(), cohort, id::Uuid()});
  EXPECT_FALSE(off(kMonday));
  EXPECT_TRUE(off(kMonday + 1));
}

TEST_F(DaysOffTest, AnEventThatIsNotWholeIsRefused) {
  for (Days days : {NewDays(Scope::kCohort, id::Uuid(), {}), NewDays(Scope(0), NewId(), {}),
                    NewDays(Scope(6), NewId(), {})}) {
    EXPECT_THAT(Keep(days), HasReason("DAYS_OFF_MALFORMED"));
  }
  Days unversioned = NewDays(Scope::kCohort, NewId(), {});
  unversioned.version = 0;
  EXPECT_THAT(Keep(unversioned), HasReason("DAYS_OFF_MALFORMED"));
}

TEST_F(DaysOffTest, APersonsCalendarTakesThePlaceOfTheOrganisations) {
  const id::Uuid scot = NewId();
  EXPECT_TRUE(*Keep(NewDays(Scope::kOrganisation, organisation_, {}, "england-and-wales")));
  EXPECT_TRUE(*Keep(NewDays(Scope::kStaffMember, scot, {}, "scotland")));
  const time::DayOff theirs = Of({id::Uuid(), id::Uuid(), scot});
  const time::DayOff others = Of({id::Uuid(), id::Uuid(), NewId()});
  const CivilDay st_andrews(2026, 11, 30), easter_monday(2026, 4, 6);
  EXPECT_TRUE(theirs(st_andrews));
  EXPECT_FALSE(theirs(easter_monday));
  EXPECT_FALSE(others(st_andrews));
  EXPECT_TRUE(others(easter_monday));
}

TEST_F(DaysOffTest, AnOwnCalendarIsReadWhereSomebodyHasIt) {
  const id::Uuid calendar = NewId();
  EXPECT_TRUE(*Keep(NewDays(Scope::kCalendar, calendar, {{kMonday, kMonday}})));
  EXPECT_FALSE(Of({})(kMonday));
  EXPECT_TRUE(*Keep(NewDays(Scope::kOrganisation, organisation_, {}, calendar.ToString())));
  EXPECT_TRUE(Of({})(kMonday));
}

TEST_F(DaysOffTest, AStaffMemberIsOnLeaveInAllTheirEnrolments) {
  const id::Uuid person = NewId(), one = NewId(), other = NewId();
  Days leave = NewDays(Scope::kEnrolment, one, {{kMonday, kMonday}});
  leave.staff_member = person;
  EXPECT_TRUE(*Keep(leave));
  EXPECT_FALSE(Of({other, id::Uuid(), person})(kMonday));
  EXPECT_TRUE(Of({one, id::Uuid(), person})(kMonday));
  auto theirs =
      Read([&](db::Connection& db) { return ForStaffMember(db, organisation_, NewId(), person); });
  ASSERT_THAT(theirs, IsOk());
  EXPECT_TRUE((*theirs)(kMonday));
}

TEST_F(DaysOffTest, OnlyClosedDaysAreOffForEverybody) {
  EXPECT_TRUE(
      *Keep(NewDays(Scope::kOrganisation, organisation_, {{kMonday, kMonday}}, "scotland")));
  auto off = Read([&](db::Connection& db) { return ForEverybody(db, organisation_); });
  ASSERT_THAT(off, IsOk());
  EXPECT_TRUE((*off)(kMonday));
  EXPECT_FALSE((*off)(CivilDay(2026, 11, 30)));
}

TEST_F(DaysOffTest, WhoeverChangesThemWaitsForTheOtherAlsoWhereThereAreNone) {
  const id::Uuid cohort = NewId();
  const auto add = [&](CivilDay day) {
    return db::Transaction(schema_.pool(), Soon(), [&](db::Connection& tx) -> absl::Status {
      ASSIGN_OR_RETURN(Days days, Lock(tx, organisation_, Scope::kCohort, cohort));
      days.periods.push_back({day, day});
      days.periods = Merge(std::move(days.periods));
      ++days.version;
      return Save(tx, days).status();
    });
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] { EXPECT_THAT(add(kMonday + 2 * i), IsOk()); });
  for (std::thread& thread : threads) thread.join();
  auto days =
      Read([&](db::Connection& db) { return Find(db, organisation_, Scope::kCohort, cohort); });
  ASSERT_THAT(days, IsOk());
  EXPECT_EQ(days->version, 8);
  EXPECT_EQ(days->periods.size(), 8u);
}

// Random days of every scope, told twice and out of order, against a plain look at each.
TEST_F(DaysOffTest, AreWhatAPlainRecomputationSays) {
  absl::BitGen random;
  const char* kCalendars[] = {"", "scotland", "england-and-wales", "northern-ireland"};
  std::vector<Who> people;
  std::vector<id::Uuid> cohorts = {NewId(), NewId(), NewId()}, own = {NewId(), NewId()};
  for (int i = 0; i < 20; ++i) {
    people.push_back({NewId(), cohorts[absl::Uniform(random, 0u, cohorts.size())], NewId()});
  }
  std::map<std::pair<Scope, id::Uuid>, Days> latest;
  std::vector<Days> told;
  for (int i = 0; i < 300; ++i) {
    const Who& who = people[absl::Uniform(random, 0u, people.size())];
    const Scope scope = static_cast<Scope>(absl::Uniform(random, 1, 6));
    id::Uuid subject = organisation_;
    if (scope == Scope::kCohort) subject = who.cohort;
    if (scope == Scope::kStaffMember) subject = who.staff_member;
    if (scope == Scope::kEnrolment) subject = who.enrolment;
    if (scope == Scope::kCalendar) subject = own[absl::Uniform(random, 0u, own.size())];
    std::vector<Period> periods;
    for (int n = absl::Uniform(random, 0, 5); n > 0 && scope != Scope::kStaffMember; --n) {
      const CivilDay first = kMonday + absl::Uniform(random, 0, 90);
      periods.push_back({first, first + absl::Uniform(random, 0, 6)});
    }
    std::string calendar;
    if (scope == Scope::kOrganisation || scope == Scope::kStaffMember) {
      const int pick = absl::Uniform(random, 0, 6);
      calendar = pick < 4 ? kCalendars[pick] : own[pick - 4].ToString();
    }
    told.push_back(NewDays(scope, subject, Merge(periods), calendar));
    latest[{scope, subject}] = told.back();
  }
  std::vector<Days> again = told;
  told.insert(told.end(), again.begin(), again.end());
  std::shuffle(told.begin(), told.end(), random);
  for (const Days& days : told) EXPECT_THAT(Keep(days), IsOk());

  const auto in = [&](Scope scope, const id::Uuid& subject, CivilDay day) {
    for (const Period& period : latest[{scope, subject}].periods) {
      if (period.first <= day && day <= period.last) return true;
    }
    return false;
  };
  const auto days = Read([&](db::Connection& db) { return For(db, organisation_, people); });
  ASSERT_THAT(days, IsOk());
  for (size_t i = 0; i < people.size(); ++i) {
    const Who& who = people[i];
    std::string calendar = latest[{Scope::kStaffMember, who.staff_member}].calendar;
    if (calendar.empty()) calendar = latest[{Scope::kOrganisation, organisation_}].calendar;
    const holidays::Calendar* shipped = holidays::FindShipped(calendar);
    for (CivilDay day = kMonday - 5; day < kMonday + 110; ++day) {
      bool off = in(Scope::kOrganisation, organisation_, day) ||
                 in(Scope::kCohort, who.cohort, day) || in(Scope::kEnrolment, who.enrolment, day);
      if (shipped != nullptr) {
        for (const auto& holiday : shipped->holidays()) off = off || holiday.day == day;
      } else if (!calendar.empty()) {
        off = off || in(Scope::kCalendar, *id::Uuid::Parse(calendar), day);
      }
      ASSERT_EQ((*days)[i](day), off) << i << " " << day;
    }
  }
}

TEST_F(DaysOffTest, EveryListGoesByAKey) {
  const auto plan = [&](absl::string_view sql, const db::Values& values) {
    auto rows =
        Read([&](db::Connection& db) { return db.Query(absl::StrCat("EXPLAIN ", sql), values); });
    EXPECT_THAT(rows, IsOk());
    return rows.ok() ? *std::move(rows) : db::Rows();
  };
  for (int i = 0; i < 400; ++i) {
    Days leave = NewDays(Scope::kEnrolment, NewId(), {{kMonday, kMonday}});
    leave.staff_member = NewId();
    EXPECT_THAT(Keep(leave), IsOk());
  }
  const db::Rows leave = plan(kListLeaveOfSql, {organisation_, NewId()});
  EXPECT_EQ(leave[0].String(5), "by_staff_member");
  const db::Rows lists =
      plan(ListSubjectsSql(), {organisation_, organisation_, NewId(), NewId(), NewId()});
  EXPECT_EQ(lists[0].String(3), "range");
  EXPECT_EQ(lists[0].String(5), "PRIMARY");
}

TEST(Coverage, IsAFigureForEachCalendarThatShips) {
  prometheus::Registry registry;
  TellCoverage(registry, absl::UnixEpoch());
  const auto families = registry.Collect();
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].metric.size(), holidays::Shipped().size());
  EXPECT_EQ(families[0].metric[0].gauge.value, 1861920000);  // 2029-01-01
}

}  // namespace
}  // namespace dap::days_off
