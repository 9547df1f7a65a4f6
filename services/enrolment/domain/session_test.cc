#include "services/enrolment/domain/session.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/status/matchers.h"

namespace dap::enrolment {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

Session KickOff() {
  Session session;
  session.kind = SessionKind::kKickOff;
  session.start_time = kStart;
  session.end_time = kStart + absl::Hours(2);
  session.place = "Hall";
  session.agenda = "Hello";
  session.join_code = "ABC234";
  return session;
}

TEST(SessionTest, APlanIsCheckedFieldByField) {
  struct Case {
    const char* field;
    const char* reason;
    std::function<void(Session&)> spoil;
  };
  const Case cases[] = {
      {"session.end_time", "TIME_ORDER", [](Session& s) { s.end_time = s.start_time; }},
      {"session.end_time", "TIME_SPAN",
       [](Session& s) { s.end_time = s.start_time + absl::Hours(12) + absl::Seconds(1); }},
      {"session.agenda", "KICK_OFF_AGENDA", [](Session& s) { s.agenda.clear(); }},
      {"session.place", "KICK_OFF_PLACE", [](Session& s) { s.place.clear(); }},
  };
  EXPECT_THAT(CheckPlan(KickOff(), true), IsOk());
  for (const Case& c : cases) {
    Session session = KickOff();
    c.spoil(session);
    EXPECT_THAT(CheckPlan(session, true), HasReason(c.reason));
    EXPECT_THAT(CheckPlan(session, true), NamesField(c.field));
  }
}

TEST(SessionTest, OnlyAKickOffNeedsAgendaAndPlace) {
  Session session = KickOff();
  session.kind = SessionKind::kDropIn;
  session.agenda.clear();
  session.place.clear();
  EXPECT_THAT(CheckPlan(session, true), IsOk());
}

TEST(SessionTest, AJoinCodeIsGoodFromShortlyBeforeTheStartTo24HoursAfter) {
  const Settings settings;
  struct Case {
    absl::Duration after_start;
    bool good;
  };
  const Case cases[] = {{-absl::Minutes(31), false},
                        {-absl::Minutes(30), true},
                        {absl::ZeroDuration(), true},
                        {absl::Hours(24) - absl::Microseconds(1), true},
                        {absl::Hours(24), false}};
  for (const Case& c : cases) {
    const absl::Status checked =
        CheckJoinCode(KickOff(), "ABC234", kStart + c.after_start, settings);
    if (c.good) {
      EXPECT_THAT(checked, IsOk()) << c.after_start;
    } else {
      EXPECT_THAT(checked, HasReason("JOIN_CODE_EXPIRED")) << c.after_start;
    }
  }
}

TEST(SessionTest, AJoinCodeIsReadInEitherCaseAndAWrongOneRefused) {
  EXPECT_THAT(CheckJoinCode(KickOff(), " abc234 ", kStart, Settings()), IsOk());
  EXPECT_THAT(CheckJoinCode(KickOff(), "ABC235", kStart, Settings()), HasReason("JOIN_CODE_WRONG"));
  EXPECT_THAT(CheckJoinCode(KickOff(), "", kStart, Settings()), HasReason("JOIN_CODE_WRONG"));
}

TEST(SessionTest, ACancelledSessionTakesNobody) {
  Session session = KickOff();
  session.state = SessionState::kCancelled;
  EXPECT_THAT(CheckJoinCode(session, "ABC234", kStart, Settings()), HasReason("SESSION_STATE"));
  EXPECT_THAT(CheckAttendable(session, kStart, Settings()), HasReason("SESSION_STATE"));
}

TEST(SessionTest, AttendanceIsTakenOnceItBegins) {
  EXPECT_THAT(CheckAttendable(KickOff(), kStart, Settings()), IsOk());
  EXPECT_THAT(CheckAttendable(KickOff(), kStart - absl::Hours(1), Settings()),
              HasReason("SESSION_STATE"));
}

TEST(JoinCodesTest, CodesHaveSixClearCharactersAndDiffer) {
  JoinCodes codes;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = codes.Next();
    EXPECT_EQ(code.size(), 6u);
    EXPECT_EQ(code.find_first_of("01OIL"), std::string::npos) << code;
    EXPECT_EQ(code, absl::AsciiStrToUpper(code));
    seen.insert(code);
  }
  // Of 31^6 codes, a pair among 1,000 is rarer than one run in 1,700.
  EXPECT_GE(seen.size(), 999u);
}

}  // namespace
}  // namespace dap::enrolment
