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
  EXPECT_EQ(DueDay(Outcome::kOpen, thursday, time::NoDaysOff, Settings()),
            absl::CivilDay(2026, 11, 26));
  EXPECT_EQ(NextByItself(Outcome::kOpen), Outcome::kToCoach);
  EXPECT_EQ(DueDay(Outcome::kSnoozed, thursday, time::NoDaysOff, Settings()),
            absl::CivilDay(2026, 11, 26));
  EXPECT_EQ(NextByItself(Outcome::kSnoozed), Outcome::kOpen);
}

}  // namespace
}  // namespace dap::activity
