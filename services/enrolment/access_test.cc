// Who may call what: every method of these services against every role, and other organisations.
#include <map>
#include <set>

#include "absl/strings/str_split.h"
#include "dap/options/v1/access.pb.h"
#include "dap/options/v1/rules.pb.h"
#include "dap_proto_enrolment_services.h"
#include "services/enrolment/testing/service_test.h"

namespace dap::enrolment {
namespace {

using options::v1::Role;
using options::v1::ROLE_COACH;
using options::v1::ROLE_HR_SYSTEM;
using options::v1::ROLE_OPERATOR;
using options::v1::ROLE_ORG_ADMIN;
using options::v1::ROLE_PARTICIPANT;
using options::v1::ROLE_PATRON;

const std::set<Role> kAnybody = {ROLE_PARTICIPANT, ROLE_PATRON, ROLE_COACH, ROLE_ORG_ADMIN};
const std::set<Role> kCoach = {ROLE_COACH};
const std::set<Role> kParticipant = {ROLE_PARTICIPANT};
const std::set<Role> kBoth = {ROLE_PARTICIPANT, ROLE_COACH};
const std::set<Role> kInCohort = {ROLE_PARTICIPANT, ROLE_PATRON, ROLE_COACH};

// Written out by hand, not read from the protos: a method that is opened there fails here.
const std::map<std::string, std::set<Role>>& Allowed() {
  static const auto& allowed = *new std::map<std::string, std::set<Role>>{
      {"CreateOrganisation", {ROLE_OPERATOR}},
      {"GetOrganisation", kAnybody},
      {"GetStaffMember", kAnybody},
      {"ListStaff", {ROLE_COACH, ROLE_ORG_ADMIN}},
      {"GetTeam", kAnybody},
      {"ListTeams", {ROLE_COACH, ROLE_ORG_ADMIN}},
      {"GetCohortOverview", kCoach},
      {"BatchNominate", {ROLE_COACH, ROLE_ORG_ADMIN}},
      {"GetRecruitmentReport", {ROLE_COACH, ROLE_ORG_ADMIN}},
      {"GetKickOffReport", {ROLE_COACH, ROLE_ORG_ADMIN}},
      {"CreateCohort", kCoach},
      {"GetCohort", kAnybody},
      {"ListCohorts", kAnybody},
      {"UpdateCohort", {ROLE_COACH, ROLE_ORG_ADMIN}},
      {"ResetCohortJoinCode", kCoach},
      {"RevokeCohortJoinCode", kCoach},
      {"JoinCohort", kParticipant},
      {"OpenCohort", kCoach},
      {"CloseRecruitment", kCoach},
      {"FinishCohort", kCoach},
      {"CancelCohort", kCoach},
      {"StartCohort", kCoach},
      {"ApplyToCohort", kParticipant},
      {"NominateToCohort", {ROLE_COACH, ROLE_ORG_ADMIN}},
      {"AcceptEnrolment", kParticipant},
      {"WithdrawEnrolment", kBoth},
      {"PauseEnrolment", kBoth},
      {"ResumeEnrolment", kBoth},
      {"GetEnrolment", kBoth},
      {"ListEnrolments", kCoach},
      {"ListMyEnrolments", kParticipant},
      {"InvitePatron", kCoach},
      {"AnswerPatronInvitation", {ROLE_PATRON}},
      {"UpdatePatronChecklist", {ROLE_PATRON}},
      {"AssignPatron", kCoach},
      {"ListPatrons", kCoach},
      {"GetPatron", {ROLE_PATRON, ROLE_COACH}},
      {"ListMyPatronages", {ROLE_PATRON}},
      {"PlanPatronCover", {ROLE_PATRON, ROLE_COACH}},
      {"EndPatronCover", {ROLE_PATRON, ROLE_COACH}},
      {"ListPatronCovers", {ROLE_PATRON, ROLE_COACH}},
      {"ListParticipantsToReassign", kCoach},
      {"ReassignParticipants", kCoach},
      {"SetWayIn", kParticipant},
      {"CompleteEnrolment", kParticipant},
      {"WriteReflection", kParticipant},
      {"GetArrangement", kBoth},
      {"UpdateArrangement", kBoth},
      {"ListArrangementChanges", kBoth},
      {"GetListeningNote", kBoth},
      {"UpdateListeningNote", kBoth},
      {"ListListeningNoteRevisions", kBoth},
      {"ListPrivateReads", kParticipant},
      {"GetSessionCalendar", kInCohort},
      {"CreateCalendarFeed", kInCohort},
      {"ListCalendarFeeds", kInCohort},
      {"RevokeCalendarFeed", kInCohort},
      {"PlanSession", kCoach},
      {"GetSession", kInCohort},
      {"ListSessions", kInCohort},
      {"UpdateSession", kCoach},
      {"CancelSession", kCoach},
      {"RespondToSession", kParticipant},
      {"ListSessionResponses", kCoach},
      {"ListSessionAttendance", kCoach},
      {"ListAbsentees", kCoach},
      {"CheckIn", kParticipant},
      {"RecordAttendance", kCoach},
      {"ListHolidayCalendars", kAnybody},
      {"GetHolidayCalendar", kAnybody},
      {"CreateHolidayCalendar", {ROLE_ORG_ADMIN}},
      {"ReplaceHolidayCalendar", {ROLE_ORG_ADMIN}},
      {"GetOrganisationDaysOff", kAnybody},
      {"SetOrganisationDaysOff", {ROLE_ORG_ADMIN}},
      {"GetCohortDaysOff", kAnybody},
      {"SetCohortDaysOff", kCoach},
      {"GetStaffCalendar", kInCohort},
      {"SetStaffCalendar", kInCohort},
      {"AddLeave", kBoth},
      {"RemoveLeave", kBoth},
      {"ListLeave", kBoth},
      {"ListDaysOff", kBoth},
      {"RemoveAttendance", kCoach},
  };
  return allowed;
}

class AccessTest : public ServiceTest {
 protected:
  using Message = google::protobuf::Message;

  // Any method, with an empty request: it never gets as far as to do something, as every request of
  // these services has a required field.
  absl::Status CallEmpty(const google::protobuf::MethodDescriptor& method,
                         std::optional<auth::Principal> principal) {
    auto* factory = google::protobuf::MessageFactory::generated_factory();
    const std::unique_ptr<Message> request(factory->GetPrototype(method.input_type())->New());
    const std::unique_ptr<Message> response(factory->GetPrototype(method.output_type())->New());
    auto stream = world().channel().OpenStream<Message, Message>(
        absl::StrCat(method.service()->full_name(), "/", method.name()),
        Context(std::move(principal)));
    stream.Write(*request);
    stream.WritesDone();
    return stream.Finish();
  }
  auth::Principal With(Role role) {
    auth::Principal principal = As(AddStaff("Somebody"), {role});
    if (role == ROLE_HR_SYSTEM || role == ROLE_OPERATOR) {
      principal.subject = "system";
      principal.staff = id::Uuid();
    }
    if (role == ROLE_OPERATOR) principal.organisation = id::Uuid();
    return principal;
  }
  static const google::protobuf::ServiceDescriptor& Service(const char* name) {
    return *google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
  }
};

// Of all services but the HR sync's, which has tests of its own, and those that are internal.
std::vector<const google::protobuf::MethodDescriptor*> ClientFacing() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const auto* service : dap_proto_enrolment::Services()) {
    if (service->name() == "StaffSyncService") continue;
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* method = service->method(i);
      if (method->options().GetExtension(options::v1::access).internal()) continue;
      // For everybody, as its address is a secret.
      if (method->name() != "ReadCalendarFeed") methods.push_back(method);
    }
  }
  return methods;
}

TEST_F(AccessTest, EveryMethodIsOpenToItsRolesAndToNobodyElse) {
  ASSERT_EQ(ClientFacing().size(), Allowed().size());
  for (const auto* listed : ClientFacing()) {
    const auto& method = *listed;
    SCOPED_TRACE(method.name());
    ASSERT_EQ(Allowed().count(method.name()), 1u);
    EXPECT_THAT(CallEmpty(method, std::nullopt), StatusIs(absl::StatusCode::kUnauthenticated));
    for (int number = 1; number <= options::v1::Role_MAX; ++number) {
      const auto role = static_cast<Role>(number);
      SCOPED_TRACE(options::v1::Role_Name(role));
      const absl::Status called = CallEmpty(method, With(role));
      if (Allowed().at(method.name()).count(role) > 0) {
        EXPECT_THAT(called, StatusIs(absl::StatusCode::kInvalidArgument));
      } else {
        EXPECT_THAT(called, StatusIs(absl::StatusCode::kPermissionDenied));
        EXPECT_THAT(called, HasReason("ROLE_MISSING"));
      }
    }
  }
}

TEST_F(AccessTest, TheRosterIsForServicesAndSaysNotFound) {
  v1::GetRosterEntryRequest request;
  request.set_organisation(std::string(organisation_.bytes()));
  request.set_enrolment(std::string(world().ids().Next().bytes()));
  const auto read = world().channel().Call<v1::GetRosterEntryResponse>(
      "dap.enrolment.v1.RosterService/GetRosterEntry", request, Context());
  EXPECT_THAT(read, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(read, HasReason("ENROLMENT_NOT_FOUND"));
  const auto& method = *Service("dap.enrolment.v1.RosterService").method(0);
  EXPECT_TRUE(method.options().GetExtension(options::v1::access).internal());
  EXPECT_EQ(method.options().GetExtension(options::v1::access).roles_size(), 0);
}

// Fills the names of a request: every string field with a resource rule.
void FillNames(google::protobuf::Message& message, const std::string& organisation) {
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto& field = *message.GetDescriptor()->field(i);
    const std::string& pattern = field.options().GetExtension(options::v1::rules).resource();
    if (pattern.empty() || field.is_repeated()) continue;
    std::string name;
    for (absl::string_view part : absl::StrSplit(pattern, '/')) {
      if (!name.empty()) name += '/';
      absl::StrAppend(&name, part == "{organisation}" ? absl::string_view(organisation)
                             : part.front() == '{'    ? "0190a000-0000-7000-8000-000000000001"
                                                      : part);
    }
    message.GetReflection()->SetString(&message, &field, name);
  }
}

TEST_F(AccessTest, AnotherOrganisationIsDeniedInEveryMethodBeforeAnythingIsLookedUp) {
  const std::string other = world().ids().Next().ToString();
  const auto person =
      As(AddStaff("All"), {ROLE_PARTICIPANT, ROLE_PATRON, ROLE_COACH, ROLE_ORG_ADMIN});
  const auto denied = [&](absl::string_view method, auto request, auto response) {
    SCOPED_TRACE(method);
    FillNames(request, other);
    const auto called = Call<decltype(response)>(method, request, person);
    EXPECT_THAT(called, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_THAT(called, HasReason("OTHER_ORGANISATION"));
  };
  const auto with_id = [this](auto request) {
    request.set_request_id(RequestId());
    return request;
  };
#define DENIED(method) denied(#method, v1::method##Request(), v1::method##Response())
#define DENIED_CHANGE(method) \
  denied(#method, with_id(v1::method##Request()), v1::method##Response())
  DENIED(GetOrganisation);
  DENIED(GetStaffMember);
  DENIED(ListStaff);
  DENIED(GetCohort);
  DENIED(ListCohorts);
  DENIED(GetTeam);
  DENIED(ListTeams);
  DENIED(GetCohortOverview);
  DENIED(GetRecruitmentReport);
  DENIED(GetKickOffReport);
  DENIED_CHANGE(ResetCohortJoinCode);
  DENIED_CHANGE(RevokeCohortJoinCode);
  DENIED_CHANGE(OpenCohort);
  DENIED_CHANGE(CloseRecruitment);
  DENIED_CHANGE(FinishCohort);
  DENIED_CHANGE(CancelCohort);
  DENIED_CHANGE(StartCohort);
  DENIED_CHANGE(ApplyToCohort);
  DENIED_CHANGE(NominateToCohort);
  DENIED_CHANGE(AcceptEnrolment);
  DENIED_CHANGE(WithdrawEnrolment);
  DENIED_CHANGE(ResumeEnrolment);
  DENIED(GetEnrolment);
  DENIED(ListEnrolments);
  DENIED(ListMyEnrolments);
  DENIED_CHANGE(InvitePatron);
  DENIED_CHANGE(AnswerPatronInvitation);
  DENIED_CHANGE(AssignPatron);
  DENIED(ListPatrons);
  DENIED(GetSession);
  DENIED(ListSessions);
  DENIED(ListHolidayCalendars);
  DENIED(GetOrganisationDaysOff);
  DENIED_CHANGE(SetOrganisationDaysOff);
  DENIED(GetCohortDaysOff);
  DENIED_CHANGE(SetCohortDaysOff);
  DENIED(GetStaffCalendar);
  DENIED_CHANGE(SetStaffCalendar);
  DENIED_CHANGE(RemoveLeave);
  DENIED(ListLeave);
  DENIED(ListSessionResponses);
  DENIED(ListSessionAttendance);
  DENIED(ListAbsentees);
  DENIED(GetSessionCalendar);
  DENIED(ListCalendarFeeds);
  DENIED_CHANGE(RevokeCalendarFeed);
#undef DENIED
#undef DENIED_CHANGE
  v1::GetHolidayCalendarRequest calendar;
  calendar.set_name(absl::StrCat("organisations/", other, "/holidayCalendars/scotland"));
  denied("GetHolidayCalendar", calendar, v1::GetHolidayCalendarResponse());
  v1::ReplaceHolidayCalendarRequest replace;
  replace.set_name(calendar.name());
  replace.mutable_holiday_calendar()->set_title("Scotland");
  denied("ReplaceHolidayCalendar", with_id(replace), v1::ReplaceHolidayCalendarResponse());
  v1::CreateHolidayCalendarRequest create_calendar;
  create_calendar.mutable_holiday_calendar()->set_title("Scotland");
  denied("CreateHolidayCalendar", with_id(create_calendar), v1::CreateHolidayCalendarResponse());
  v1::AddLeaveRequest leave;
  leave.mutable_leave()->mutable_first_date();
  leave.mutable_leave()->mutable_last_date();
  denied("AddLeave", with_id(leave), v1::AddLeaveResponse());
  v1::ListDaysOffRequest days_off;
  days_off.mutable_first_date();
  days_off.mutable_last_date();
  denied("ListDaysOff", days_off, v1::ListDaysOffResponse());
  v1::PauseEnrolmentRequest pause;
  pause.mutable_pause()->set_reason(v1::PAUSE_REASON_LEAVE);
  denied("PauseEnrolment", with_id(pause), v1::PauseEnrolmentResponse());
  v1::UpdatePatronChecklistRequest checklist;
  checklist.mutable_checklist();
  denied("UpdatePatronChecklist", with_id(checklist), v1::UpdatePatronChecklistResponse());
  v1::CheckInRequest check_in;
  check_in.set_join_code("ABCDEF");
  denied("CheckIn", with_id(check_in), v1::CheckInResponse());
  v1::RecordAttendanceRequest record;
  record.add_enrolments(
      absl::StrCat("organisations/", other, "/cohorts/", other, "/enrolments/", other));
  denied("RecordAttendance", with_id(record), v1::RecordAttendanceResponse());
  v1::RemoveAttendanceRequest remove;
  *remove.mutable_enrolments() = record.enrolments();
  denied("RemoveAttendance", with_id(remove), v1::RemoveAttendanceResponse());
  v1::CreateCalendarFeedRequest feed;
  feed.mutable_calendar_feed()->set_title("Phone");
  denied("CreateCalendarFeed", with_id(feed), v1::CreateCalendarFeedResponse());
  v1::CancelSessionRequest cancel;
  cancel.set_reason("No room");
  denied("CancelSession", with_id(cancel), v1::CancelSessionResponse());
  v1::RespondToSessionRequest respond;
  respond.set_answer(v1::SESSION_ANSWER_YES);
  denied("RespondToSession", with_id(respond), v1::RespondToSessionResponse());
  v1::UpdateSessionRequest update;
  update.mutable_session()->set_name(
      absl::StrCat("organisations/", other, "/cohorts/", other, "/sessions/", other));
  update.mutable_session()->set_title("Theirs");
  update.mutable_update_mask()->add_paths("title");
  denied("UpdateSession", with_id(update), v1::UpdateSessionResponse());
  v1::CreateCohortRequest create;
  create.mutable_cohort()->set_title("Spring");
  create.mutable_cohort()->set_capacity(5);
  create.mutable_cohort()->mutable_start_date();
  create.mutable_cohort()->mutable_end_date();
  denied("CreateCohort", with_id(create), v1::CreateCohortResponse());
  v1::PlanSessionRequest plan;
  v1::Session& session = *plan.mutable_session();
  session.set_kind(v1::SESSION_KIND_DROP_IN);
  session.set_title("Together");
  session.mutable_start_time();
  session.mutable_end_time();
  session.set_host(Staff(coach_));
  denied("PlanSession", with_id(plan), v1::PlanSessionResponse());
}

TEST_F(AccessTest, ACoachOfAnotherCohortIsNotACoachOfThisOne) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const auto enrolment = Apply(cohort, AddStaff("Person"));
  const auto session = Plan(cohort, v1::SESSION_KIND_DROP_IN, Now());
  const auto stranger = As(AddStaff("Other coach"), {ROLE_COACH});
  const std::string parent = cohort.name();
  const auto denied = [&](absl::string_view method, auto request, auto response) {
    SCOPED_TRACE(method);
    const auto called = Call<decltype(response)>(method, request, stranger);
    EXPECT_THAT(called, StatusIs(absl::StatusCode::kPermissionDenied));
  };
  const auto named = [this](auto request, const std::string& name) {
    request.set_name(name);
    request.set_request_id(RequestId());
    return request;
  };
  denied("OpenCohort", named(v1::OpenCohortRequest(), parent), v1::OpenCohortResponse());
  denied("CloseRecruitment", named(v1::CloseRecruitmentRequest(), parent),
         v1::CloseRecruitmentResponse());
  denied("StartCohort", named(v1::StartCohortRequest(), parent), v1::StartCohortResponse());
  denied("FinishCohort", named(v1::FinishCohortRequest(), parent), v1::FinishCohortResponse());
  denied("CancelCohort", named(v1::CancelCohortRequest(), parent), v1::CancelCohortResponse());
  denied("WithdrawEnrolment", named(v1::WithdrawEnrolmentRequest(), enrolment->name()),
         v1::WithdrawEnrolmentResponse());
  denied("ResumeEnrolment", named(v1::ResumeEnrolmentRequest(), enrolment->name()),
         v1::ResumeEnrolmentResponse());
  v1::AssignPatronRequest assign = named(v1::AssignPatronRequest(), enrolment->name());
  assign.set_patron(Staff(coach_));
  denied("AssignPatron", assign, v1::AssignPatronResponse());
  v1::RecordAttendanceRequest record = named(v1::RecordAttendanceRequest(), session->name());
  record.add_enrolments(enrolment->name());
  denied("RecordAttendance", record, v1::RecordAttendanceResponse());
  v1::RemoveAttendanceRequest remove = named(v1::RemoveAttendanceRequest(), session->name());
  remove.add_enrolments(enrolment->name());
  denied("RemoveAttendance", remove, v1::RemoveAttendanceResponse());
  v1::CancelSessionRequest cancel = named(v1::CancelSessionRequest(), session->name());
  cancel.set_reason("No room");
  denied("CancelSession", cancel, v1::CancelSessionResponse());
  v1::UpdateSessionRequest update;
  *update.mutable_session() = *session;
  update.set_request_id(RequestId());
  denied("UpdateSession", update, v1::UpdateSessionResponse());
  v1::ListSessionResponsesRequest responses;
  responses.set_parent(session->name());
  denied("ListSessionResponses", responses, v1::ListSessionResponsesResponse());
  v1::ListSessionAttendanceRequest attendance;
  attendance.set_parent(session->name());
  denied("ListSessionAttendance", attendance, v1::ListSessionAttendanceResponse());
  v1::ListAbsenteesRequest absentees;
  absentees.set_parent(parent);
  denied("ListAbsentees", absentees, v1::ListAbsenteesResponse());
  v1::GetEnrolmentRequest get;
  get.set_name(enrolment->name());
  denied("GetEnrolment", get, v1::GetEnrolmentResponse());
  v1::ListEnrolmentsRequest list;
  list.set_parent(parent);
  denied("ListEnrolments", list, v1::ListEnrolmentsResponse());
  v1::ListPatronsRequest patrons;
  patrons.set_parent(parent);
  denied("ListPatrons", patrons, v1::ListPatronsResponse());
  v1::NominateToCohortRequest nominate;
  nominate.set_parent(parent);
  nominate.set_participant(Staff(coach_));
  nominate.set_request_id(RequestId());
  denied("NominateToCohort", nominate, v1::NominateToCohortResponse());
  v1::InvitePatronRequest invite;
  invite.set_parent(parent);
  invite.set_staff_member(Staff(coach_));
  invite.set_request_id(RequestId());
  denied("InvitePatron", invite, v1::InvitePatronResponse());
  EXPECT_EQ(Read(cohort).etag(), cohort.etag());
  EXPECT_EQ(Read(*enrolment).etag(), enrolment->etag());
}

TEST_F(AccessTest, WhoIsACoachInTheDataButNotInTheTokenIsNone) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const auto enrolment = Apply(cohort, AddStaff("Person"));
  v1::GetEnrolmentRequest get;
  get.set_name(enrolment->name());
  EXPECT_THAT(Call<v1::GetEnrolmentResponse>("GetEnrolment", get, Participant(coach_)),
              HasReason("NOT_YOURS"));
}

TEST_F(AccessTest, AnAdministratorNominatesInAnyCohortOfTheOrganisation) {
  v1::NominateToCohortRequest request;
  request.set_parent(MakeOpenCohort(5).name());
  request.set_participant(Staff(AddStaff("Person")));
  request.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::NominateToCohortResponse>("NominateToCohort", request, Admin()), IsOk());
}

TEST_F(AccessTest, AMemberOfStaffIsForThemselvesCoachesAndAdministrators) {
  const id::Uuid person = AddStaff("Person");
  v1::GetStaffMemberRequest request;
  request.set_name(Staff(person));
  const auto get = [&](const auth::Principal& principal) {
    return Call<v1::GetStaffMemberResponse>("GetStaffMember", request, principal);
  };
  EXPECT_EQ(get(Participant(person))->staff_member().display_name(), "Person");
  EXPECT_THAT(get(Coach()), IsOk());
  EXPECT_THAT(get(Admin()), IsOk());
  EXPECT_THAT(get(Participant(AddStaff("Other"))), HasReason("NOT_YOURS"));
  EXPECT_THAT(get(PatronOf(AddStaff("Other"))), HasReason("NOT_YOURS"));
  request.set_name(Staff(world().ids().Next()));
  EXPECT_THAT(get(Participant(person)), HasReason("NOT_YOURS"));
  EXPECT_THAT(get(Coach()), HasReason("STAFF_MEMBER_NOT_FOUND"));
}

TEST_F(AccessTest, ACohortIsChangedByItsCoachesInItsOrganisation) {
  const v1::Cohort cohort = MakeOpenCohort(5);
  const auto stranger = As(AddStaff("Other coach"), {ROLE_COACH});
  v1::UpdateCohortRequest update;
  update.mutable_cohort()->set_name(cohort.name());
  update.mutable_cohort()->set_title("Mine");
  update.mutable_update_mask()->add_paths("title");
  update.set_request_id(RequestId());
  const auto call = [&](auto request, const auth::Principal& principal) {
    return Call<v1::UpdateCohortResponse>("UpdateCohort", request, principal);
  };
  EXPECT_THAT(call(update, stranger), HasReason("NOT_A_COACH"));
  update.mutable_cohort()->set_name(absl::StrCat("organisations/", world().ids().Next().ToString(),
                                                 "/cohorts/", LastId(cohort.name()).ToString()));
  EXPECT_THAT(call(update, Coach()), HasReason("OTHER_ORGANISATION"));
  update.mutable_cohort()->set_name("cohorts/1");
  EXPECT_THAT(call(update, Coach()), NamesField("cohort.name"));
  v1::ResetCohortJoinCodeRequest reset;
  reset.set_name(cohort.name());
  reset.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::ResetCohortJoinCodeResponse>("ResetCohortJoinCode", reset, stranger),
              HasReason("NOT_A_COACH"));
  v1::RevokeCohortJoinCodeRequest revoke;
  revoke.set_name(cohort.name());
  revoke.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::RevokeCohortJoinCodeResponse>("RevokeCohortJoinCode", revoke, stranger),
              HasReason("NOT_A_COACH"));
  v1::JoinCohortRequest join;
  join.set_parent(organisation_name_);
  join.set_join_code("ABCDEFGH");
  join.set_request_id(RequestId());
  EXPECT_THAT(Call<v1::JoinCohortResponse>("JoinCohort", join, Participant(world().ids().Next())),
              HasReason("CALLER_NOT_STAFF"));
  EXPECT_EQ(Read(cohort).etag(), cohort.etag());
}

}  // namespace
}  // namespace dap::enrolment
