#include "services/activity/domain/experience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/status/matchers.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using testing::AllOf;

TEST(Experience, WhoSeesItFollowsFromStateAudienceAndRelation) {
  constexpr Eyes kAuthor = {.author = true}, kCoach = {.coach = true},
                 kPatron = {.authors_patron = true}, kColleague = {};
  struct Case {
    ExperienceState state;
    Audience audience;
    bool coach, patron, colleague;
  };
  for (const Case& c : std::vector<Case>{
           {ExperienceState::kShared, Audience::kCohort, true, true, true},
           {ExperienceState::kShared, Audience::kPatronAndCoach, true, true, false},
           {ExperienceState::kShared, Audience::kCoach, true, false, false},
           {ExperienceState::kShared, Audience::kUnspecified, true, false, false},
           {ExperienceState::kAwaitingConsent, Audience::kCohort, true, false, false},
           {ExperienceState::kHidden, Audience::kCohort, false, false, false},
           {ExperienceState::kRemoved, Audience::kCohort, true, false, false},
           {ExperienceState::kUnspecified, Audience::kCohort, false, false, false},
       }) {
    SCOPED_TRACE(static_cast<int>(c.state) * 10 + static_cast<int>(c.audience));
    EXPECT_TRUE(MaySee(c.state, c.audience, kAuthor));
    EXPECT_EQ(MaySee(c.state, c.audience, kCoach), c.coach);
    EXPECT_EQ(MaySee(c.state, c.audience, kPatron), c.patron);
    EXPECT_EQ(MaySee(c.state, c.audience, kColleague), c.colleague);
  }
}

TEST(Experience, TextIsPlainWords) {
  for (const char* good : {"Hello", "Two\nlines\tand a tab\r\n", "naïve 漢字 🎉", "1 < 2 & <b>"}) {
    EXPECT_THAT(CheckText(good, "text"), IsOk()) << good;
  }
  for (const std::string& blank : {std::string(), std::string(" \n\t ")}) {
    EXPECT_THAT(CheckText(blank, "f.text"), AllOf(HasReason("TEXT_BLANK"), NamesField("f.text")));
  }
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("a\x1b[31m"), std::string("\x7f"),
        std::string("a\xC2\x9B"), std::string("a\xE2\x80\xAEtxt.exe"),
        std::string("\xE2\x81\xA6")}) {
    EXPECT_THAT(CheckText(bad, "text"),
                AllOf(HasReason("TEXT_CONTROL_CHARACTER"), NamesField("text")));
  }
}

TEST(Experience, LinksLeadToTheWebOnly) {
  for (const char* good : {"", "http://example.org", "https://example.org/a?b=c#d",
                           "HTTPS://example.org:8443/x", "https://[::1]/"}) {
    EXPECT_THAT(CheckLink(good, "link"), IsOk()) << good;
  }
  for (const char* bad : {"javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x",
                          "ftp://example.org", "example.org", "https://", "https:///path",
                          "https://:80/", "https://bank.example@evil.example/",
                          "https://example.org/\njavascript:alert(1)", "https://example.org/ x",
                          "https://example.org/\"onclick=", "https://example.org/<script>"}) {
    EXPECT_THAT(CheckLink(bad, "link"), AllOf(HasReason("LINK_UNSAFE"), NamesField("link"))) << bad;
  }
}

TEST(Experience, EachStateAllowsJustItsChanges) {
  struct Case {
    ExperienceState state;
    bool author_changes, consent, others;
  };
  for (const Case& c : std::vector<Case>{{ExperienceState::kShared, true, false, true},
                                         {ExperienceState::kAwaitingConsent, false, true, false},
                                         {ExperienceState::kHidden, true, false, false},
                                         {ExperienceState::kRemoved, false, false, false}}) {
    SCOPED_TRACE(static_cast<int>(c.state));
    EXPECT_EQ(CheckAuthorMayChange(c.state).ok(), c.author_changes);
    EXPECT_EQ(CheckAwaitsConsent(c.state).ok(), c.consent);
    EXPECT_EQ(CheckShared(c.state).ok(), c.others);
  }
}

TEST(Experience, CommentsHaveAPace) {
  const absl::Time start = absl::FromUnixSeconds(1'000'000);
  EXPECT_THAT(CheckPace({start, 10}, start, 10), IsOk());
  EXPECT_THAT(CheckPace({start, 11}, start + absl::Seconds(20), 10),
              HasReason("COMMENTING_TOO_FAST"));
}

}  // namespace
}  // namespace dap::activity
