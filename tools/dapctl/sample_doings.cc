// What the participants of the sample's running cohort do.
#include "absl/strings/str_cat.h"
#include "dap/activity/v1/activity_service.pb.h"
#include "dap/activity/v1/barrier_service.pb.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "dap/goals/v1/goals_service.pb.h"
#include "libs/status/macros.h"
#include "tools/dapctl/sample_organisation.h"
#include "tools/dapctl/sample_people.h"
#include "tools/dapctl/sample_steps.h"

namespace dap::ctl {
namespace {

using namespace options::v1;  // NOLINT(google-build-using-namespace): the roles

constexpr char kFramework[] = "frameworks/digital-engagement-1";

std::string Goals(absl::string_view name) {
  return absl::StrCat("dap.goals.v1.GoalsService/", name);
}
std::string Activities(absl::string_view name) {
  return absl::StrCat("dap.activity.v1.ActivityService/", name);
}
std::string Experiences(absl::string_view name) {
  return absl::StrCat("dap.activity.v1.ExperienceService/", name);
}

struct Doing {
  activity::v1::ActivityKind kind;
  activity::v1::Setting setting;
  int minutes;
  const char* note;
};

// A week's worth, half of it off the platform.
constexpr Doing kWeek[] = {
    {activity::v1::ACTIVITY_KIND_READ, activity::v1::SETTING_ON_PLATFORM, 15,
     "Read how other teams answer questions in public."},
    {activity::v1::ACTIVITY_KIND_TRY, activity::v1::SETTING_OFF_PLATFORM, 20,
     "Set up alerts for what is said of us."},
    {activity::v1::ACTIVITY_KIND_WATCH, activity::v1::SETTING_ON_PLATFORM, 10,
     "Watched the short film on writing for screens."},
    {activity::v1::ACTIVITY_KIND_CONNECT, activity::v1::SETTING_OFF_PLATFORM, 10,
     "Found three people who do my job elsewhere."},
    {activity::v1::ACTIVITY_KIND_PUBLISH, activity::v1::SETTING_OFF_PLATFORM, 15,
     "Wrote a short post about our new forms."},
};

constexpr const char* kShared[kExperiences] = {
    "I answered my first question in public today. Nothing terrible happened!",
    "The alerts found a rumour about our opening hours before the phones rang.",
    "Somebody in another council shared their style guide with me. Ask, people are kind."};

}  // namespace

absl::Status SampleOrganisation::TakeBaseline(const Enrolment& enrolment, int person) {
  const Who who = As(ROLE_PARTICIPANT, person);
  goals::v1::GetFrameworkRequest get;
  get.set_name(kFramework);
  ASSIGN_OR_RETURN(const auto framework,
                   Ask<goals::v1::GetFrameworkResponse>(who, Goals("GetFramework"), get));
  goals::v1::SubmitAssessmentRequest submit;
  submit.set_parent(enrolment.name());
  submit.mutable_assessment()->set_kind(goals::v1::ASSESSMENT_KIND_BASELINE);
  submit.mutable_assessment()->set_framework(kFramework);
  int number = person;
  for (const goals::v1::Area& area : framework.framework().areas()) {
    for (const goals::v1::Task& task : area.tasks()) {
      goals::v1::TaskAnswer& answer = *submit.mutable_assessment()->add_answers();
      answer.set_task(task.key());
      // People differ, and so do tasks.
      number = (number * 7 + 3) % 11;
      answer.set_can_do(number > 3);
      answer.set_confidence(1 + number % 5);
      answer.set_done_recently(number > 6);
    }
  }
  submit.set_request_id(RequestId(absl::StrCat("baseline/", person)));
  return Ask<goals::v1::SubmitAssessmentResponse>(who, Goals("SubmitAssessment"), submit,
                                                  Wait::kForOtherService)
      .status();
}

// The first that is suggested; nothing where they have one, because by then another is suggested.
absl::Status SampleOrganisation::BeginGoal(const Enrolment& enrolment, int person) {
  const Who who = As(ROLE_PARTICIPANT, person);
  goals::v1::ListGoalsRequest list;
  list.set_parent(enrolment.name());
  ASSIGN_OR_RETURN(const auto has, Ask<goals::v1::ListGoalsResponse>(who, Goals("ListGoals"), list,
                                                                     Wait::kForOtherService));
  if (has.goals_size() > 0) return absl::OkStatus();
  goals::v1::SuggestGoalsRequest suggest;
  suggest.set_parent(enrolment.name());
  ASSIGN_OR_RETURN(const auto suggested,
                   Ask<goals::v1::SuggestGoalsResponse>(who, Goals("SuggestGoals"), suggest));
  if (suggested.suggestions_size() == 0) return absl::OkStatus();
  goals::v1::CreateGoalRequest create;
  create.set_parent(enrolment.name());
  create.mutable_goal()->set_goal_template(suggested.suggestions(0).goal_template().name());
  create.set_request_id(RequestId(absl::StrCat("goal/", person)));
  return Ask<goals::v1::CreateGoalResponse>(who, Goals("CreateGoal"), create).status();
}

// No time is given: they happened now, and none may lie before the enrolment.
absl::Status SampleOrganisation::LogActivities(const Enrolment& enrolment, int person) {
  int number = 0;
  for (const Doing& doing : kWeek) {
    activity::v1::LogActivityRequest request;
    request.set_parent(enrolment.name());
    request.mutable_activity()->set_kind(doing.kind);
    request.mutable_activity()->set_setting(doing.setting);
    request.mutable_activity()->set_minutes(doing.minutes);
    request.mutable_activity()->set_note(doing.note);
    request.mutable_activity()->set_visibility(activity::v1::VISIBILITY_COACH);
    request.set_request_id(RequestId(absl::StrCat("activity/", person, "/", ++number)));
    RETURN_IF_ERROR(Ask<activity::v1::LogActivityResponse>(As(ROLE_PARTICIPANT, person),
                                                           Activities("LogActivity"), request,
                                                           Wait::kForOtherService)
                        .status());
  }
  return absl::OkStatus();
}

// One that stops several, and so is corroborated, and one that stops one.
absl::Status SampleOrganisation::ReportBarriers(const std::vector<Enrolment>& enrolments) {
  struct Stopped {
    int volunteer;
    activity::v1::BarrierCategory category;
    const char* tool;
    int minutes;
  };
  constexpr Stopped kStopped[] = {
      {0, activity::v1::BARRIER_CATEGORY_BLOCKED_SITE, "www.linkedin.com", 20},
      {1, activity::v1::BARRIER_CATEGORY_BLOCKED_SITE, "LinkedIn.com", 35},
      {2, activity::v1::BARRIER_CATEGORY_BLOCKED_SITE, "linkedin.com", 10},
      {1, activity::v1::BARRIER_CATEGORY_NO_DEVICE, "Headset", 15},
  };
  int number = 0;
  for (const Stopped& stopped : kStopped) {
    activity::v1::ReportBarrierRequest request;
    request.set_parent(name_);
    request.mutable_barrier()->set_category(stopped.category);
    request.mutable_barrier()->set_tool(stopped.tool);
    request.mutable_report()->set_enrolment(enrolments[stopped.volunteer].name());
    request.mutable_report()->set_minutes_lost(stopped.minutes);
    request.set_request_id(RequestId(absl::StrCat("barrier/", ++number)));
    RETURN_IF_ERROR(Ask<activity::v1::ReportBarrierResponse>(
                        As(ROLE_PARTICIPANT, kSampleVolunteers[stopped.volunteer]),
                        "dap.activity.v1.BarrierService/ReportBarrier", request,
                        Wait::kForOtherService)
                        .status());
  }
  return absl::OkStatus();
}

absl::Status SampleOrganisation::ShareExperiences(const Cohort& cohort,
                                                  const std::vector<Enrolment>& enrolments) {
  for (int i = 0; i < kExperiences; ++i) {
    activity::v1::ShareExperienceRequest share;
    share.set_parent(cohort.name());
    share.mutable_experience()->set_enrolment(enrolments[i].name());
    share.mutable_experience()->set_text(kShared[i]);
    if (i == 0) share.mutable_experience()->set_moment(activity::v1::FIRST_TIME_MOMENT_POST);
    share.set_request_id(RequestId(absl::StrCat("experience/", i)));
    ASSIGN_OR_RETURN(const auto shared,
                     Ask<activity::v1::ShareExperienceResponse>(
                         As(ROLE_PARTICIPANT, kSampleVolunteers[i]), Experiences("ShareExperience"),
                         share, Wait::kForOtherService));
    // The last step is a share, by which Complete knows that all is there.
    if (i + 1 == kExperiences) break;
    for (int fan = 0; fan < 3; ++fan) {
      activity::v1::CheerExperienceRequest cheer;
      cheer.set_name(shared.experience().name());
      cheer.set_request_id(RequestId(absl::StrCat("cheer/", i, "/", fan)));
      RETURN_IF_ERROR(Ask<activity::v1::CheerExperienceResponse>(
                          As(ROLE_PARTICIPANT, kSampleVolunteers[3 + fan]),
                          Experiences("CheerExperience"), cheer, Wait::kForOtherService)
                          .status());
    }
  }
  return absl::OkStatus();
}

}  // namespace dap::ctl
