// Days on which the clocks stand still: silence, weeks, the ladder and the patron's queue go by
// them, also where they are told late.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "libs/holidays/calendar.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using days_off::Period;
using days_off::Scope;
using testing::ElementsAre;
using testing::IsEmpty;
using Payload = events::v1::Event;

class DaysOffTest : public ActivityTest {
 protected:
  days_off::Days NewDays(Scope scope, const id::Uuid& subject, std::vector<Period> periods,
                         std::string calendar = "") {
    days_off::Days days;
    days.organisation = organisation_;
    days.scope = scope;
    days.subject = subject;
    if (scope == Scope::kEnrolment) days.staff_member = me_.staff;
    days.periods = days_off::Merge(std::move(periods));
    days.calendar = std::move(calendar);
    days.version = ++days_version_;
    return days;
  }
  void Tell(const days_off::Days& days) {
    events::v1::Event event;
    *event.mutable_days_off_changed() = days_off::ToProto(days);
    Hear(EnrolmentHandler(*context_), std::move(event));
  }
  void Tell(Scope scope, const id::Uuid& subject, std::vector<Period> periods,
            std::string calendar = "") {
    Tell(NewDays(scope, subject, std::move(periods), std::move(calendar)));
  }
  void SweepOn(absl::CivilDay day) {
    clock_.Set(At(day));
    Sweep();
  }
  int SilentDays() { return Progress().facts().working_days_silent(); }

  int64_t days_version_ = 0;
};

// The tenth working day without anything off.
constexpr absl::CivilDay kTenth(2026, 11, 16);

TEST_F(DaysOffTest, LeaveStopsTheLadderOfTheEnrolmentAndOfNoOther) {
  const Person other = EnrolAnother();
  Tell(Scope::kEnrolment, me_.enrolment, {{kFirstDay + 2, kFirstDay + 4}});
  SweepOn(kTenth);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  EXPECT_EQ(SilentDays(), 7);
  EXPECT_THAT(RungsTold(other), ElementsAre(1));
  SweepOn(kTenth + 3);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1));
}

TEST_F(DaysOffTest, EverybodyHasTheHolidaysOfTheirNation) {
  const Person scot = EnrolAnother();
  Tell(Scope::kOrganisation, organisation_, {}, "england-and-wales");
  Tell(Scope::kStaffMember, scot.staff, {}, "scotland");
  const absl::CivilDay st_andrews(2026, 11, 30);  // the twentieth working day elsewhere
  SweepOn(st_andrews);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2, 3));
  EXPECT_THAT(RungsTold(scot), ElementsAre(1, 2));
  SweepOn(st_andrews + 1);
  EXPECT_THAT(RungsTold(scot), ElementsAre(1, 2, 3));
}

// Their days are fewer than the organisation's, so a look by the organisation's own would miss
// them.
TEST_F(DaysOffTest, WhoeverWorksWhenTheOrganisationsNationDoesNotIsFoundInTime) {
  Tell(Scope::kOrganisation, organisation_, {}, "scotland");
  Tell(Scope::kStaffMember, me_.staff, {}, "england-and-wales");
  SweepOn(absl::CivilDay(2026, 12, 1));  // the 21st day of theirs, the 20th of the others
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2, 3));
}

TEST_F(DaysOffTest, NothingIsSweptOnADayThatIsClosed) {
  Tell(Scope::kOrganisation, organisation_, {{kTenth, kTenth}});
  SweepOn(kTenth);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  SweepOn(kTenth + 1);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1));
}

TEST_F(DaysOffTest, ClosedDaysOfTheCohortCountForItAlone) {
  Tell(Scope::kCohort, ids_.Next(), {{kFirstDay + 1, kFirstDay + 3}});
  SweepOn(kTenth);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1));
  Tell(Scope::kCohort, cohort_, {{kFirstDay + 1, kFirstDay + 3}});
  Sweep();
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 1);
  EXPECT_EQ(SilentDays(), 7);
}

TEST_F(DaysOffTest, LeaveThatIsToldLateEndsTheSpellAndThePatronsEntryAtOnce) {
  SweepAfter(16);
  ASSERT_EQ(Queue()->entries_size(), 1);
  Tell(Scope::kEnrolment, me_.enrolment, {{kFirstDay + 1, kFirstDay + 11}});
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 1);
  EXPECT_EQ(CountTold(Payload::kPatronQueueEntryClosed), 1);
  EXPECT_EQ(Queue()->entries_size(), 0);
  EXPECT_EQ(SilentDays(), 7);
  EXPECT_NE(Progress().momentum(), v1::MOMENTUM_QUIET);
  // Another spell, when its day has come.
  SweepAfter(18);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2));
  SweepAfter(19);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2, 1));
}

TEST_F(DaysOffTest, ASpellThatIsStillDueStaysWhereItStands) {
  SweepAfter(16);
  Tell(Scope::kEnrolment, me_.enrolment, {{kFirstDay + 1, kFirstDay + 4}});
  EXPECT_EQ(SilentDays(), 12);
  EXPECT_EQ(CountTold(Payload::kSilenceSpellEnded), 0);
  EXPECT_EQ(Queue()->entries_size(), 1);
  SweepAfter(23);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2));
  SweepAfter(24);
  EXPECT_THAT(RungsTold(me_), ElementsAre(1, 2, 3));
}

TEST_F(DaysOffTest, WhatIsTakenAwayMakesSilenceDueOnTheSameDay) {
  Tell(Scope::kOrganisation, organisation_, {{kFirstDay + 1, kFirstDay + 1}});
  SweepOn(kTenth);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
  Tell(Scope::kOrganisation, organisation_, {});
  Sweep();
  EXPECT_THAT(RungsTold(me_), ElementsAre(1));
  Sweep();
  EXPECT_THAT(RungsTold(me_), ElementsAre(1));
}

TEST_F(DaysOffTest, AnEventThatComesAgainOrLateChangesNothing) {
  const days_off::Days older = NewDays(Scope::kEnrolment, me_.enrolment, {});
  const days_off::Days newer =
      NewDays(Scope::kEnrolment, me_.enrolment, {{kFirstDay + 1, kFirstDay + 3}});
  Tell(newer);
  Tell(older);
  Tell(newer);
  SweepOn(kTenth);
  EXPECT_EQ(SilentDays(), 7);
  EXPECT_THAT(RungsTold(me_), IsEmpty());
}

TEST_F(DaysOffTest, APatronHasFiveWorkingDaysOfTheirOwn) {
  Tell(Scope::kStaffMember, patron_, {}, "scotland");
  SweepOn(absl::CivilDay(2026, 11, 24));  // the 16th working day; five on is 1 December
  ASSERT_EQ(Queue()->entries_size(), 1);
  SweepOn(absl::CivilDay(2026, 12, 1));  // St Andrew's Day lay between
  EXPECT_EQ(Queue()->entries_size(), 1);
  SweepOn(absl::CivilDay(2026, 12, 2));
  EXPECT_EQ(Queue()->entries_size(), 0);
}

TEST_F(DaysOffTest, AWeekWithFewerThanThreeFreeWorkingDaysDoesNotCount) {
  clock_.Set(At(kFirstDay + 14));
  const auto counted = [&] {
    std::vector<bool> counted;
    const v1::Progress progress = Progress();
    for (const v1::Week& week : progress.weeks()) counted.push_back(week.counted());
    return std::vector<bool>(counted.end() - 3, counted.end());
  };
  EXPECT_THAT(counted(), ElementsAre(true, true, true));
  Tell(Scope::kEnrolment, me_.enrolment, {{kFirstDay + 7, kFirstDay + 8}});
  EXPECT_THAT(counted(), ElementsAre(true, true, true));
  Tell(Scope::kOrganisation, organisation_, {{kFirstDay + 9, kFirstDay + 9}});
  EXPECT_THAT(counted(), ElementsAre(true, false, true));
}

// ---- Against a plain recomputation.

class RandomDaysOffTest : public DaysOffTest {
 protected:
  // What the test remembers of what was told.
  struct Told {
    std::set<absl::CivilDay> days;
    std::string calendar;
  };

  void TellSomething() {
    const Scope scope = static_cast<Scope>(absl::Uniform(random_, 1, 6));
    std::vector<Period> periods;
    Told& told = told_[scope];
    told = Told();
    for (int n = absl::Uniform(random_, 0, 4); n > 0 && scope != Scope::kStaffMember; --n) {
      const absl::CivilDay first = kFirstDay + absl::Uniform(random_, 0, 70);
      periods.push_back({first, first + absl::Uniform(random_, 0, 5)});
      for (absl::CivilDay day = first; day <= periods.back().last; ++day) told.days.insert(day);
    }
    if (scope == Scope::kOrganisation || scope == Scope::kStaffMember) {
      const std::string calendars[] = {"", "scotland", "england-and-wales", calendar_.ToString()};
      told.calendar = calendars[absl::Uniform(random_, 0, 4)];
    }
    Tell(scope, Subject(scope), periods, told.calendar);
  }
  id::Uuid Subject(Scope scope) {
    switch (scope) {
      case Scope::kOrganisation:
        return organisation_;
      case Scope::kCohort:
        return cohort_;
      case Scope::kStaffMember:
        return me_.staff;
      case Scope::kEnrolment:
        return me_.enrolment;
      case Scope::kCalendar:
        break;
    }
    return calendar_;
  }
  bool IsFree(absl::CivilDay day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) return false;
    for (Scope scope : {Scope::kOrganisation, Scope::kCohort, Scope::kEnrolment}) {
      if (told_[scope].days.count(day) > 0) return false;
    }
    std::string calendar = told_[Scope::kStaffMember].calendar;
    if (calendar.empty()) calendar = told_[Scope::kOrganisation].calendar;
    if (calendar == calendar_.ToString()) return told_[Scope::kCalendar].days.count(day) == 0;
    if (calendar.empty()) return true;
    const auto& holidays = holidays::FindShipped(calendar)->holidays();
    return std::none_of(holidays.begin(), holidays.end(),
                        [&](const auto& holiday) { return holiday.day == day; });
  }
  // Silence since the start or the last thing that was logged, and the weeks that count.
  void ExpectFigures(absl::CivilDay today) {
    int silent = 0;
    for (absl::CivilDay day = last_ + 1; day <= today; ++day) silent += IsFree(day) ? 1 : 0;
    const v1::Progress progress = Progress();
    ASSERT_EQ(progress.facts().working_days_silent(), silent) << today;
    absl::CivilDay monday = time::WeekOf(today) - 77;
    for (const v1::Week& week : progress.weeks()) {
      int free = 0;
      for (int i = 0; i < 7; ++i) {
        free += monday + i >= kFirstDay && IsFree(monday + i) ? 1 : 0;
      }
      ASSERT_EQ(week.counted(), free >= 3) << monday << " as of " << today;
      monday += 7;
    }
    // After a sweep nobody is on a rung whose first day has not come.
    const bool quiet =
        progress.momentum() == v1::MOMENTUM_QUIET || progress.momentum() == v1::MOMENTUM_RESTING;
    ASSERT_EQ(quiet, silent >= 10) << today;
    const db::Rows rung = Query(
        "SELECT rung FROM participation WHERE organisation = ? AND enrolment = ?", {me_.enrolment});
    if (silent < 10) {
      ASSERT_EQ(rung[0].Int(0), 0) << today;
    }
  }

  absl::BitGen random_;
  const id::Uuid calendar_ = ids_.Next();
  std::map<Scope, Told> told_;
  absl::CivilDay last_ = kFirstDay;
};

TEST_F(RandomDaysOffTest, FiguresAndLadderEqualAPlainRecomputation) {
  for (absl::CivilDay today = kFirstDay; today < kFirstDay + 75; ++today) {
    clock_.Set(At(today));
    if (absl::Bernoulli(random_, 0.4)) TellSomething();
    if (absl::Bernoulli(random_, 0.06)) {
      ASSERT_THAT(Log(LogRequest()), status::IsOk());
      last_ = today;
    }
    Sweep();
    ExpectFigures(today);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace dap::activity
