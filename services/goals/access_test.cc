// Who may do what: roles by method, and relations to the enrolment.
#include "services/goals/access.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "services/goals/testing/goals_service_test_base.h"

namespace dap::goals {
namespace {

using options::v1::Role;
using status::HasReason;
using status::IsOk;

// Every method with a request that is right, but for who sends it.
class AccessTest : public GoalsServiceTest {
 protected:
  using Try = std::function<absl::Status(const auth::Principal&)>;

  void SetUp() override {
    GoalsServiceTest::SetUp();
    ASSERT_THAT(db::Transaction(pool(), Deadline(),
                                [&](db::Connection& tx) {
                                  return tx
                                      .Execute(
                                          "INSERT INTO organisation_settings (organisation, "
                                          "max_open_goals) VALUES (?, 100)",
                                          {organisation_})
                                      .status();
                                }),
                IsOk());
    goal_ = MakeGoal().name();
    const auto submitted = Call<v1::SubmitAssessmentResponse>(
        "SubmitAssessment", Assessment(v1::ASSESSMENT_KIND_BASELINE));
    ASSERT_THAT(submitted, IsOk());
    assessment_ = submitted->assessment().name();
    blocked_ = MakeGoal("Blocked").name();
    ASSERT_THAT(db::Transaction(pool(), Deadline(),
                                [&](db::Connection& tx) {
                                  return tx
                                      .Execute(
                                          "UPDATE goal SET state = 2 WHERE organisation = ? "
                                          "AND title = 'Blocked'",
                                          {organisation_})
                                      .status();
                                }),
                IsOk());
  }

  template <typename Resp, typename Make>
  Try Method(const char* method, Make make) {
    return [this, method, make](const auth::Principal& caller) {
      return Call<Resp>(method, make(), caller).status();
    };
  }
  template <typename Req>
  Req Named(const std::string& name) {
    Req request;
    request.set_name(name);
    return request;
  }
  template <typename Req>
  Req Below() {
    Req request;
    request.set_parent(Parent());
    return request;
  }

  std::map<std::string, Try> OfAnEnrolment() {
    return {
        {"SubmitAssessment",
         Method<v1::SubmitAssessmentResponse>(
             "SubmitAssessment", [this] { return Assessment(v1::ASSESSMENT_KIND_CHECKPOINT); })},
        {"GetAssessment",
         Method<v1::GetAssessmentResponse>(
             "GetAssessment", [this] { return Named<v1::GetAssessmentRequest>(assessment_); })},
        {"ListAssessments",
         Method<v1::ListAssessmentsResponse>(
             "ListAssessments", [this] { return Below<v1::ListAssessmentsRequest>(); })},
        {"SuggestGoals", Method<v1::SuggestGoalsResponse>(
                             "SuggestGoals", [this] { return Below<v1::SuggestGoalsRequest>(); })},
        {"SuggestAlternatives",
         Method<v1::SuggestAlternativesResponse>(
             "SuggestAlternatives",
             [this] { return Named<v1::SuggestAlternativesRequest>(blocked_); })},
        {"CreateGoal",
         Method<v1::CreateGoalResponse>("CreateGoal", [this] { return OwnGoal("One more"); })},
        {"GetGoal", Method<v1::GetGoalResponse>(
                        "GetGoal", [this] { return Named<v1::GetGoalRequest>(goal_); })},
        {"ListGoals", Method<v1::ListGoalsResponse>(
                          "ListGoals", [this] { return Below<v1::ListGoalsRequest>(); })},
        {"CompleteGoalStep",
         Method<v1::CompleteGoalStepResponse>("CompleteGoalStep", [this] { return Step(goal_); })},
        {"FinishGoal", Method<v1::FinishGoalResponse>(
                           "FinishGoal", [this] { return Finish(MakeGoal("Another").name()); })},
        {"LetGoOfGoal", Method<v1::LetGoOfGoalResponse>(
                            "LetGoOfGoal", [this] { return LetGo(MakeGoal("Another").name()); })},
    };
  }
  std::map<std::string, Try> OfEveryone() {
    return {
        {"ListFrameworks", Method<v1::ListFrameworksResponse>(
                               "ListFrameworks", [] { return v1::ListFrameworksRequest(); })},
        {"GetFramework", Method<v1::GetFrameworkResponse>("GetFramework",
                                                          [this] {
                                                            return Named<v1::GetFrameworkRequest>(
                                                                absl::StrCat("frameworks/",
                                                                             kFramework));
                                                          })},
        {"ListGoalTemplates",
         Method<v1::ListGoalTemplatesResponse>("ListGoalTemplates",
                                               [] { return v1::ListGoalTemplatesRequest(); })},
    };
  }

  std::string goal_, assessment_, blocked_;
};

TEST_F(AccessTest, GivesEachMethodToItsRolesOnly) {
  const std::vector<std::pair<Role, char>> letters = {
      {Role::ROLE_PARTICIPANT, 'p'}, {Role::ROLE_PATRON, 'n'},    {Role::ROLE_COACH, 'c'},
      {Role::ROLE_ORG_ADMIN, 'a'},   {Role::ROLE_HR_SYSTEM, 'h'}, {Role::ROLE_OPERATOR, 'o'}};
  const std::map<std::string, std::string> allowed = {
      {"ListFrameworks", "pca"}, {"GetFramework", "pca"},       {"SubmitAssessment", "p"},
      {"GetAssessment", "pc"},   {"ListAssessments", "pc"},     {"ListGoalTemplates", "pnca"},
      {"SuggestGoals", "pc"},    {"CreateGoal", "pc"},          {"GetGoal", "pc"},
      {"ListGoals", "pc"},       {"CompleteGoalStep", "p"},     {"FinishGoal", "p"},
      {"LetGoOfGoal", "p"},      {"SuggestAlternatives", "pc"},
  };
  std::map<std::string, Try> methods = OfAnEnrolment();
  methods.merge(OfEveryone());
  ASSERT_EQ(methods.size(), static_cast<size_t>(service_->descriptor()->method_count()));
  for (const auto& [method, send] : methods) {
    std::string open;
    for (const auto& [role, letter] : letters) {
      auth::Principal caller = As(ids_.Next(), {role});
      if (letter == 'h' || letter == 'o') caller.staff = {};
      if (letter == 'o') caller.organisation = {};
      if (status::Reason(send(caller)) != "ROLE_MISSING") open += letter;
    }
    EXPECT_EQ(open, allowed.at(method)) << method;
  }
}

TEST_F(AccessTest, GivesAnEnrolmentToItsParticipantAndWhereItSaysSoToItsCoaches) {
  const std::map<std::string, bool> coaches_too = {
      {"SubmitAssessment", false}, {"GetAssessment", true},       {"ListAssessments", true},
      {"SuggestGoals", true},      {"CreateGoal", true},          {"GetGoal", true},
      {"ListGoals", true},         {"CompleteGoalStep", false},   {"FinishGoal", false},
      {"LetGoOfGoal", false},      {"SuggestAlternatives", true},
  };
  const auth::RoleSet all = {Role::ROLE_PARTICIPANT, Role::ROLE_PATRON, Role::ROLE_COACH,
                             Role::ROLE_ORG_ADMIN};
  auth::Principal elsewhere = As(participant_, all);
  elsewhere.organisation = ids_.Next();
  for (const auto& [method, send] : OfAnEnrolment()) {
    EXPECT_THAT(send(Participant()), IsOk()) << method;
    EXPECT_THAT(send(As(ids_.Next(), all)), HasReason("NOT_YOURS")) << method << " a stranger";
    EXPECT_THAT(send(As(patron_, all)), HasReason("NOT_YOURS")) << method << " the patron";
    EXPECT_THAT(send(elsewhere), HasReason("OTHER_ORGANISATION")) << method;
    EXPECT_THAT(send(As(coach_, {Role::ROLE_PARTICIPANT})), HasReason("NOT_YOURS"))
        << method << " a coach whose token does not say so";
    const absl::Status by_coach = send(As(coach_, all));
    if (coaches_too.at(method)) {
      EXPECT_THAT(by_coach, IsOk()) << method;
    } else {
      EXPECT_THAT(by_coach, HasReason("NOT_YOURS")) << method << " the coach";
    }
  }
}

TEST_F(AccessTest, KnowsNoEnrolmentThatIsNotThereOrInAnotherCohort) {
  v1::ListGoalsRequest request;
  request.set_parent(id::Name(
      {{"organisations", organisation_}, {"cohorts", cohort_}, {"enrolments", ids_.Next()}}));
  EXPECT_THAT(Call<v1::ListGoalsResponse>("ListGoals", request), HasReason("ENROLMENT_NOT_FOUND"));
  request.set_parent(id::Name(
      {{"organisations", organisation_}, {"cohorts", ids_.Next()}, {"enrolments", enrolment_}}));
  EXPECT_THAT(Call<v1::ListGoalsResponse>("ListGoals", request), HasReason("ENROLMENT_NOT_FOUND"));
}

TEST_F(AccessTest, LeavesAnEndedEnrolmentToBeReadOnly) {
  const std::map<std::string, Try> methods = OfAnEnrolment();
  const std::string another = MakeGoal("Another").name();
  v1::CreateGoalRequest before = OwnGoal("Begun before the end");
  ASSERT_THAT(Create(before), IsOk());
  for (const auto state :
       {enrolment::v1::ENROLMENT_STATE_COMPLETED, enrolment::v1::ENROLMENT_STATE_WITHDRAWN}) {
    AddToRoster(state);
    for (const char* read : {"GetAssessment", "ListAssessments", "GetGoal", "ListGoals"}) {
      EXPECT_THAT(methods.at(read)(Participant()), IsOk()) << read;
    }
    for (const char* change : {"SubmitAssessment", "CreateGoal", "CompleteGoalStep"}) {
      EXPECT_THAT(methods.at(change)(Participant()), HasReason("ENROLMENT_STATE")) << change;
    }
    EXPECT_THAT(Call<v1::FinishGoalResponse>("FinishGoal", Finish(another)),
                HasReason("ENROLMENT_STATE"));
    EXPECT_THAT(Call<v1::LetGoOfGoalResponse>("LetGoOfGoal", LetGo(another)),
                HasReason("ENROLMENT_STATE"));
    // What was carried out before keeps its answer.
    EXPECT_THAT(Create(before), IsOk());
  }
}

TEST_F(AccessTest, RecordsWhatACoachReadsAndNotWhatTheParticipantDoes) {
  for (const auto& [method, send] : OfAnEnrolment()) (void)send(Participant());
  EXPECT_EQ(PrivateReads(participant_), 0);
  const std::map<std::string, Try> methods = OfAnEnrolment();
  int64_t reads = 0;
  for (const char* read :
       {"GetAssessment", "ListAssessments", "SuggestGoals", "GetGoal", "ListGoals"}) {
    ASSERT_THAT(methods.at(read)(Coach()), IsOk()) << read;
    EXPECT_EQ(PrivateReads(coach_), ++reads) << read;
  }
}

}  // namespace
}  // namespace dap::goals
