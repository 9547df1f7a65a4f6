// Sessions as calendars, and feeds of them.
#include "libs/db/transaction.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class CalendarTest : public ServiceTest {
 protected:
  v1::CreateCalendarFeedRequest NewFeed() {
    v1::CreateCalendarFeedRequest request;
    request.set_parent(organisation_name_);
    request.mutable_calendar_feed()->set_title("My phone");
    request.set_request_id(RequestId());
    return request;
  }
  absl::StatusOr<v1::CreateCalendarFeedResponse> Create(const auth::Principal& who) {
    return Call<v1::CreateCalendarFeedResponse>("CreateCalendarFeed", NewFeed(), who);
  }
  static std::string SecretOf(const std::string& address) {
    const size_t slash = address.rfind('/');
    return address.substr(slash + 1, address.size() - slash - 1 - 4);
  }
  absl::StatusOr<v1::ReadCalendarFeedResponse> Fetch(const std::string& address,
                                                     const std::string& known = "") {
    v1::ReadCalendarFeedRequest request;
    request.set_secret(SecretOf(address));
    request.set_known_tag(known);
    return world().channel().Call<v1::ReadCalendarFeedResponse>(FullName("ReadCalendarFeed"),
                                                                request, Context());
  }
  absl::StatusOr<v1::RevokeCalendarFeedResponse> Revoke(const v1::CalendarFeed& feed,
                                                        const auth::Principal& who) {
    v1::RevokeCalendarFeedRequest request;
    request.set_name(feed.name());
    request.set_request_id(RequestId());
    return Call<v1::RevokeCalendarFeedResponse>("RevokeCalendarFeed", request, who);
  }
  v1::Session Planned(const v1::Cohort& cohort) {
    const auto planned = Plan(cohort, v1::SESSION_KIND_WORKSHOP, Now() + absl::Hours(24));
    EXPECT_THAT(planned, IsOk());
    return planned.value_or(v1::Session());
  }
  static std::string Uid(const v1::Session& session) {
    return absl::StrCat("UID:", LastId(session.name()).ToString(), "\r\n");
  }
  void Move(const v1::Session& session) {
    v1::UpdateSessionRequest request;
    request.mutable_session()->set_name(session.name());
    request.mutable_session()->set_place("Elsewhere");
    request.mutable_update_mask()->add_paths("place");
    request.set_request_id(RequestId());
    ASSERT_THAT(Call<v1::UpdateSessionResponse>("UpdateSession", request, Coach()), IsOk());
  }
};

TEST_F(CalendarTest, ASessionIsACalendarForThoseWhoMaySeeIt) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person");
  ASSERT_THAT(Apply(cohort, person), IsOk());
  const v1::Session session = Planned(cohort);
  v1::GetSessionCalendarRequest request;
  request.set_name(session.name());
  const auto calendar =
      Call<v1::GetSessionCalendarResponse>("GetSessionCalendar", request, Participant(person));
  ASSERT_THAT(calendar, IsOk());
  EXPECT_EQ(calendar->content_type(), "text/calendar; charset=utf-8; method=PUBLISH");
  EXPECT_THAT(calendar->calendar(),
              AllOf(HasSubstr(Uid(session)), HasSubstr("SEQUENCE:0\r\n"),
                    HasSubstr("DTSTART;TZID=Europe/London:"), HasSubstr("LOCATION:Hall\r\n"),
                    HasSubstr("BEGIN:VTIMEZONE"), HasSubstr("ORGANIZER;CN=Coach:urn:uuid:"),
                    Not(HasSubstr("ATTENDEE")), Not(HasSubstr(session.join_code()))));
  EXPECT_THAT(Call<v1::GetSessionCalendarResponse>("GetSessionCalendar", request,
                                                   Participant(AddStaff("Stranger"))),
              HasReason("NOT_IN_COHORT"));
}

TEST_F(CalendarTest, AFeedHoldsWhatItsOwnerMaySeeAndMovesWithIt) {
  const v1::Cohort cohort = MakeOpenCohort(5), other = MakeOpenCohort(5);
  const id::Uuid person = AddStaff("Person"), colleague = AddStaff("Colleague");
  const auto enrolment = Apply(cohort, person), colleagues = Apply(cohort, colleague);
  const v1::Session mine = Planned(cohort), theirs = Planned(other);
  v1::PlanSessionRequest alone;
  alone.set_parent(cohort.name());
  *alone.mutable_session() = mine;
  alone.mutable_session()->set_kind(v1::SESSION_KIND_ONE_TO_ONE);
  alone.mutable_session()->set_participant(colleagues->name());
  alone.set_request_id(RequestId());
  const auto one_to_one = Call<v1::PlanSessionResponse>("PlanSession", alone, Coach());
  ASSERT_THAT(one_to_one, IsOk());
  const auto made = Create(Participant(person));
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(made->address(),
              AllOf(StartsWith("https://dap.example.org/calendars/"), EndsWith(".ics")));
  const auto first = Fetch(made->address());
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->calendar(),
              AllOf(HasSubstr(Uid(mine)), HasSubstr("X-WR-CALNAME:My phone"),
                    Not(HasSubstr(Uid(theirs))), Not(HasSubstr(Uid(one_to_one->session())))));
  const auto again = Fetch(made->address(), first->tag());
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(again->calendar(), IsEmpty()) << "it is the same";
  EXPECT_EQ(again->tag(), first->tag());
  Move(mine);
  const auto moved = Fetch(made->address(), first->tag());
  ASSERT_THAT(moved, IsOk());
  EXPECT_NE(moved->tag(), first->tag());
  EXPECT_THAT(moved->calendar(), AllOf(HasSubstr(Uid(mine)), HasSubstr("SEQUENCE:1\r\n"),
                                       HasSubstr("LOCATION:Elsewhere\r\n")));
  v1::CancelSessionRequest cancel;
  cancel.set_name(mine.name());
  cancel.set_reason("No heating");
  cancel.set_request_id(RequestId());
  ASSERT_THAT(Call<v1::CancelSessionResponse>("CancelSession", cancel, Coach()), IsOk());
  EXPECT_THAT(Fetch(made->address())->calendar(),
              AllOf(HasSubstr(Uid(mine)), HasSubstr("SEQUENCE:2\r\n"),
                    HasSubstr("STATUS:CANCELLED\r\n"), HasSubstr("Called off: No heating")));
  ASSERT_THAT(Withdraw(*enrolment, person), IsOk());
  EXPECT_THAT(Fetch(made->address())->calendar(), Not(HasSubstr("VEVENT"))) << "who left";
}

TEST_F(CalendarTest, CoachAndPatronAndHostSeeTheirs) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const id::Uuid patron = AgreedPatron(cohort), host = AddStaff("Host");
  v1::Session session = Planned(cohort);
  v1::UpdateSessionRequest update;
  update.mutable_session()->set_name(session.name());
  update.mutable_session()->set_host(Staff(host));
  update.mutable_update_mask()->add_paths("host");
  update.set_request_id(RequestId());
  ASSERT_THAT(Call<v1::UpdateSessionResponse>("UpdateSession", update, Coach()), IsOk());
  const v1::Session another = Planned(cohort);
  struct Case {
    const char* who;
    auth::Principal principal;
    int sessions;
  };
  const Case cases[] = {{"coach", Coach(), 2},
                        {"patron", PatronOf(patron), 2},
                        {"host", Participant(host), 1},
                        {"a patron without the role", Participant(patron), 0}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.who);
    const auto made = Create(c.principal);
    ASSERT_THAT(made, IsOk());
    const std::string calendar = Fetch(made->address())->calendar();
    EXPECT_EQ(calendar.find(Uid(session)) != std::string::npos, c.sessions > 0);
    EXPECT_EQ(calendar.find(Uid(another)) != std::string::npos, c.sessions > 1);
  }
}

TEST_F(CalendarTest, WhateverIsNotGoodIsNotFoundAlike) {
  const id::Uuid person = AddStaff("Person");
  const auto made = Create(Participant(person));
  ASSERT_THAT(made, IsOk());
  const std::string secret = SecretOf(made->address());
  EXPECT_GE(secret.size(), 54u);
  const auto gone = [](const absl::Status& status) {
    EXPECT_THAT(status,
                AllOf(StatusIs(absl::StatusCode::kNotFound), HasReason("CALENDAR_FEED_NOT_FOUND")));
    return std::string(status.message());
  };
  std::string changed = secret;
  changed[40] = changed[40] == 'A' ? 'B' : 'A';
  const std::string unknown = gone(Fetch(absl::StrCat("/", changed, ".ics")).status());
  for (const std::string& bad : {std::string("x"), std::string("%00"), std::string(200, 'A'),
                                 secret + "A", secret.substr(1)}) {
    EXPECT_EQ(gone(Fetch(absl::StrCat("/", bad, ".ics")).status()), unknown);
  }
  SetStaffState(person, v1::STAFF_STATE_SUSPENDED);
  EXPECT_EQ(gone(Fetch(made->address()).status()), unknown);
  SetStaffState(person, v1::STAFF_STATE_ACTIVE);
  ASSERT_THAT(Fetch(made->address()), IsOk());
  EXPECT_THAT(Revoke(made->calendar_feed(), Participant(AddStaff("Stranger"))),
              HasReason("CALENDAR_FEED_NOT_FOUND"));
  ASSERT_THAT(Revoke(made->calendar_feed(), Participant(person)), IsOk());
  EXPECT_THAT(Revoke(made->calendar_feed(), Participant(person)), IsOk()) << "nothing more";
  EXPECT_EQ(gone(Fetch(made->address()).status()), unknown);
}

TEST_F(CalendarTest, TheSecretIsKeptNowhereAndARetryGivesAnother) {
  const id::Uuid person = AddStaff("Person");
  const v1::CreateCalendarFeedRequest request = NewFeed();
  const auto first =
      Call<v1::CreateCalendarFeedResponse>("CreateCalendarFeed", request, Participant(person));
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM request_record WHERE organisation = ? AND "
                  "LOCATE(?, response) > 0",
                  {organisation_, SecretOf(first->address())}),
            0);
  const auto again =
      Call<v1::CreateCalendarFeedResponse>("CreateCalendarFeed", request, Participant(person));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->calendar_feed().name(), first->calendar_feed().name());
  EXPECT_NE(again->address(), first->address());
  EXPECT_THAT(Fetch(first->address()), HasReason("CALENDAR_FEED_NOT_FOUND"));
  EXPECT_THAT(Fetch(again->address()), IsOk());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM calendar_feed WHERE organisation = ?", {organisation_}), 1);
}

TEST_F(CalendarTest, ARetryForAFeedThatWasRevokedSinceGetsNoDeadAddress) {
  const id::Uuid person = AddStaff("Person");
  const v1::CreateCalendarFeedRequest request = NewFeed();
  const auto first =
      Call<v1::CreateCalendarFeedResponse>("CreateCalendarFeed", request, Participant(person));
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(Revoke(first->calendar_feed(), Participant(person)), IsOk());
  EXPECT_THAT(
      Call<v1::CreateCalendarFeedResponse>("CreateCalendarFeed", request, Participant(person)),
      AllOf(StatusIs(absl::StatusCode::kFailedPrecondition), HasReason("CALENDAR_FEED_REVOKED")));
}

TEST_F(CalendarTest, APersonHasSoManyFeedsAndSeesTheirOwn) {
  const id::Uuid person = AddStaff("Person");
  std::vector<v1::CalendarFeed> feeds;
  for (int i = 0; i < 10; ++i) feeds.push_back(Create(Participant(person))->calendar_feed());
  EXPECT_THAT(Create(Participant(person)), AllOf(StatusIs(absl::StatusCode::kFailedPrecondition),
                                                 HasReason("CALENDAR_FEEDS_LIMIT")));
  ASSERT_THAT(Revoke(feeds[3], Participant(person)), IsOk());
  EXPECT_THAT(Create(Participant(person)), IsOk());
  v1::ListCalendarFeedsRequest list;
  list.set_parent(organisation_name_);
  list.set_page_size(8);
  const auto page =
      Call<v1::ListCalendarFeedsResponse>("ListCalendarFeeds", list, Participant(person));
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->calendar_feeds(), SizeIs(8));
  list.set_page_token(page->next_page_token());
  const auto rest =
      Call<v1::ListCalendarFeedsResponse>("ListCalendarFeeds", list, Participant(person));
  ASSERT_THAT(rest, IsOk());
  EXPECT_THAT(rest->calendar_feeds(), SizeIs(3));
  EXPECT_EQ(rest->calendar_feeds(2).name(), feeds[0].name()) << "newest first";
  list.clear_page_token();
  const auto others = Call<v1::ListCalendarFeedsResponse>("ListCalendarFeeds", list,
                                                          Participant(AddStaff("Other")));
  EXPECT_THAT(others->calendar_feeds(), SizeIs(0));
}

}  // namespace
}  // namespace dap::enrolment
