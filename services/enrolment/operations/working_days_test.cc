// Days off by the methods of WorkingDaysService: who may say what, what is told to the others.
#include <atomic>
#include <map>
#include <thread>

#include "dap/enrolment/v1/working_days_service.pb.h"
#include "libs/days_off/days_off.h"
#include "libs/db/transaction.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using absl::CivilDay;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr CivilDay kToday(2026, 11, 24);

class WorkingDaysTest : public ServiceTest {
 protected:
  // The clock is every test's, and stands where the one before left it.
  void SetUp() override {
    ServiceTest::SetUp();
    before_ = Now();
    world().clock().Set(
        absl::FromCivil(absl::CivilSecond(kToday) + 10 * 3600, absl::UTCTimeZone()));
  }
  void TearDown() override { world().clock().Set(before_); }

  static void Set(CivilDay day, google::type::Date* date) {
    date->set_year(static_cast<int>(day.year()));
    date->set_month(day.month());
    date->set_day(day.day());
  }
  static CivilDay DayOf(const google::type::Date& date) {
    return CivilDay(date.year(), date.month(), date.day());
  }
  static void Add(CivilDay day, const char* title,
                  google::protobuf::RepeatedPtrField<v1::NamedDay>* days) {
    Set(day, days->Add()->mutable_date());
    days->rbegin()->set_title(title);
  }
  std::string Calendar(const std::string& id) {
    return absl::StrCat(organisation_name_, "/holidayCalendars/", id);
  }

  v1::SetOrganisationDaysOffRequest OrganisationRequest(const std::string& calendar) {
    v1::SetOrganisationDaysOffRequest request;
    request.set_name(organisation_name_);
    request.set_holiday_calendar(calendar);
    request.set_request_id(RequestId());
    return request;
  }
  auto SetOrganisation(const v1::SetOrganisationDaysOffRequest& request) {
    return Call<v1::SetOrganisationDaysOffResponse>("SetOrganisationDaysOff", request, Admin());
  }
  v1::CreateHolidayCalendarRequest CalendarRequest(CivilDay day) {
    v1::CreateHolidayCalendarRequest request;
    request.set_parent(organisation_name_);
    request.mutable_holiday_calendar()->set_title("Isle of Man");
    Add(day, "Tynwald Day", request.mutable_holiday_calendar()->mutable_days());
    request.set_request_id(RequestId());
    return request;
  }
  auto Create(const v1::CreateHolidayCalendarRequest& request) {
    return Call<v1::CreateHolidayCalendarResponse>("CreateHolidayCalendar", request, Admin());
  }
  auto SetCohort(const v1::Cohort& cohort, CivilDay day, const auth::Principal& principal) {
    v1::SetCohortDaysOffRequest request;
    request.set_name(cohort.name());
    Add(day, "Break", request.mutable_closed_days());
    request.set_request_id(RequestId());
    return Call<v1::SetCohortDaysOffResponse>("SetCohortDaysOff", request, principal);
  }
  auto Choose(const id::Uuid& staff, const std::string& calendar,
              const auth::Principal& principal) {
    v1::SetStaffCalendarRequest request;
    request.set_name(Staff(staff));
    request.set_holiday_calendar(calendar);
    request.set_request_id(RequestId());
    return Call<v1::SetStaffCalendarResponse>("SetStaffCalendar", request, principal);
  }
  v1::AddLeaveRequest LeaveRequest(const std::string& enrolment, CivilDay first, CivilDay last) {
    v1::AddLeaveRequest request;
    request.set_parent(enrolment);
    Set(first, request.mutable_leave()->mutable_first_date());
    Set(last, request.mutable_leave()->mutable_last_date());
    request.set_request_id(RequestId());
    return request;
  }
  auto AddLeave(const v1::AddLeaveRequest& request, const auth::Principal& principal) {
    return Call<v1::AddLeaveResponse>("AddLeave", request, principal);
  }
  auto RemoveLeave(const std::string& name, const auth::Principal& principal) {
    v1::RemoveLeaveRequest request;
    request.set_name(name);
    request.set_request_id(RequestId());
    return Call<v1::RemoveLeaveResponse>("RemoveLeave", request, principal);
  }
  auto ListLeave(const std::string& enrolment, const auth::Principal& principal,
                 const std::string& token = "", int size = 0) {
    v1::ListLeaveRequest request;
    request.set_parent(enrolment);
    request.set_page_token(token);
    request.set_page_size(size);
    return Call<v1::ListLeaveResponse>("ListLeave", request, principal);
  }
  auto ListDaysOff(const std::string& enrolment, CivilDay first, CivilDay last,
                   const auth::Principal& principal) {
    v1::ListDaysOffRequest request;
    request.set_parent(enrolment);
    Set(first, request.mutable_first_date());
    Set(last, request.mutable_last_date());
    return Call<v1::ListDaysOffResponse>("ListDaysOff", request, principal);
  }
  // What was told of days off since the last call: "scope:version calendar days". The last of each
  // is what is kept here.
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    std::map<id::Uuid, days_off::Days> last;
    for (const events::v1::Event& event : NewEvents()) {
      if (!event.has_days_off_changed()) continue;
      const auto days = days_off::FromProto(organisation_, event.days_off_changed());
      told.push_back(absl::StrCat(static_cast<int>(days.scope), ":", days.version, " ",
                                  days.calendar, " ", days_off::ToText(days.periods)));
      last[days.subject] = days;
    }
    for (const auto& [subject, days] : last) {
      EXPECT_EQ(
          Count("SELECT COUNT(*) FROM days_off WHERE organisation = ? AND scope = ? AND "
                "subject = ? AND version = ? AND periods = ?",
                {organisation_, days.scope, subject, days.version, days_off::ToText(days.periods)}),
          1);
    }
    return told;
  }
  int64_t CountLeave() {
    return Count("SELECT COUNT(*) FROM leave_period WHERE organisation = ?", {organisation_});
  }

  absl::Time before_;
};

TEST_F(WorkingDaysTest, TheNationsShipAndAnOrganisationAddsItsOwn) {
  const auto made = Create(CalendarRequest(CivilDay(2026, 7, 6)));
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT(Told(), ElementsAre("5:1  2026-07-06"));
  v1::ListHolidayCalendarsRequest list;
  list.set_parent(organisation_name_);
  const auto listed = Call<v1::ListHolidayCalendarsResponse>("ListHolidayCalendars", list, Coach());
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->holiday_calendars_size(), 4);
  EXPECT_EQ(listed->holiday_calendars(2).name(), Calendar("scotland"));
  EXPECT_EQ(listed->holiday_calendars(2).last_year(), 2028);
  EXPECT_EQ(listed->holiday_calendars(2).days_size(), 0);
  EXPECT_EQ(listed->holiday_calendars(3).title(), "Isle of Man");
  v1::GetHolidayCalendarRequest get;
  get.set_name(Calendar("northern-ireland"));
  const auto shipped = Call<v1::GetHolidayCalendarResponse>("GetHolidayCalendar", get, Coach());
  ASSERT_THAT(shipped, IsOk());
  EXPECT_EQ(shipped->holiday_calendar().days(1).title(), "St Patrick's Day (substitute day)");
  get.set_name(made->holiday_calendar().name());
  const auto own = Call<v1::GetHolidayCalendarResponse>("GetHolidayCalendar", get, Coach());
  ASSERT_THAT(own, IsOk());
  EXPECT_EQ(own->holiday_calendar().days(0).title(), "Tynwald Day");
  get.set_name(Calendar("wales"));
  EXPECT_THAT(Call<v1::GetHolidayCalendarResponse>("GetHolidayCalendar", get, Coach()),
              HasReason("HOLIDAY_CALENDAR_NOT_FOUND"));
}

TEST_F(WorkingDaysTest, AnOwnCalendarIsReplacedAsItWasRead) {
  const auto made = Create(CalendarRequest(kToday));
  ASSERT_THAT(made, IsOk());
  Told();
  v1::ReplaceHolidayCalendarRequest request;
  request.set_name(made->holiday_calendar().name());
  *request.mutable_holiday_calendar() = made->holiday_calendar();
  request.mutable_holiday_calendar()->set_title("Man");
  request.set_request_id(RequestId());
  const auto replace = [&] {
    return Call<v1::ReplaceHolidayCalendarResponse>("ReplaceHolidayCalendar", request, Admin());
  };
  const auto replaced = replace();
  ASSERT_THAT(replaced, IsOk());
  EXPECT_NE(replaced->holiday_calendar().etag(), made->holiday_calendar().etag());
  request.set_request_id(RequestId());
  EXPECT_THAT(replace(), HasReason("ETAG_MISMATCH"));
  request.set_request_id(RequestId());
  request.set_name(Calendar("scotland"));
  EXPECT_THAT(replace(), HasReason("HOLIDAY_CALENDAR_SHIPS"));
  request.set_name(Calendar(RequestId()));
  request.set_request_id(RequestId());
  EXPECT_THAT(replace(), HasReason("HOLIDAY_CALENDAR_NOT_FOUND"));
  EXPECT_THAT(Told(), ElementsAre(testing::StartsWith("5:2 ")));
}

TEST_F(WorkingDaysTest, AnOrganisationSetsItsNationAndClosedDaysAsAWhole) {
  v1::SetOrganisationDaysOffRequest request = OrganisationRequest(Calendar("scotland"));
  Add(kToday + 1, "Founder's day", request.mutable_closed_days());
  Add(kToday, "Away day", request.mutable_closed_days());
  const auto set = SetOrganisation(request);
  ASSERT_THAT(set, IsOk());
  EXPECT_EQ(set->days_off().closed_days(0).title(), "Away day");
  EXPECT_THAT(Told(), ElementsAre("1:1 scotland 2026-11-24..2026-11-25"));
  // The same request, and the same days again, change and tell nothing.
  EXPECT_THAT(SetOrganisation(request), IsOk());
  request.set_request_id(RequestId());
  EXPECT_THAT(SetOrganisation(request), IsOk());
  EXPECT_THAT(Told(), IsEmpty());
  v1::GetOrganisationDaysOffRequest get;
  get.set_name(organisation_name_);
  const auto got = Call<v1::GetOrganisationDaysOffResponse>("GetOrganisationDaysOff", get,
                                                            Participant(AddStaff("Person")));
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->days_off().SerializeAsString(), set->days_off().SerializeAsString());
}

TEST_F(WorkingDaysTest, WhatIsWrongWithDaysIsNamedAndNothingChanges) {
  const auto refused = [&](const v1::SetOrganisationDaysOffRequest& request, const char* reason,
                           const char* field) {
    const auto set = SetOrganisation(request);
    EXPECT_THAT(set, HasReason(reason));
    if (*field != '\0') {
      EXPECT_THAT(set, NamesField(field));
    }
  };
  refused(OrganisationRequest(Calendar("wales")), "HOLIDAY_CALENDAR_NOT_FOUND", "");
  refused(OrganisationRequest(Calendar(RequestId())), "HOLIDAY_CALENDAR_NOT_FOUND", "");
  refused(OrganisationRequest("scotland"), "FIELD_PATTERN", "holiday_calendar");
  v1::SetOrganisationDaysOffRequest twice = OrganisationRequest("");
  Add(kToday, "One", twice.mutable_closed_days());
  Add(kToday, "Two", twice.mutable_closed_days());
  refused(twice, "DATE_REPEATED", "closed_days[1].date");
  v1::SetOrganisationDaysOffRequest early = OrganisationRequest("");
  Add(CivilDay(1999, 12, 31), "Long ago", early.mutable_closed_days());
  refused(early, "DATE_RANGE", "closed_days[0].date");
  v1::SetOrganisationDaysOffRequest none = OrganisationRequest("");
  Add(kToday, "No day", none.mutable_closed_days());
  none.mutable_closed_days(0)->mutable_date()->set_day(31);
  refused(none, "DATE_INVALID", "closed_days[0].date");
  v1::SetOrganisationDaysOffRequest many = OrganisationRequest("");
  for (int i = 0; i <= 400; ++i) Add(kToday + i, "Closed", many.mutable_closed_days());
  refused(many, "TOO_MANY_DAYS", "closed_days");
  v1::SetOrganisationDaysOffRequest stale = OrganisationRequest("");
  stale.set_etag("v7");
  refused(stale, "ETAG_MISMATCH", "");
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM named_day WHERE organisation = ?", {organisation_}), 0);
}

TEST_F(WorkingDaysTest, AnOrganisationHasSoManyCalendarsAlsoWhereTheyAreMadeAtOnce) {
  Execute("INSERT INTO working_days_settings (organisation, holiday_calendars) VALUES (?, 3)");
  std::vector<v1::CreateHolidayCalendarRequest> requests;
  for (int i = 0; i < 6; ++i) requests.push_back(CalendarRequest(kToday + i));
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (const auto& request : requests) {
    threads.emplace_back([&] {
      const auto one = Create(request);
      if (one.ok()) {
        ++made;
      } else {
        EXPECT_THAT(one, HasReason("HOLIDAY_CALENDAR_LIMIT"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 3);
  EXPECT_EQ(Told().size(), 3u);
}

TEST_F(WorkingDaysTest, ACoachClosesDaysOfTheirCohortUntilItIsOver) {
  const v1::Cohort cohort = MakeCohort(5);
  NewEvents();
  EXPECT_THAT(SetCohort(cohort, kToday, Coach()), IsOk());
  EXPECT_THAT(Told(), ElementsAre("2:1  2026-11-24"));
  EXPECT_THAT(SetCohort(cohort, kToday, As(AddStaff("Other"), {options::v1::ROLE_COACH})),
              HasReason("NOT_A_COACH"));
  ASSERT_THAT(Step("CancelCohort", cohort), IsOk());
  EXPECT_THAT(SetCohort(cohort, kToday + 1, Coach()), HasReason("COHORT_STATE"));
  EXPECT_THAT(Told(), IsEmpty());
  v1::GetCohortDaysOffRequest get;
  get.set_name(cohort.name());
  const auto got = Call<v1::GetCohortDaysOffResponse>("GetCohortDaysOff", get, Admin());
  ASSERT_THAT(got, IsOk());
  EXPECT_EQ(got->days_off().closed_days(0).title(), "Break");
}

TEST_F(WorkingDaysTest, EverybodyChoosesTheirNationThemselves) {
  const id::Uuid person = AddStaff("Person");
  EXPECT_THAT(Choose(person, Calendar("scotland"), Participant(person)), IsOk());
  EXPECT_THAT(Told(), ElementsAre("3:1 scotland "));
  EXPECT_THAT(Choose(person, Calendar("wales"), Participant(person)),
              HasReason("HOLIDAY_CALENDAR_NOT_FOUND"));
  EXPECT_THAT(Choose(person, "", Coach()), HasReason("NOT_YOURS"));
  v1::GetStaffCalendarRequest get;
  get.set_name(Staff(person));
  EXPECT_EQ(Call<v1::GetStaffCalendarResponse>("GetStaffCalendar", get, Participant(person))
                ->holiday_calendar(),
            Calendar("scotland"));
  EXPECT_THAT(Call<v1::GetStaffCalendarResponse>("GetStaffCalendar", get, Coach()),
              HasReason("NOT_YOURS"));
  SetStaffState(person, v1::STAFF_STATE_LEFT);
  EXPECT_THAT(Choose(person, "", Participant(person)), HasReason("CALLER_NOT_STAFF"));
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(WorkingDaysTest, LeaveIsToldByTheParticipantOrTheCoachAndTakenAwayAgain) {
  const id::Uuid person = AddStaff("Person");
  const auto enrolment = Apply(MakeOpenCohort(5), person);
  ASSERT_THAT(enrolment, IsOk());
  NewEvents();
  const auto later =
      AddLeave(LeaveRequest(enrolment->name(), kToday + 20, kToday + 24), Participant(person));
  ASSERT_THAT(later, IsOk());
  const auto sooner = AddLeave(LeaveRequest(enrolment->name(), kToday - 3, kToday), Coach());
  ASSERT_THAT(sooner, IsOk());
  EXPECT_THAT(Told(), ElementsAre("4:1  2026-12-14..2026-12-18",
                                  "4:2  2026-11-21..2026-11-24 2026-12-14..2026-12-18"));
  // By pages, the earliest first.
  const auto first = ListLeave(enrolment->name(), Participant(person), "", 1);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->leave(0).name(), sooner->leave().name());
  const auto second =
      ListLeave(enrolment->name(), Participant(person), first->next_page_token(), 1);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->leave(0).name(), later->leave().name());
  EXPECT_EQ(second->next_page_token(), "");

  EXPECT_THAT(RemoveLeave(sooner->leave().name(), Participant(person)), IsOk());
  EXPECT_THAT(RemoveLeave(sooner->leave().name(), Coach()), HasReason("LEAVE_NOT_FOUND"));
  EXPECT_THAT(Told(), ElementsAre("4:3  2026-12-14..2026-12-18"));
  EXPECT_EQ(CountLeave(), 1);
}

TEST_F(WorkingDaysTest, ACoachsLookAtLeaveIsRecordedAndNobodyElseHasOne) {
  const id::Uuid person = AddStaff("Person");
  const auto enrolment = Apply(MakeOpenCohort(5), person);
  const auto reads = [&] {
    return Count("SELECT COALESCE(SUM(times), 0) FROM private_read WHERE organisation = ?",
                 {organisation_});
  };
  EXPECT_THAT(ListLeave(enrolment->name(), Participant(person)), IsOk());
  EXPECT_THAT(ListDaysOff(enrolment->name(), kToday, kToday, Participant(person)), IsOk());
  EXPECT_EQ(reads(), 0);
  EXPECT_THAT(ListLeave(enrolment->name(), Coach()), IsOk());
  EXPECT_THAT(ListDaysOff(enrolment->name(), kToday, kToday, Coach()), IsOk());
  EXPECT_EQ(reads(), 2);
  const auto stranger =
      As(AddStaff("Stranger"),
         {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_PATRON, options::v1::ROLE_COACH});
  EXPECT_THAT(ListLeave(enrolment->name(), stranger), HasReason("NOT_YOURS"));
  EXPECT_THAT(ListDaysOff(enrolment->name(), kToday, kToday, stranger), HasReason("NOT_YOURS"));
  EXPECT_THAT(AddLeave(LeaveRequest(enrolment->name(), kToday, kToday), stranger),
              HasReason("NOT_YOURS"));
  EXPECT_EQ(CountLeave(), 0);
}

TEST_F(WorkingDaysTest, WhatIsWrongWithLeaveIsNamedAndNothingChanges) {
  const id::Uuid person = AddStaff("Person");
  const v1::Cohort cohort = MakeOpenCohort(5);
  const auto enrolment = Apply(cohort, person);
  ASSERT_THAT(
      AddLeave(LeaveRequest(enrolment->name(), kToday + 5, kToday + 6), Participant(person)),
      IsOk());
  NewEvents();
  const struct {
    int first, last;
    const char* reason;
    const char* field;
  } rows[] = {
      {1, 0, "DATE_ORDER", "leave.last_date"},
      {10, 376, "LEAVE_TOO_LONG", "leave.last_date"},
      {-61, 0, "LEAVE_TOO_LATE", "leave.first_date"},
      {367, 368, "LEAVE_TOO_FAR", "leave.first_date"},
      {6, 8, "LEAVE_OVERLAPS", ""},
  };
  for (const auto& row : rows) {
    const auto added =
        AddLeave(LeaveRequest(enrolment->name(), kToday + row.first, kToday + row.last),
                 Participant(person));
    EXPECT_THAT(added, HasReason(row.reason));
    if (*row.field != '\0') {
      EXPECT_THAT(added, NamesField(row.field));
    }
  }
  v1::AddLeaveRequest open = LeaveRequest(enrolment->name(), kToday + 9, kToday + 9);
  open.mutable_leave()->clear_last_date();
  EXPECT_THAT(AddLeave(open, Participant(person)), NamesField("leave.last_date"));
  open.mutable_leave()->mutable_last_date()->set_year(2027);
  EXPECT_THAT(AddLeave(open, Participant(person)), HasReason("DATE_INVALID"));
  ASSERT_THAT(Withdraw(*enrolment, person), IsOk());
  NewEvents();
  EXPECT_THAT(
      AddLeave(LeaveRequest(enrolment->name(), kToday + 9, kToday + 9), Participant(person)),
      HasReason("ENROLMENT_STATE"));
  EXPECT_EQ(CountLeave(), 1);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(WorkingDaysTest, LeaveThatIsToldByManyAtOnceDoesNotOverlap) {
  const id::Uuid person = AddStaff("Person");
  const auto enrolment = Apply(MakeOpenCohort(5), person);
  std::vector<v1::AddLeaveRequest> requests;
  for (int i = 0; i < 8; ++i) {
    requests.push_back(LeaveRequest(enrolment->name(), kToday + i, kToday + 10));
  }
  std::atomic<int> added{0};
  std::vector<std::thread> threads;
  for (const auto& request : requests) {
    threads.emplace_back([&] { added += AddLeave(request, Participant(person)).ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(added, 1);
  EXPECT_EQ(CountLeave(), 1);
}

TEST_F(WorkingDaysTest, DaysOffAreToldWithTheirReasons) {
  const id::Uuid person = AddStaff("Person");
  const v1::Cohort cohort = MakeOpenCohort(5);
  const auto enrolment = Apply(cohort, person);
  v1::SetOrganisationDaysOffRequest request = OrganisationRequest(Calendar("england-and-wales"));
  Add(CivilDay(2026, 12, 24), "Christmas Eve", request.mutable_closed_days());
  ASSERT_THAT(SetOrganisation(request), IsOk());
  ASSERT_THAT(SetCohort(cohort, CivilDay(2026, 12, 29), Coach()), IsOk());
  ASSERT_THAT(
      AddLeave(LeaveRequest(enrolment->name(), CivilDay(2026, 12, 30), CivilDay(2026, 12, 31)),
               Participant(person)),
      IsOk());
  const auto told = [&](CivilDay first, CivilDay last) {
    std::string days;
    const auto listed = ListDaysOff(enrolment->name(), first, last, Participant(person));
    EXPECT_THAT(listed, IsOk());
    for (const v1::DayOff& day : listed->days_off()) {
      absl::StrAppend(&days, absl::FormatCivilTime(DayOf(day.date())).substr(5), " ", day.reason(),
                      " ", day.title(), ";");
    }
    return days;
  };
  EXPECT_EQ(told(CivilDay(2026, 12, 21), CivilDay(2027, 1, 1)),
            "12-24 2 Christmas Eve;12-25 1 Christmas Day;12-28 1 Boxing Day (substitute day);"
            "12-29 3 Break;12-30 4 ;12-31 4 ;01-01 1 New Year's Day;");
  EXPECT_EQ(told(CivilDay(2026, 11, 30), CivilDay(2026, 11, 30)), "");
  ASSERT_THAT(Choose(person, Calendar("scotland"), Participant(person)), IsOk());
  EXPECT_EQ(told(CivilDay(2026, 11, 30), CivilDay(2026, 11, 30)), "11-30 1 St Andrew's Day;");

  const auto beyond = ListDaysOff(enrolment->name(), CivilDay(2028, 12, 31), CivilDay(2029, 1, 1),
                                  Participant(person));
  ASSERT_THAT(beyond, IsOk());
  EXPECT_TRUE(beyond->holidays_unknown());
  EXPECT_THAT(ListDaysOff(enrolment->name(), kToday, kToday + 366, Participant(person)),
              HasReason("DATE_SPAN"));
  EXPECT_THAT(ListDaysOff(enrolment->name(), kToday, kToday - 1, Participant(person)),
              HasReason("DATE_ORDER"));
}

}  // namespace
}  // namespace dap::enrolment
