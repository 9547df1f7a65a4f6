#include "services/notification/domain/texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "libs/time/calendar.h"

namespace dap::notification {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Gathering KickOff() {
  return {"Kick-off",
          true,
          absl::FromUnixSeconds(1780301400),  // 2026-06-01 08:10 UTC
          *time::ZoneOf("Europe/London"),
          "Town hall",
          "https://meet.example/1",
          "Spring",
          "Ideas, then tea"};
}

std::vector<Text> All() {
  std::vector<Text> texts = {CheckInText("Spring", 10),
                             PatronQueueText("Ann", "How is the garden?"),
                             NominatedText("Spring"),
                             PlaceFreedText("Spring"),
                             PlaceGivenText("Spring"),
                             PatronInvitationText("Spring"),
                             GatheringPlannedText(KickOff()),
                             GatheringChangedText(KickOff()),
                             GatheringCancelledText(KickOff()),
                             GatheringLeftText(KickOff()),
                             ReminderText(KickOff()),
                             CatchUpText(KickOff()),
                             CohortCalledOffText("Spring"),
                             ExperienceRemovedText("Spring"),
                             ConsentText("Spring", Moment::kPost),
                             ExperienceReportedText("Spring")};
  for (OfferReason reason : {OfferReason::kSilence, OfferReason::kFromPatron,
                             OfferReason::kAskedForHelp, OfferReason::kBarrierRefused}) {
    texts.push_back(OfferOneToOneText("Ann", reason, 20));
  }
  for (Moment moment : {Moment::kConnection, Moment::kPost, Moment::kTool}) {
    texts.push_back(MomentText("Ann", moment));
  }
  for (BarrierEnd end : {BarrierEnd::kFixed, BarrierEnd::kWorkaround, BarrierEnd::kRefused}) {
    for (int goals : {0, 2}) texts.push_back(BarrierText("Facebook", end, goals));
  }
  return texts;
}

TEST(TextsTest, AreShortAndBlameNobody) {
  for (const Text& text : All()) {
    EXPECT_FALSE(text.subject.empty());
    EXPECT_FALSE(text.why.empty());
    EXPECT_LE(text.body.size(), 700u) << text.body;
    EXPECT_THAT(text.subject, Not(HasSubstr("\n")));
    for (const char* word : {"fail", "late", "behind", "missed", "must", "should", "overdue"}) {
      EXPECT_THAT(" " + text.subject + " " + text.body, Not(HasSubstr(std::string(" ") + word)));
    }
  }
}

TEST(TextsTest, ABarriersEndSpeaksOfGoalsOnlyWhereThereAreSome) {
  EXPECT_THAT(BarrierText("Facebook", BarrierEnd::kFixed, 0).body, Not(HasSubstr("open again")));
  EXPECT_THAT(BarrierText("Facebook", BarrierEnd::kFixed, 1).body, HasSubstr("open again"));
  EXPECT_THAT(BarrierText("Facebook", BarrierEnd::kRefused, 0).body, Not(HasSubstr("goal")));
  EXPECT_THAT(BarrierText("Facebook", BarrierEnd::kRefused, 1).body, HasSubstr("alternatives"));
}

TEST(TextsTest, ACheckInOffersTheOneTapAnswers) {
  EXPECT_THAT(CheckInText("Spring", 10).body,
              AllOf(HasSubstr("BUSY"), HasSubstr("IT_BLOCKS_ME"), HasSubstr("NEED_HELP"),
                    HasSubstr("NOT_FOR_ME"), HasSubstr("ALL_FINE")));
  EXPECT_THAT(CheckInText("Spring", 10).why, AllOf(HasSubstr("Spring"), HasSubstr("10")));
}

TEST(TextsTest, APatronHearsNameAndOpeningAndNoFacts) {
  const Text text = PatronQueueText("Ann", "How is the garden?");
  EXPECT_THAT(text.body, AllOf(HasSubstr("Ann"), HasSubstr("How is the garden?")));
  for (const std::string& said : {text.subject, text.body, text.why}) {
    EXPECT_THAT(said, AllOf(Not(HasSubstr("day")), Not(HasSubstr("silen")), Not(HasSubstr("quiet")),
                            Not(HasSubstr("minute"))));
  }
}

TEST(TextsTest, WhoComesHearsWhatHappensThere) {
  EXPECT_THAT(GatheringPlannedText(KickOff()).body, HasSubstr("What happens:\nIdeas, then tea\n"));
  EXPECT_THAT(GatheringChangedText(KickOff()).body, HasSubstr("What happens:\nIdeas, then tea\n"));
  Gathering bare = KickOff();
  bare.agenda.clear();
  EXPECT_THAT(GatheringPlannedText(bare).body, Not(HasSubstr("What happens")));
}

TEST(TextsTest, AGatheringIsToldInTheOrganisationsTime) {
  EXPECT_THAT(GatheringPlannedText(KickOff()).body,
              AllOf(HasSubstr("Monday 1 June 2026 at 09:10 (Europe/London)"),
                    HasSubstr("Where: Town hall"), HasSubstr("Join: https://meet.example/1")));
}

}  // namespace
}  // namespace dap::notification
