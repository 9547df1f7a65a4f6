// Who may call what of ExperienceService: every method for every role, and for those who stand in
// no relation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "services/activity/testing/experience_test_base.h"

namespace dap::activity {
namespace {

using options::v1::Role;
using status::HasReason;
using status::IsOk;
using status::StatusIs;

class ExperienceAccessTest : public ExperienceTest {
 protected:
  using Method = std::function<absl::Status(const auth::Principal&)>;

  template <typename Resp, typename Req>
  Method With(absl::string_view method, std::function<void(Req&)> fill) {
    return [this, name = std::string(method), fill](const auth::Principal& who) {
      Req request;
      fill(request);
      if (const auto* id = Req::descriptor()->FindFieldByName("request_id")) {
        request.GetReflection()->SetString(&request, id, NewId());
      }
      return Call<Resp>(name, request, who).status();
    };
  }
  // The status of a watch's end, or OK once it has begun.
  absl::Status Watch(const auth::Principal& who) {
    rpc::CallContext context;
    context.deadline = Deadline();
    context.principal = who;
    auto stream = channel_->OpenStream<v1::WatchCohortRequest, v1::WatchCohortResponse>(
        "dap.activity.v1.ExperienceService/WatchCohort", context);
    v1::WatchCohortRequest request;
    request.set_parent(CohortName());
    stream.Write(request);
    v1::WatchCohortResponse first;
    if (stream.Read(&first)) return absl::OkStatus();
    return stream.Finish();
  }
  template <typename Resp, typename Req>
  Method OnShared(absl::string_view method) {
    return With<Resp, Req>(method, [this](Req& r) { r.set_name(shared_.name()); });
  }
  // Every method with a request that is good for whoever may call it; some of a state that each
  // call makes anew.
  std::map<std::string, Method> Methods() {
    std::map<std::string, Method> methods = {
        {"ShareExperience", With<v1::ShareExperienceResponse, v1::ShareExperienceRequest>(
                                "ShareExperience", [this](auto& r) { r = ShareRequest(); })},
        {"RecordMoment", With<v1::RecordMomentResponse, v1::RecordMomentRequest>(
                             "RecordMoment",
                             [this](auto& r) {
                               r.set_parent(CohortName());
                               *r.mutable_experience() = ShareRequest().experience();
                               r.mutable_experience()->set_moment(v1::FIRST_TIME_MOMENT_TOOL);
                             })},
        {"ConfirmExperience", With<v1::ConfirmExperienceResponse, v1::ConfirmExperienceRequest>(
                                  "ConfirmExperience",
                                  [this](auto& r) {
                                    r.set_name(Record().name());
                                    r.set_audience(v1::AUDIENCE_COACH);
                                  })},
        {"DeclineExperience",
         With<v1::DeclineExperienceResponse, v1::DeclineExperienceRequest>(
             "DeclineExperience", [this](auto& r) { r.set_name(Record().name()); })},
        {"GetExperience",
         OnShared<v1::GetExperienceResponse, v1::GetExperienceRequest>("GetExperience")},
        {"ListExperiences",
         With<v1::ListExperiencesResponse, v1::ListExperiencesRequest>(
             "ListExperiences", [this](auto& r) { r.set_parent(CohortName()); })},
        {"UpdateExperience",
         With<v1::UpdateExperienceResponse, v1::UpdateExperienceRequest>(
             "UpdateExperience", [this](auto& r) { r = UpdateRequest(Share()); })},
        {"HideExperience",
         OnShared<v1::HideExperienceResponse, v1::HideExperienceRequest>("HideExperience")},
        {"UnhideExperience",
         OnShared<v1::UnhideExperienceResponse, v1::UnhideExperienceRequest>("UnhideExperience")},
        {"WatchCohort", [this](const auth::Principal& who) { return Watch(who); }},
    };
    methods.merge(MoreMethods());
    return methods;
  }
  std::map<std::string, Method> MoreMethods() {
    return {
        {"CheerExperience",
         [this](const auth::Principal& who) {
           return Cheer(open_.name(), v1::CHEER_KIND_HEART, who).status();
         }},
        {"UncheerExperience",
         With<v1::UncheerExperienceResponse, v1::UncheerExperienceRequest>(
             "UncheerExperience", [this](auto& r) { r.set_name(open_.name()); })},
        {"CreateComment",
         [this](const auth::Principal& who) {
           return Comment(open_.name(), "Well done!", who).status();
         }},
        {"UpdateComment", With<v1::UpdateCommentResponse, v1::UpdateCommentRequest>(
                              "UpdateComment",
                              [this](auto& r) {
                                const auto mine = Comment(open_.name(), "Mine", Me());
                                *r.mutable_comment() = mine->comment();
                              })},
        {"DeleteComment", With<v1::DeleteCommentResponse, v1::DeleteCommentRequest>(
                              "DeleteComment",
                              [this](auto& r) {
                                r.set_name(Comment(open_.name(), "Mine", Me())->comment().name());
                              })},
        {"ListComments", With<v1::ListCommentsResponse, v1::ListCommentsRequest>(
                             "ListComments", [this](auto& r) { r.set_parent(open_.name()); })},
        {"ReportExperience",
         [this](const auth::Principal& who) { return Report(open_.name(), who); }},
        {"ListReportedExperiences",
         With<v1::ListReportedExperiencesResponse, v1::ListReportedExperiencesRequest>(
             "ListReportedExperiences", [this](auto& r) { r.set_parent(CohortName()); })},
        {"ModerateExperience",
         With<v1::ModerateExperienceResponse, v1::ModerateExperienceRequest>(
             "ModerateExperience",
             [this](auto& r) { r = ModerateRequest(open_, v1::MODERATION_DECISION_KEEP); })},
        {"GetContributionFigures",
         With<v1::GetContributionFiguresResponse, v1::GetContributionFiguresRequest>(
             "GetContributionFigures", [this](auto& r) { r.set_parent(CohortName()); })},
    };
  }
  void SetUp() override {
    ExperienceTest::SetUp();
    // What some calls hide and show again, and what the others are about.
    shared_ = Share();
    open_ = Share();
  }

  v1::Experience shared_, open_;
};

const std::map<std::string, std::vector<Role>>& Allowed() {
  constexpr Role kParticipant = options::v1::ROLE_PARTICIPANT, kPatron = options::v1::ROLE_PATRON,
                 kCoach = options::v1::ROLE_COACH, kAdmin = options::v1::ROLE_ORG_ADMIN;
  static const auto& allowed = *new std::map<std::string, std::vector<Role>>{
      {"ShareExperience", {kParticipant}},
      {"RecordMoment", {kCoach}},
      {"ConfirmExperience", {kParticipant}},
      {"DeclineExperience", {kParticipant}},
      {"GetExperience", {kParticipant, kPatron, kCoach}},
      {"ListExperiences", {kParticipant, kPatron, kCoach}},
      {"UpdateExperience", {kParticipant}},
      {"HideExperience", {kParticipant}},
      {"UnhideExperience", {kParticipant}},
      {"CheerExperience", {kParticipant, kPatron, kCoach}},
      {"UncheerExperience", {kParticipant, kPatron, kCoach}},
      {"CreateComment", {kParticipant, kPatron, kCoach}},
      {"UpdateComment", {kParticipant}},  // the comment is theirs
      {"DeleteComment", {kParticipant, kCoach}},
      {"ListComments", {kParticipant, kPatron, kCoach}},
      {"ReportExperience", {kParticipant, kPatron, kCoach}},
      {"ListReportedExperiences", {kCoach}},
      {"ModerateExperience", {kCoach}},
      {"GetContributionFigures", {kCoach, kAdmin}},
      {"WatchCohort", {kParticipant, kPatron, kCoach}},
  };
  return allowed;
}

TEST_F(ExperienceAccessTest, EachRoleMayCallJustItsMethods) {
  const std::map<Role, id::Uuid> staff = {
      {options::v1::ROLE_PARTICIPANT, me_.staff}, {options::v1::ROLE_PATRON, patron_},
      {options::v1::ROLE_COACH, coach_},          {options::v1::ROLE_ORG_ADMIN, ids_.Next()},
      {options::v1::ROLE_HR_SYSTEM, ids_.Next()}, {options::v1::ROLE_OPERATOR, ids_.Next()}};
  const auto methods = Methods();
  ASSERT_EQ(methods.size(),
            static_cast<size_t>(experiences_->service().descriptor()->method_count()));
  for (const auto& [method, call] : methods) {
    const std::vector<Role>& roles = Allowed().at(method);
    for (const auto& [role, who] : staff) {
      clock_.Advance(absl::Minutes(2));  // so that no pace is exceeded
      auth::Principal caller = As(who, {role});
      if (role == options::v1::ROLE_OPERATOR) caller.organisation = {};
      const absl::Status status = call(caller);
      const bool may = std::find(roles.begin(), roles.end(), role) != roles.end();
      EXPECT_EQ(status.code(), may ? absl::StatusCode::kOk : absl::StatusCode::kPermissionDenied)
          << method << " as " << options::v1::Role_Name(role) << ": " << status;
    }
  }
}

TEST_F(ExperienceAccessTest, WhoStandsInNoRelationGetsNothing) {
  const auth::RoleSet all = {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_PATRON,
                             options::v1::ROLE_COACH};
  const auth::Principal stranger = As(ids_.Next(), all);
  auth::Principal elsewhere = As(me_.staff, all);
  elsewhere.organisation = ids_.Next();
  for (const auto& [method, call] : Methods()) {
    clock_.Advance(absl::Minutes(2));
    EXPECT_THAT(call(stranger), StatusIs(absl::StatusCode::kPermissionDenied)) << method;
    EXPECT_THAT(call(elsewhere), HasReason("OTHER_ORGANISATION")) << method;
  }
}

TEST_F(ExperienceAccessTest, ACoachOfAnotherCohortIsNoCoachHere) {
  // A participant here, and somebody's coach elsewhere.
  const auth::Principal both =
      As(colleague_.staff, {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_COACH});
  const auto methods = Methods();
  for (const char* method : {"RecordMoment", "ListReportedExperiences", "ModerateExperience",
                             "GetContributionFigures", "DeleteComment"}) {
    EXPECT_THAT(methods.at(method)(both), StatusIs(absl::StatusCode::kPermissionDenied)) << method;
  }
}

TEST_F(ExperienceAccessTest, AnotherParticipantDoesNothingInMyName) {
  const auto methods = Methods();
  for (const char* method :
       {"ShareExperience", "ConfirmExperience", "DeclineExperience", "UpdateExperience",
        "HideExperience", "UnhideExperience", "UpdateComment", "DeleteComment"}) {
    EXPECT_THAT(methods.at(method)(Colleague()), StatusIs(absl::StatusCode::kPermissionDenied))
        << method;
  }
  EXPECT_EQ(Get(shared_.name(), Me())->state(), v1::EXPERIENCE_STATE_SHARED);
}

TEST_F(ExperienceAccessTest, WhoWithdrawsKeepsOnlyTheirOwn) {
  const v1::Experience mine = Share();
  Enrol(enrolment::v1::ENROLMENT_STATE_WITHDRAWN);
  const auto methods = Methods();
  for (const char* method : {"ListExperiences", "CheerExperience", "CreateComment",
                             "ReportExperience", "UnhideExperience", "WatchCohort"}) {
    EXPECT_THAT(methods.at(method)(Me()), HasReason("NOT_YOURS")) << method;
  }
  EXPECT_THAT(Get(mine.name(), Me()), IsOk());
  EXPECT_EQ(Feed(Me(), 0, Name(me_)).size(), 3u);
  EXPECT_EQ(Feed(Colleague()).size(), 3u) << "what was shared stays";
  EXPECT_THAT(Hide(mine.name(), Me()), IsOk());
  EXPECT_EQ(Feed(Colleague()).size(), 2u);
  EXPECT_THAT(Get(mine.name(), Patron()), HasReason("EXPERIENCE_NOT_FOUND"))
      << "still the colleague's patron, but it is hidden";
}

}  // namespace
}  // namespace dap::activity
