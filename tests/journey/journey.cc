#include "tests/journey/journey.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"

namespace dap::tests {
namespace {

using namespace enrolment::v1;  // NOLINT: the requests of the journey are most of its words
using options::v1::ROLE_COACH;
using options::v1::ROLE_OPERATOR;
using options::v1::ROLE_ORG_ADMIN;
using options::v1::ROLE_PARTICIPANT;
using options::v1::ROLE_PATRON;

constexpr char kEnrolment[] = "dap.enrolment.v1.EnrolmentService/";
constexpr char kPatrons[] = "dap.enrolment.v1.PatronService/";
constexpr char kSessions[] = "dap.enrolment.v1.SessionService/";
constexpr char kCalendars[] = "dap.enrolment.v1.CalendarService/";
constexpr char kGoals[] = "dap.goals.v1.GoalsService/";
constexpr char kBarriers[] = "dap.activity.v1.BarrierService/";
constexpr char kActivity[] = "dap.activity.v1.ActivityService/";
constexpr char kExperience[] = "dap.activity.v1.ExperienceService/";
constexpr char kNotification[] = "dap.notification.v1.NotificationService/";
constexpr char kZone[] = "Europe/London";

std::string LastId(absl::string_view name) { return std::string(name.substr(name.rfind('/') + 1)); }

void SetDate(absl::CivilDay day, google::type::Date* date) {
  date->set_year(static_cast<int>(day.year()));
  date->set_month(day.month());
  date->set_day(day.day());
}

void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(absl::ToUnixSeconds(time));
}

// Another service hears of an enrolment's new state by an event, which may still be on its way:
// until then it does not know the enrolment (NOT_FOUND) or holds the old state (ENROLMENT_STATE).
bool NotArrived(const absl::Status& status) {
  return status.code() == absl::StatusCode::kNotFound ||
         status::Reason(status) == "ENROLMENT_STATE";
}

template <typename Ask>
auto OnceItArrived(Ask ask) {
  auto answer = ask();
  if (!NotArrived(answer.status())) return answer;
  Eventually([&] {
    answer = ask();
    return !NotArrived(answer.status());
  });
  return answer;
}

}  // namespace

absl::Status Journey::MakeOrganisation() {
  CreateOrganisationRequest request;
  request.mutable_organisation()->set_display_name("Borough of Ashford Vale");
  request.mutable_organisation()->set_time_zone(kZone);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto made, Call<CreateOrganisationResponse>(
                                  ROLE_OPERATOR, "operator",
                                  absl::StrCat(kEnrolment, "CreateOrganisation"), request));
  organisation_ = made.organisation().name();
  organisation_id_ = LastId(organisation_);
  return absl::OkStatus();
}

absl::Status Journey::SyncStaff(int people, int teams) {
  const std::string csv = system_.folder() + "/staff.csv";
  if (!system_.RunProgram("make_staff",
                          {absl::StrCat("--people=", people), absl::StrCat("--teams=", teams),
                           "--seed=7", absl::StrCat("--out=", csv)})) {
    return status::Internal("make_staff failed");
  }
  ASSIGN_OR_RETURN(const Client hr,
                   system_.As(options::v1::ROLE_HR_SYSTEM, "hr-system", organisation_id_));
  if (!system_.RunProgram(
          "dapctl", {absl::StrCat("--gateway=", system_.gateway()),
                     absl::StrCat("--tls_ca=", system_.ca_file()),
                     absl::StrCat("--token=", hr.token()), "hr-sync", csv, "--full", "--apply",
                     "--source=payroll", absl::StrCat("--organisation=", organisation_id_)})) {
    return status::Internal("dapctl hr-sync failed");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Person>> Journey::ListStaff(int count) {
  ListStaffRequest request;
  request.set_parent(organisation_);
  request.set_page_size(count);
  ASSIGN_OR_RETURN(auto page,
                   Call<ListStaffResponse>(ROLE_ORG_ADMIN, ids_.Next().ToString(),
                                           absl::StrCat(kEnrolment, "ListStaff"), request));
  std::vector<Person> people;
  for (const StaffMember& staff : page.staff()) {
    people.push_back({staff.name(), LastId(staff.name()), staff.email(), staff.display_name()});
  }
  return people;
}

absl::StatusOr<std::string> Journey::OpenCohort(const Person& coach, int capacity) {
  const absl::CivilDay today = time::DayOf(system_.Now(), *time::ZoneOf(kZone));
  CreateCohortRequest create;
  create.set_parent(organisation_);
  create.mutable_cohort()->set_title("Customer service, winter");
  create.mutable_cohort()->set_capacity(capacity);
  SetDate(today, create.mutable_cohort()->mutable_start_date());
  SetDate(today + 90, create.mutable_cohort()->mutable_end_date());
  create.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto made,
                   Call<CreateCohortResponse>(ROLE_COACH, coach.id,
                                              absl::StrCat(kEnrolment, "CreateCohort"), create));
  OpenCohortRequest open;
  open.set_name(made.cohort().name());
  open.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(
      auto opened,
      Call<OpenCohortResponse>(ROLE_COACH, coach.id, absl::StrCat(kEnrolment, "OpenCohort"), open));
  return opened.cohort().name();
}

absl::StatusOr<std::string> Journey::Apply(const Person& person, const std::string& cohort) {
  ApplyToCohortRequest request;
  request.set_parent(cohort);
  request.set_way_in(WAY_IN_VOLUNTEERED);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto applied,
                   Call<ApplyToCohortResponse>(ROLE_PARTICIPANT, person.id,
                                               absl::StrCat(kEnrolment, "ApplyToCohort"), request));
  return applied.enrolment().name();
}

absl::StatusOr<std::string> Journey::Nominate(const Person& coach, const Person& person,
                                              const std::string& cohort) {
  NominateToCohortRequest request;
  request.set_parent(cohort);
  request.set_participant(person.name);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto nominated, Call<NominateToCohortResponse>(
                                       ROLE_COACH, coach.id,
                                       absl::StrCat(kEnrolment, "NominateToCohort"), request));
  return nominated.enrolment().name();
}

absl::Status Journey::Accept(const Person& person, const std::string& enrolment) {
  AcceptEnrolmentRequest request;
  request.set_name(enrolment);
  request.set_request_id(NewRequestId());
  return Call<AcceptEnrolmentResponse>(ROLE_PARTICIPANT, person.id,
                                       absl::StrCat(kEnrolment, "AcceptEnrolment"), request)
      .status();
}

absl::Status Journey::GivePatron(const Person& coach, const Person& patron,
                                 const std::string& cohort,
                                 const std::vector<std::string>& enrolments) {
  InvitePatronRequest invite;
  invite.set_parent(cohort);
  invite.set_staff_member(patron.name);
  invite.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto invited,
                   Call<InvitePatronResponse>(ROLE_COACH, coach.id,
                                              absl::StrCat(kPatrons, "InvitePatron"), invite));
  AnswerPatronInvitationRequest answer;
  answer.set_name(invited.patron().name());
  answer.set_agree(true);
  answer.set_request_id(NewRequestId());
  RETURN_IF_ERROR(
      Call<AnswerPatronInvitationResponse>(ROLE_PATRON, patron.id,
                                           absl::StrCat(kPatrons, "AnswerPatronInvitation"), answer)
          .status());
  for (const std::string& enrolment : enrolments) {
    AssignPatronRequest assign;
    assign.set_name(enrolment);
    assign.set_patron(patron.name);
    assign.set_request_id(NewRequestId());
    RETURN_IF_ERROR(Call<AssignPatronResponse>(ROLE_COACH, coach.id,
                                               absl::StrCat(kPatrons, "AssignPatron"), assign)
                        .status());
  }
  return absl::OkStatus();
}

absl::Status Journey::PlanKickOff(const Person& coach, const std::string& cohort,
                                  std::string* session) {
  PlanSessionRequest plan;
  plan.set_parent(cohort);
  Session& kick_off = *plan.mutable_session();
  kick_off.set_kind(SESSION_KIND_KICK_OFF);
  kick_off.set_title("Kick-off");
  kick_off.set_agenda("Hello; why we are here; first goals; tea");
  kick_off.set_place("Room 2");
  kick_off.set_host(coach.name);
  SetTime(system_.Now() + absl::Hours(1), kick_off.mutable_start_time());
  SetTime(system_.Now() + absl::Hours(3), kick_off.mutable_end_time());
  plan.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto planned,
                   Call<PlanSessionResponse>(ROLE_COACH, coach.id,
                                             absl::StrCat(kSessions, "PlanSession"), plan));
  *session = planned.session().name();
  return absl::OkStatus();
}

absl::Status Journey::KickOffAndStart(const Person& coach, const std::string& cohort,
                                      const std::vector<Person>& people,
                                      const std::vector<std::string>& enrolments) {
  std::string session;
  RETURN_IF_ERROR(PlanKickOff(coach, cohort, &session));
  CloseRecruitmentRequest close;
  close.set_name(cohort);
  close.set_request_id(NewRequestId());
  RETURN_IF_ERROR(Call<CloseRecruitmentResponse>(
                      ROLE_COACH, coach.id, absl::StrCat(kEnrolment, "CloseRecruitment"), close)
                      .status());
  system_.MoveClockTo(system_.Now() + absl::Minutes(65));
  GetSessionRequest get;
  get.set_name(session);
  ASSIGN_OR_RETURN(auto held, Call<GetSessionResponse>(ROLE_COACH, coach.id,
                                                       absl::StrCat(kSessions, "GetSession"), get));
  CheckInRequest check_in;
  check_in.set_name(session);
  check_in.set_join_code(held.session().join_code());
  check_in.set_request_id(NewRequestId());
  RETURN_IF_ERROR(Call<CheckInResponse>(ROLE_PARTICIPANT, people.front().id,
                                        absl::StrCat(kSessions, "CheckIn"), check_in)
                      .status());
  RecordAttendanceRequest record;
  record.set_name(session);
  for (const std::string& enrolment : enrolments) record.add_enrolments(enrolment);
  record.set_request_id(NewRequestId());
  RETURN_IF_ERROR(Call<RecordAttendanceResponse>(
                      ROLE_COACH, coach.id, absl::StrCat(kSessions, "RecordAttendance"), record)
                      .status());
  StartCohortRequest start;
  start.set_name(cohort);
  start.set_request_id(NewRequestId());
  return Call<StartCohortResponse>(ROLE_COACH, coach.id, absl::StrCat(kEnrolment, "StartCohort"),
                                   start)
      .status();
}

absl::StatusOr<CreateCalendarFeedResponse> Journey::SubscribeToCalendar(const Person& person) {
  CreateCalendarFeedRequest request;
  request.set_parent(organisation_);
  request.mutable_calendar_feed()->set_title("My phone");
  request.set_request_id(NewRequestId());
  return Call<CreateCalendarFeedResponse>(ROLE_PARTICIPANT, person.id,
                                          absl::StrCat(kCalendars, "CreateCalendarFeed"), request);
}

absl::Status Journey::EndCalendar(const Person& person, const CalendarFeed& feed) {
  RevokeCalendarFeedRequest request;
  request.set_name(feed.name());
  request.set_request_id(NewRequestId());
  return Call<RevokeCalendarFeedResponse>(ROLE_PARTICIPANT, person.id,
                                          absl::StrCat(kCalendars, "RevokeCalendarFeed"), request)
      .status();
}

absl::Status Journey::TakeBaseline(const Person& person, const std::string& enrolment) {
  goals::v1::ListFrameworksRequest list;
  ASSIGN_OR_RETURN(auto frameworks,
                   Call<goals::v1::ListFrameworksResponse>(
                       ROLE_PARTICIPANT, person.id, absl::StrCat(kGoals, "ListFrameworks"), list));
  if (frameworks.frameworks().empty()) return status::Internal("there is no framework");
  goals::v1::SubmitAssessmentRequest submit;
  submit.set_parent(enrolment);
  submit.set_request_id(NewRequestId());
  goals::v1::Assessment& assessment = *submit.mutable_assessment();
  assessment.set_kind(goals::v1::ASSESSMENT_KIND_BASELINE);
  assessment.set_framework(frameworks.frameworks(0).name());
  int count = 0;
  for (const auto& area : frameworks.frameworks(0).areas()) {
    for (const auto& task : area.tasks()) {
      goals::v1::TaskAnswer& answer = *assessment.add_answers();
      answer.set_task(task.key());
      answer.set_can_do(++count % 2 == 0);
      answer.set_confidence(1 + count % 4);
    }
  }
  return OnceItArrived([&] {
           return Call<goals::v1::SubmitAssessmentResponse>(
               ROLE_PARTICIPANT, person.id, absl::StrCat(kGoals, "SubmitAssessment"), submit);
         })
      .status();
}

absl::StatusOr<goals::v1::Goal> Journey::BeginSuggestedGoal(const Person& person,
                                                            const std::string& enrolment) {
  goals::v1::SuggestGoalsRequest suggest;
  suggest.set_parent(enrolment);
  ASSIGN_OR_RETURN(auto suggested,
                   Call<goals::v1::SuggestGoalsResponse>(
                       ROLE_PARTICIPANT, person.id, absl::StrCat(kGoals, "SuggestGoals"), suggest));
  if (suggested.suggestions().empty()) return status::Internal("no goal was suggested");
  goals::v1::CreateGoalRequest create;
  create.set_parent(enrolment);
  create.mutable_goal()->set_goal_template(suggested.suggestions(0).goal_template().name());
  create.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto made,
                   Call<goals::v1::CreateGoalResponse>(ROLE_PARTICIPANT, person.id,
                                                       absl::StrCat(kGoals, "CreateGoal"), create));
  goals::v1::CompleteGoalStepRequest step;
  step.set_name(made.goal().name());
  step.set_step(1);
  step.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto stepped, Call<goals::v1::CompleteGoalStepResponse>(
                                     ROLE_PARTICIPANT, person.id,
                                     absl::StrCat(kGoals, "CompleteGoalStep"), step));
  return stepped.goal();
}

absl::Status Journey::LogActivity(const Person& person, const std::string& enrolment,
                                  activity::v1::Setting setting, int minutes) {
  activity::v1::LogActivityRequest request;
  request.set_parent(enrolment);
  request.mutable_activity()->set_kind(activity::v1::ACTIVITY_KIND_TRY);
  request.mutable_activity()->set_setting(setting);
  request.mutable_activity()->set_minutes(minutes);
  request.set_request_id(NewRequestId());
  return OnceItArrived([&] {
           return Call<activity::v1::LogActivityResponse>(
               ROLE_PARTICIPANT, person.id, absl::StrCat(kActivity, "LogActivity"), request);
         })
      .status();
}

absl::StatusOr<std::string> Journey::ShareExperience(const Person& person,
                                                     const std::string& enrolment,
                                                     absl::string_view text) {
  activity::v1::ShareExperienceRequest request;
  request.set_parent(enrolment.substr(0, enrolment.find("/enrolments/")));
  request.mutable_experience()->set_enrolment(enrolment);
  request.mutable_experience()->set_text(std::string(text));
  request.mutable_experience()->set_moment(activity::v1::FIRST_TIME_MOMENT_POST);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto shared, Call<activity::v1::ShareExperienceResponse>(
                                    ROLE_PARTICIPANT, person.id,
                                    absl::StrCat(kExperience, "ShareExperience"), request));
  return shared.experience().name();
}

absl::StatusOr<std::string> Journey::ReportBarrier(const Person& person,
                                                   const std::string& enrolment,
                                                   const std::string& goal) {
  activity::v1::ReportBarrierRequest request;
  request.set_parent(organisation_);
  request.mutable_barrier()->set_category(activity::v1::BARRIER_CATEGORY_BLOCKED_SITE);
  request.mutable_barrier()->set_tool("social.example");
  request.mutable_report()->set_enrolment(enrolment);
  request.mutable_report()->set_minutes_lost(20);
  request.mutable_report()->add_goals(goal);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(auto reported, OnceItArrived([&] {
                     return Call<activity::v1::ReportBarrierResponse>(
                         ROLE_PARTICIPANT, person.id, absl::StrCat(kBarriers, "ReportBarrier"),
                         request);
                   }));
  return reported.barrier().name();
}

absl::Status Journey::FixBarrier(const Person& coach, const std::string& barrier) {
  activity::v1::ResolveBarrierRequest request;
  request.set_name(barrier);
  request.set_state(activity::v1::BARRIER_STATE_FIXED);
  request.set_request_id(NewRequestId());
  const std::string method = absl::StrCat(kBarriers, "ResolveBarrier");
  return Call<activity::v1::ResolveBarrierResponse>(ROLE_COACH, coach.id, method, request).status();
}

absl::StatusOr<goals::v1::Goal> Journey::GetGoal(const Person& person, const std::string& goal) {
  goals::v1::GetGoalRequest request;
  request.set_name(goal);
  const std::string method = absl::StrCat(kGoals, "GetGoal");
  ASSIGN_OR_RETURN(auto got,
                   Call<goals::v1::GetGoalResponse>(ROLE_PARTICIPANT, person.id, method, request));
  return got.goal();
}

absl::StatusOr<activity::v1::Progress> Journey::GetProgress(const Person& person,
                                                            const std::string& enrolment) {
  activity::v1::GetProgressRequest request;
  request.set_parent(enrolment);
  ASSIGN_OR_RETURN(
      auto told, Call<activity::v1::GetProgressResponse>(
                     ROLE_PARTICIPANT, person.id, absl::StrCat(kActivity, "GetProgress"), request));
  return told.progress();
}

std::vector<notification::v1::Message> Journey::Inbox(const Person& person, options::v1::Role role,
                                                      notification::v1::MessageKind kind) {
  notification::v1::ListMessagesRequest request;
  request.set_parent(person.name);
  auto page = Call<notification::v1::ListMessagesResponse>(
      role, person.id, absl::StrCat(kNotification, "ListMessages"), request);
  std::vector<notification::v1::Message> messages;
  if (!page.ok()) return messages;
  for (const auto& message : page->messages()) {
    if (message.kind() == kind) messages.push_back(message);
  }
  return messages;
}

void Journey::MoveOn(int working_days) {
  const absl::TimeZone zone = *time::ZoneOf(kZone);
  absl::CivilDay day =
      time::AddWorkingDays(time::DayOf(system_.Now(), zone), working_days, time::NoDaysOff);
  while (absl::GetWeekday(day) != absl::Weekday::tuesday) ++day;
  system_.MoveClockTo(absl::FromCivil(absl::CivilSecond(day) + 10 * 3600, zone));
}

}  // namespace dap::tests
