// The queue of e-mails, against real and unkind mail servers.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/notification/jobs/deliver_mail.h"
#include "services/notification/smtp/testing/scripted_server.h"
#include "services/notification/smtp/testing/sink.h"
#include "services/notification/testing/notification_test_base.h"

namespace dap::notification {
namespace {

using status::HasReason;
using status::IsOk;
using ::testing::HasSubstr;
using testing::ScriptedServer;

class MailQueueTest : public NotificationTest {
 protected:
  // One mail in the queue, to the participant.
  void SetUp() override {
    NotificationTest::SetUp();
    ASSERT_THAT(Activity(CheckIn()), IsOk());
    ASSERT_THAT(SendAll(), IsOk());
    ASSERT_EQ(Mails(), 1);
  }
  absl::Status Deliver(const std::string& url) {
    auto job = DeliverMail::Create({.smtp = {.url = url}, .mail_from = "dap@example.org"}, pool(),
                                   clock_, registry_);
    if (!job.ok()) return job.status();
    return (*job)->Tick(Run());
  }
  struct State {
    MailState state;
    std::string reason;
    int attempts;
    std::optional<absl::Time> due;
    friend bool operator==(const State&, const State&) = default;
  };
  State MailNow() {
    auto rows = db::Read(pool(), Deadline(), [&](db::Connection& db) {
      return db.Query("SELECT state, reason, attempts, due_time FROM mail WHERE organisation = ?",
                      {organisation_});
    });
    EXPECT_THAT(rows, IsOk());
    const db::Row& row = rows->front();
    return {static_cast<MailState>(row.Int(0)), row.String(1), static_cast<int>(row.Int(2)),
            row.OptionalTime(3)};
  }
  int Accepted(const ScriptedServer& server) {
    int accepted = 0;
    for (const std::string& line : server.heard()) accepted += line == "DATA";
    return accepted;
  }
};

TEST_F(MailQueueTest, DeliversToARealServerOnce) {
  testing::Sink sink;
  ASSERT_THAT(Deliver(sink.url()), IsOk());
  ASSERT_THAT(Deliver(sink.url()), IsOk());
  const std::vector<std::string> mails = sink.mails();
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_THAT(mails[0], HasSubstr("X-Envelope-To: ann@example.org\r\n"));
  EXPECT_THAT(mails[0], HasSubstr("To: Ann Lee\r\n <ann@example.org>\r\n"));
  EXPECT_THAT(mails[0], HasSubstr("Subject: How is it going?\r\n"));
  EXPECT_THAT(mails[0], HasSubstr("Message-ID: <" + Only(participant_)->message.ToString() +
                                  "@example.org>\r\n"));
  EXPECT_EQ(MailNow(), (State{MailState::kSent, "", 1, std::nullopt}));
}

// The calendar file of a mail, decoded.
std::string CalendarIn(const std::string& mail) {
  const size_t part = mail.find("Content-Type: text/calendar");
  if (part == std::string::npos) return "";
  const size_t begin = mail.find("\r\n\r\n", part) + 4;
  std::string file;
  EXPECT_TRUE(absl::Base64Unescape(
      absl::StrReplaceAll(mail.substr(begin, mail.find("\r\n--", begin) - begin), {{"\r\n", ""}}),
      &file));
  return file;
}

TEST_F(MailQueueTest, AGatheringComesWithAnEntryForTheCalendarThatItsNextMailChanges) {
  testing::Sink sink;
  ASSERT_THAT(Deliver(sink.url()), IsOk());
  const absl::Time start = kNow + absl::Hours(72);
  struct Step {
    Event event;
    const char* method;
    const char* sequence;
  };
  const Step steps[] = {{Session(0, start), "REQUEST", "SEQUENCE:0\r\n"},
                        {Session(1, start + absl::Hours(1)), "REQUEST", "SEQUENCE:1\r\n"},
                        {Session(2, start + absl::Hours(1), enrolment::v1::SESSION_STATE_CANCELLED),
                         "CANCEL", "SEQUENCE:2\r\n"}};
  for (const Step& step : steps) {
    ASSERT_THAT(Enrolment(step.event), IsOk());
    ASSERT_THAT(SendAll(), IsOk());
    ASSERT_THAT(Deliver(sink.url()), IsOk());
    const std::string mail = sink.mails().back();
    EXPECT_THAT(mail, HasSubstr(absl::StrCat("method=", step.method, "\r\n")));
    // Long lines are folded.
    const std::string file = absl::StrReplaceAll(CalendarIn(mail), {{"\r\n ", ""}});
    EXPECT_THAT(file, HasSubstr(step.sequence));
    EXPECT_THAT(file, HasSubstr(absl::StrCat("UID:", session_.ToString(), "\r\n")));
    EXPECT_THAT(file, HasSubstr(absl::StrCat("METHOD:", step.method, "\r\n")));
    EXPECT_THAT(file, HasSubstr("mailto:ann@example.org"));
    EXPECT_THAT(file, HasSubstr("mailto:dap@example.org"));
  }
}

TEST_F(MailQueueTest, WhoLeavesOrWhoseCohortIsCalledOffHasItTakenOutOfTheCalendar) {
  for (const bool called_off : {true, false}) {
    SCOPED_TRACE(called_off);
    testing::Sink sink;
    SetEnrolment(enrolment::v1::ENROLMENT_STATE_ACTIVE);
    const absl::Time start = kNow + absl::Hours(72);
    const id::Uuid session = ids_.Next();
    Event planned = Session(0, start);
    planned.mutable_session_changed()->set_session(Bytes(session));
    planned.mutable_session_changed()->set_agenda("Ideas, then tea");
    ASSERT_THAT(Enrolment(planned), IsOk());
    ASSERT_THAT(SendAll(), IsOk());
    ASSERT_THAT(Deliver(sink.url()), IsOk());
    EXPECT_THAT(CalendarIn(sink.mails().back()), HasSubstr("DESCRIPTION:Ideas\\, then tea\r\n"));
    if (called_off) {
      Event cancelled = Session(1, start, enrolment::v1::SESSION_STATE_CANCELLED);
      cancelled.mutable_session_changed()->set_session(Bytes(session));
      ASSERT_THAT(Enrolment(cancelled), IsOk());
    }
    Event left = EntryOf(enrolment_, participant_, enrolment::v1::ENROLMENT_STATE_WITHDRAWN);
    left.mutable_enrolment_changed()->mutable_entry()->set_cohort_called_off(called_off);
    ASSERT_THAT(Enrolment(left), IsOk());
    ASSERT_THAT(SendAll(), IsOk());
    ASSERT_THAT(Deliver(sink.url()), IsOk());
    int cancels = 0;
    for (const std::string& mail : sink.mails()) {
      const std::string file = absl::StrReplaceAll(CalendarIn(mail), {{"\r\n ", ""}});
      if (!absl::StrContains(file, "METHOD:CANCEL\r\n")) continue;
      ++cancels;
      EXPECT_THAT(file, HasSubstr(absl::StrCat("UID:", session.ToString(), "\r\n")));
      EXPECT_THAT(file, HasSubstr("STATUS:CANCELLED\r\n"));
    }
    EXPECT_EQ(cancels, 1);
  }
}

TEST_F(MailQueueTest, TriesAgainAfterAPassingRefusal) {
  ScriptedServer server({.data = "452 4.3.1 full"});
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kQueued, "SMTP_452", 1, kNow + absl::Minutes(1)}));
  server.SetScript({});
  ASSERT_THAT(Deliver(server.url()), IsOk());  // not due yet
  EXPECT_EQ(MailNow().attempts, 1);
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kSent, "", 2, std::nullopt}));
}

TEST_F(MailQueueTest, GivesUpARefusalForGoodWithItsReason) {
  ScriptedServer server({.recipient = "550 5.1.1 who?"});
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kGivenUp, "SMTP_550", 1, std::nullopt}));
  clock_.Advance(absl::Hours(24));
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow().attempts, 1);
  EXPECT_EQ(Only(participant_)->outcome, Outcome::kSent);  // it is in the inbox
}

TEST_F(MailQueueTest, KeepsTheMailWhileTheServerIsAway) {
  std::string url;
  { url = ScriptedServer({}).url(); }
  ASSERT_THAT(Deliver(url), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kQueued, "SMTP_UNREACHABLE", 1, kNow + absl::Minutes(1)}));
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(Deliver(url), IsOk());
  EXPECT_EQ(MailNow().due, kNow + absl::Minutes(3));
  clock_.Set(kNow + absl::Hours(49));
  ASSERT_THAT(Deliver(url), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kGivenUp, "SMTP_UNREACHABLE", 3, std::nullopt}));
}

TEST_F(MailQueueTest, AMailInAnothersHandsIsLeftUntilTheClaimEnds) {
  const MessageKey key = {organisation_, participant_, Only(participant_)->message};
  const auto claim = [&] {
    return Tx([&](db::Connection& tx) {
      return ClaimMail(tx, key, clock_.Now(), clock_.Now() + absl::Minutes(5));
    });
  };
  EXPECT_TRUE(*claim());
  EXPECT_FALSE(*claim());
  ScriptedServer server({});
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(Accepted(server), 0);
  // Whoever had it died: it is sent again, as the same mail.
  clock_.Advance(absl::Minutes(5));
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(Accepted(server), 1);
  EXPECT_EQ(MailNow().state, MailState::kSent);
}

TEST_F(MailQueueTest, LooksAtThePersonAgain) {
  ScriptedServer server({});
  SetPreferences(participant_, {.email = false});
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kGivenUp, "NO_EMAIL", 1, std::nullopt}));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(MailQueueTest, SendsNothingToLeaversOrToWhatIsNoAddress) {
  ScriptedServer server({});
  SetStaff(participant_, "Ann", "ann@example.org", enrolment::v1::STAFF_STATE_LEFT);
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow().reason, "NOT_EMPLOYED");
  SetStaff(coach_, "Col", "col@example.org>\r\nRCPT TO:<all@example.org");
  ASSERT_THAT(Activity(Rung(activity::v1::SILENCE_RUNG_COACH)), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM mail WHERE organisation = ? AND reason = "
                  "'ADDRESS_UNUSABLE'"),
            1);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(MailQueueTest, ANudgeThatIsLateWaitsForTheNextWindow) {
  ScriptedServer server({.data = "452 4.3.1 full"});
  ASSERT_THAT(Deliver(server.url()), IsOk());
  server.SetScript({});
  clock_.Set(kNow + absl::Hours(8));  // 18:00
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kQueued, "OUTSIDE_HOURS", 2, kNow + absl::Hours(23)}));
  EXPECT_EQ(server.connections(), 1);
  clock_.Set(kNow + absl::Hours(23));
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow().state, MailState::kSent);
}

TEST_F(MailQueueTest, NewsOfAGatheringGoesAtAnyHour) {
  ASSERT_THAT(Enrolment(Session(0, kNow + absl::Hours(72))), IsOk());
  ASSERT_THAT(SendAll(), IsOk());
  clock_.Set(kNow + absl::Hours(8));
  ScriptedServer server({});
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(Accepted(server), 1);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM mail WHERE organisation = ? AND state = 1"), 1);
}

TEST_F(MailQueueTest, GivesUpWhatIsNoLongerTrue) {
  ScriptedServer server({});
  ASSERT_THAT(Activity(SpellEnded()), IsOk());
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kGivenUp, "NO_LONGER_TRUE", 1, std::nullopt}));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(MailQueueTest, GivesUpWhatHasExpired) {
  ScriptedServer server({});
  clock_.Set(kNow + absl::Hours(24 * 5));
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(MailNow(), (State{MailState::kGivenUp, "TOO_LATE", 1, std::nullopt}));
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(MailQueueTest, BeginsNothingOnceTheProcessIsToEnd) {
  ScriptedServer server({});
  stopping_ = true;
  ASSERT_THAT(Deliver(server.url()), IsOk());
  EXPECT_EQ(server.connections(), 0);
  EXPECT_EQ(MailNow().attempts, 0);
}

TEST_F(MailQueueTest, RefusesASenderThatIsNoAddress) {
  EXPECT_THAT(DeliverMail::Create({.smtp = {.url = "smtp://127.0.0.1:1"}, .mail_from = "dap"},
                                  pool(), clock_, registry_),
              HasReason("MAIL_FROM_INVALID"));
}

}  // namespace
}  // namespace dap::notification
