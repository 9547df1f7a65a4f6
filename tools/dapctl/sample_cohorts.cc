// The sample's two cohorts.
#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/status/macros.h"
#include "tools/dapctl/sample_organisation.h"
#include "tools/dapctl/sample_people.h"
#include "tools/dapctl/sample_steps.h"

namespace dap::ctl {
namespace {

namespace v1 = enrolment::v1;
using namespace options::v1;  // NOLINT(google-build-using-namespace): the roles

std::string Method(absl::string_view name) {
  return absl::StrCat("dap.enrolment.v1.EnrolmentService/", name);
}
std::string PatronMethod(absl::string_view name) {
  return absl::StrCat("dap.enrolment.v1.PatronService/", name);
}
std::string SessionMethod(absl::string_view name) {
  return absl::StrCat("dap.enrolment.v1.SessionService/", name);
}

google::type::Date Day(absl::Time time) {
  const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
  google::type::Date date;
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

}  // namespace

// All times come from the organisation's own, so that a step taken again is the same request.
absl::StatusOr<v1::Cohort> SampleOrganisation::OpenCohort(absl::string_view title, int weeks) {
  v1::CreateCohortRequest create;
  create.set_parent(name_);
  create.mutable_cohort()->set_title(std::string(title));
  *create.mutable_cohort()->mutable_start_date() = Day(created_);
  *create.mutable_cohort()->mutable_end_date() = Day(created_ + absl::Hours(24 * 7 * weeks));
  create.mutable_cohort()->set_capacity(12);
  create.set_request_id(RequestId(absl::StrCat(title, "/create")));
  ASSIGN_OR_RETURN(auto created,
                   Ask<v1::CreateCohortResponse>(Coach(), Method("CreateCohort"), create));
  v1::OpenCohortRequest open;
  open.set_name(created.cohort().name());
  open.set_request_id(RequestId(absl::StrCat(title, "/open")));
  ASSIGN_OR_RETURN(auto opened, Ask<v1::OpenCohortResponse>(Coach(), Method("OpenCohort"), open));
  return opened.cohort();
}

absl::Status SampleOrganisation::LoadRecruiting() {
  Tell("Opening a cohort that people apply to");
  ASSIGN_OR_RETURN(const Cohort cohort, OpenCohort(kRecruitingTitle, 16));
  for (int person : kSampleApplicants) RETURN_IF_ERROR(Apply(cohort, person).status());
  return absl::OkStatus();
}

absl::Status SampleOrganisation::LoadRunning() {
  Tell("Filling and starting a cohort");
  ASSIGN_OR_RETURN(const Cohort cohort, OpenCohort(kRunningTitle, 12));
  ASSIGN_OR_RETURN(const std::string kick_off, PlanKickOff(cohort));
  RETURN_IF_ERROR(InvitePatrons(cohort));
  ASSIGN_OR_RETURN(const std::vector<Enrolment> enrolments, FillPlaces(cohort));
  RETURN_IF_ERROR(Start(cohort, kick_off, enrolments));
  Tell("Baselines, goals and activities");
  // One who is quiet belongs to every cohort: the last volunteer was there and does nothing yet.
  const size_t doers = std::size(kSampleVolunteers) - 1;
  for (size_t i = 0; i < doers; ++i) {
    const int person = kSampleVolunteers[i];
    RETURN_IF_ERROR(TakeBaseline(enrolments[i], person));
    RETURN_IF_ERROR(BeginGoal(enrolments[i], person));
    RETURN_IF_ERROR(LogActivities(enrolments[i], person));
  }
  RETURN_IF_ERROR(ReportBarriers(enrolments));
  return ShareExperiences(cohort, enrolments);
}

// It began an hour before the organisation was made, so that attendance can be taken at once.
absl::StatusOr<std::string> SampleOrganisation::PlanKickOff(const Cohort& cohort) {
  v1::PlanSessionRequest request;
  request.set_parent(cohort.name());
  v1::Session& session = *request.mutable_session();
  session.set_kind(v1::SESSION_KIND_KICK_OFF);
  session.set_title("Kick-off");
  session.mutable_start_time()->set_seconds(absl::ToUnixSeconds(created_ - absl::Hours(1)));
  session.mutable_end_time()->set_seconds(absl::ToUnixSeconds(created_ + absl::Hours(1)));
  session.set_host(StaffName(kSampleCoach));
  session.set_place("Town hall, room 2");
  session.set_agenda("Hear from people who have done it, take the baseline, pick a first goal.");
  request.set_request_id(RequestId("kick-off"));
  ASSIGN_OR_RETURN(const auto response,
                   Ask<v1::PlanSessionResponse>(Coach(), SessionMethod("PlanSession"), request));
  return response.session().name();
}

absl::Status SampleOrganisation::InvitePatrons(const Cohort& cohort) {
  for (int person : kSamplePatrons) {
    v1::InvitePatronRequest invite;
    invite.set_parent(cohort.name());
    invite.set_staff_member(StaffName(person));
    invite.set_request_id(RequestId(absl::StrCat("invite-patron/", person)));
    ASSIGN_OR_RETURN(const auto invited,
                     Ask<v1::InvitePatronResponse>(Coach(), PatronMethod("InvitePatron"), invite));
    const Who patron = As(ROLE_PATRON, person);
    v1::AnswerPatronInvitationRequest answer;
    answer.set_name(invited.patron().name());
    answer.set_agree(true);
    answer.set_request_id(RequestId(absl::StrCat("answer-patron/", person)));
    RETURN_IF_ERROR(Ask<v1::AnswerPatronInvitationResponse>(
                        patron, PatronMethod("AnswerPatronInvitation"), answer)
                        .status());
    v1::UpdatePatronChecklistRequest checklist;
    checklist.set_name(invited.patron().name());
    checklist.mutable_checklist()->set_introduced_at_team_meeting(true);
    checklist.mutable_checklist()->set_line_managers_agreed_time(true);
    checklist.mutable_checklist()->set_names_supplied(true);
    checklist.set_request_id(RequestId(absl::StrCat("checklist/", person)));
    RETURN_IF_ERROR(Ask<v1::UpdatePatronChecklistResponse>(
                        patron, PatronMethod("UpdatePatronChecklist"), checklist)
                        .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Enrolment> SampleOrganisation::Apply(const Cohort& cohort, int person) {
  v1::ApplyToCohortRequest request;
  request.set_parent(cohort.name());
  request.set_way_in(person % 3 == 0 ? v1::WAY_IN_ENCOURAGED : v1::WAY_IN_VOLUNTEERED);
  request.set_request_id(RequestId(absl::StrCat("apply/", person)));
  ASSIGN_OR_RETURN(const auto response,
                   Ask<v1::ApplyToCohortResponse>(As(ROLE_PARTICIPANT, person),
                                                  Method("ApplyToCohort"), request));
  return response.enrolment();
}

absl::StatusOr<v1::Enrolment> SampleOrganisation::Nominate(const Cohort& cohort, int person) {
  v1::NominateToCohortRequest request;
  request.set_parent(cohort.name());
  request.set_participant(StaffName(person));
  request.set_request_id(RequestId(absl::StrCat("nominate/", person)));
  ASSIGN_OR_RETURN(const auto response,
                   Ask<v1::NominateToCohortResponse>(Coach(), Method("NominateToCohort"), request));
  return response.enrolment();
}

absl::Status SampleOrganisation::Accept(const Enrolment& enrolment, int person) {
  v1::AcceptEnrolmentRequest request;
  request.set_name(enrolment.name());
  request.mutable_commitment()->set_minutes_per_week(60);
  request.mutable_commitment()->set_sessions_per_week(2);
  request.set_request_id(RequestId(absl::StrCat("accept/", person)));
  return Ask<v1::AcceptEnrolmentResponse>(As(ROLE_PARTICIPANT, person), Method("AcceptEnrolment"),
                                          request)
      .status();
}

// Volunteers first, in their order, then those who were named.
absl::StatusOr<std::vector<v1::Enrolment>> SampleOrganisation::FillPlaces(const Cohort& cohort) {
  std::vector<int> people;
  std::vector<Enrolment> enrolments;
  for (int person : kSampleVolunteers) {
    people.push_back(person);
    ASSIGN_OR_RETURN(enrolments.emplace_back(), Apply(cohort, person));
  }
  for (int person : kSampleNominated) {
    people.push_back(person);
    ASSIGN_OR_RETURN(enrolments.emplace_back(), Nominate(cohort, person));
  }
  for (size_t i = 0; i < people.size(); ++i) {
    RETURN_IF_ERROR(Accept(enrolments[i], people[i]));
    v1::AssignPatronRequest assign;
    assign.set_name(enrolments[i].name());
    assign.set_patron(StaffName(kSamplePatrons[i % std::size(kSamplePatrons)]));
    assign.set_request_id(RequestId(absl::StrCat("assign-patron/", people[i])));
    RETURN_IF_ERROR(
        Ask<v1::AssignPatronResponse>(Coach(), PatronMethod("AssignPatron"), assign).status());
  }
  return enrolments;
}

// All but the last were at the kick-off: somebody has to be offered a catch-up.
absl::Status SampleOrganisation::Start(const Cohort& cohort, const std::string& kick_off,
                                       const std::vector<Enrolment>& enrolments) {
  v1::CloseRecruitmentRequest close;
  close.set_name(cohort.name());
  close.set_request_id(RequestId("close-recruitment"));
  RETURN_IF_ERROR(
      Ask<v1::CloseRecruitmentResponse>(Coach(), Method("CloseRecruitment"), close).status());
  v1::RecordAttendanceRequest attendance;
  attendance.set_name(kick_off);
  for (size_t i = 0; i + 1 < enrolments.size(); ++i) {
    attendance.add_enrolments(enrolments[i].name());
  }
  attendance.set_request_id(RequestId("attendance"));
  RETURN_IF_ERROR(
      Ask<v1::RecordAttendanceResponse>(Coach(), SessionMethod("RecordAttendance"), attendance)
          .status());
  v1::StartCohortRequest start;
  start.set_name(cohort.name());
  start.set_request_id(RequestId("start"));
  return Ask<v1::StartCohortResponse>(Coach(), Method("StartCohort"), start).status();
}

}  // namespace dap::ctl
