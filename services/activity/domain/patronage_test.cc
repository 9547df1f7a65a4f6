#include "services/activity/domain/patronage.h"

#include <gtest/gtest.h>

#include "libs/status/matchers.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;

TEST(Patronage, APatronHearsOneOfThreeWords) {
  EXPECT_EQ(ViewOf(false, Rung::kNone, false), PatronView::kGoingWell);
  EXPECT_EQ(ViewOf(false, Rung::kCheckIn, false), PatronView::kGoingWell);
  EXPECT_EQ(ViewOf(false, Rung::kPatron, false), PatronView::kWouldWelcomeAWord);
  EXPECT_EQ(ViewOf(false, Rung::kNone, true), PatronView::kWouldWelcomeAWord);
  EXPECT_EQ(ViewOf(false, Rung::kCoach, true), PatronView::kResting);
  EXPECT_EQ(ViewOf(true, Rung::kNone, true), PatronView::kResting);
}

TEST(Patronage, AnOpeningIsSuggestedOnlyWhereAWordIsWelcome) {
  EXPECT_TRUE(OpeningFor(PatronView::kGoingWell).empty());
  EXPECT_TRUE(OpeningFor(PatronView::kResting).empty());
  EXPECT_FALSE(OpeningFor(PatronView::kWouldWelcomeAWord).empty());
}

TEST(Patronage, APatronSettlesAnOpenEntryWithOneOfTheirThreeOutcomes) {
  for (Outcome present : {Outcome::kOpen, Outcome::kSnoozed}) {
    for (Outcome wanted : {Outcome::kDone, Outcome::kSnoozed, Outcome::kDeclined}) {
      EXPECT_THAT(CheckResolve(present, wanted), IsOk());
    }
  }
  for (Outcome wanted : {Outcome::kOpen, Outcome::kToCoach, Outcome::kEnded}) {
    EXPECT_THAT(CheckResolve(Outcome::kOpen, wanted), HasReason("OUTCOME_NOT_FOR_PATRON"));
  }
  for (Outcome present : {Outcome::kDone, Outcome::kDeclined, Outcome::kToCoach, Outcome::kEnded}) {
    EXPECT_THAT(CheckResolve(present, Outcome::kDone), HasReason("PATRON_QUEUE_ENTRY_CLOSED"));
  }
}

TEST(Patronage, UnansweredGoesToTheCoachAndSnoozedComesBackAfterFiveWorkingDays) {
  const absl::CivilDay thursday(2026, 11, 19);
  EXPECT_EQ(EarliestDue(Outcome::kOpen, thursday, Settings()), absl::CivilDay(2026, 11, 26));
  EXPECT_EQ(NextByItself(Outcome::kOpen), Outcome::kToCoach);
  EXPECT_EQ(EarliestDue(Outcome::kSnoozed, thursday, Settings()), absl::CivilDay(2026, 11, 26));
  EXPECT_EQ(NextByItself(Outcome::kSnoozed), Outcome::kOpen);
}

// Whatever day it was opened on, and whatever is off until it is looked at.
TEST(Patronage, AnEntryIsDueOnTheFifthWorkingDayByTheDaysOffThatHoldThen) {
  const absl::CivilDay monday(2026, 11, 16);
  const auto off = [](absl::CivilDay day) {
    return day == absl::CivilDay(2026, 11, 20) || day == absl::CivilDay(2026, 11, 25);
  };
  for (absl::CivilDay opened = monday; opened < monday + 7; ++opened) {
    const absl::CivilDay earliest = EarliestDue(Outcome::kOpen, opened, Settings());
    const absl::CivilDay due = time::AddWorkingDays(opened, 5, off);
    for (absl::CivilDay today = opened; today < opened + 14; ++today) {
      EXPECT_EQ(IsDue(Outcome::kOpen, earliest, today, off, Settings()), today >= due)
          << opened << " " << today;
      EXPECT_EQ(IsDue(Outcome::kOpen, earliest, today, time::NoDaysOff, Settings()),
                today >= earliest)
          << opened << " " << today;
    }
  }
}

}  // namespace
}  // namespace dap::activity
