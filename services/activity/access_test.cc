// Who may call what: every method for every role, and for those who stand in no relation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using options::v1::Role;
using status::IsOk;
using status::StatusIs;

class AccessTest : public ActivityTest {
 protected:
  void SetUp() override {
    ActivityTest::SetUp();
    const auto logged = Log(LogRequest());
    ASSERT_THAT(logged, IsOk());
    activity_ = logged->activity().name();
    SweepAfter(15);
    const db::Rows check_in = Query("SELECT check_in FROM check_in WHERE organisation = ?");
    ASSERT_EQ(check_in.size(), 1u);
    check_in_ = absl::StrCat(Name(me_), "/checkIns/", check_in[0].Uuid(0).ToString());
    const auto queue = Queue();
    ASSERT_THAT(queue, IsOk());
    ASSERT_EQ(queue->entries_size(), 1);
    entry_ = queue->entries(0).name();
    Publish();
  }

  template <typename Resp, typename Req>
  absl::Status Do(absl::string_view method, const Req& request, const auth::Principal& who) {
    return Call<Resp>(method, request, who).status();
  }
  // The stream's status or, where it went well, what was said of its only request.
  absl::Status StreamOne(const auth::Principal& who) {
    auto stream = OpenStream(who);
    v1::StreamActivitiesRequest request;
    request.set_sequence(1);
    *request.mutable_request() = LogRequest();
    stream.Write(request);
    stream.WritesDone();
    v1::StreamActivitiesResponse response;
    absl::Status said;
    while (stream.Read(&response)) {
      for (const v1::RefusedActivity& refused : response.refused()) said = Status(refused.error());
    }
    const absl::Status ended = stream.Finish();
    return ended.ok() ? said : ended;
  }
  // Every method with a good request.
  std::map<std::string, std::function<absl::Status(const auth::Principal&)>> Methods() {
    return {
        {"LogActivity",
         [this](const auth::Principal& who) {
           return Do<v1::LogActivityResponse>("LogActivity", LogRequest(), who);
         }},
        {"BatchLogActivities",
         [this](const auth::Principal& who) {
           v1::BatchLogActivitiesRequest request;
           request.set_parent(Name(me_));
           *request.add_requests() = LogRequest();
           return Do<v1::BatchLogActivitiesResponse>("BatchLogActivities", request, who);
         }},
        {"StreamActivities", [this](const auth::Principal& who) { return StreamOne(who); }},
        {"CorrectActivity",
         [this](const auth::Principal& who) {
           return Do<v1::CorrectActivityResponse>("CorrectActivity", CorrectRequest(activity_),
                                                  who);
         }},
        {"DeleteActivity",
         [this](const auth::Principal& who) {
           return Do<v1::DeleteActivityResponse>("DeleteActivity", DeleteRequest(activity_), who);
         }},
        {"ListActivityRevisions",
         [this](const auth::Principal& who) {
           v1::ListActivityRevisionsRequest request;
           request.set_parent(activity_);
           return Do<v1::ListActivityRevisionsResponse>("ListActivityRevisions", request, who);
         }},
        {"ListActivities",
         [this](const auth::Principal& who) {
           v1::ListActivitiesRequest request;
           request.set_parent(Name(me_));
           return Do<v1::ListActivitiesResponse>("ListActivities", request, who);
         }},
        {"ListCohortActivities",
         [this](const auth::Principal& who) {
           v1::ListCohortActivitiesRequest request;
           request.set_parent(CohortName());
           return Do<v1::ListCohortActivitiesResponse>("ListCohortActivities", request, who);
         }},
        {"GetProgress",
         [this](const auth::Principal& who) {
           v1::GetProgressRequest request;
           request.set_parent(Name(me_));
           return Do<v1::GetProgressResponse>("GetProgress", request, who);
         }},
        {"GetMyProgress",
         [this](const auth::Principal& who) {
           v1::GetMyProgressRequest request;
           request.set_parent(OrganisationName());
           return Do<v1::GetMyProgressResponse>("GetMyProgress", request, who);
         }},
        {"ListCohortProgress",
         [this](const auth::Principal& who) {
           v1::ListCohortProgressRequest request;
           request.set_parent(CohortName());
           return Do<v1::ListCohortProgressResponse>("ListCohortProgress", request, who);
         }},
        {"GetCohortActivityReport",
         [this](const auth::Principal& who) {
           v1::GetCohortActivityReportRequest request;
           request.set_parent(CohortName());
           return Do<v1::GetCohortActivityReportResponse>("GetCohortActivityReport", request, who);
         }},
        {"GetOrganisationActivityReport",
         [this](const auth::Principal& who) {
           v1::GetOrganisationActivityReportRequest request;
           request.set_parent(OrganisationName());
           return Do<v1::GetOrganisationActivityReportResponse>("GetOrganisationActivityReport",
                                                                request, who);
         }},
        {"GetCheckIn",
         [this](const auth::Principal& who) {
           v1::GetCheckInRequest request;
           request.set_name(check_in_);
           return Do<v1::GetCheckInResponse>("GetCheckIn", request, who);
         }},
        {"AnswerCheckIn",
         [this](const auth::Principal& who) {
           v1::AnswerCheckInRequest request;
           request.set_name(check_in_);
           request.set_answer(v1::CHECK_IN_ANSWER_ALL_FINE);
           request.set_request_id(NewId());
           return Do<v1::AnswerCheckInResponse>("AnswerCheckIn", request, who);
         }},
        {"ListPatronQueue",
         [this](const auth::Principal& who) {
           v1::ListPatronQueueRequest request;
           request.set_parent(OrganisationName());
           return Do<v1::ListPatronQueueResponse>("ListPatronQueue", request, who);
         }},
        {"ResolvePatronQueueEntry",
         [this](const auth::Principal& who) {
           v1::ResolvePatronQueueEntryRequest request;
           request.set_name(entry_);
           request.set_outcome(v1::PATRON_QUEUE_OUTCOME_SNOOZED);
           request.set_request_id(NewId());
           return Do<v1::ResolvePatronQueueEntryResponse>("ResolvePatronQueueEntry", request, who);
         }},
        {"ListPatronBoard",
         [this](const auth::Principal& who) {
           v1::ListPatronBoardRequest request;
           request.set_parent(OrganisationName());
           return Do<v1::ListPatronBoardResponse>("ListPatronBoard", request, who);
         }},
    };
  }

  std::string activity_, check_in_, entry_;
};

TEST_F(AccessTest, EachRoleMayCallJustItsMethods) {
  const std::map<std::string, std::vector<Role>> allowed = {
      {"LogActivity", {options::v1::ROLE_PARTICIPANT}},
      {"BatchLogActivities", {options::v1::ROLE_PARTICIPANT}},
      {"StreamActivities", {options::v1::ROLE_PARTICIPANT}},
      {"CorrectActivity", {options::v1::ROLE_PARTICIPANT}},
      {"DeleteActivity", {options::v1::ROLE_PARTICIPANT}},
      {"ListActivityRevisions", {options::v1::ROLE_PARTICIPANT}},
      {"ListActivities", {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_COACH}},
      {"ListCohortActivities",
       {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_PATRON, options::v1::ROLE_COACH}},
      {"GetProgress", {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_COACH}},
      {"GetMyProgress", {options::v1::ROLE_PARTICIPANT}},
      {"ListCohortProgress", {options::v1::ROLE_COACH}},
      {"GetCohortActivityReport", {options::v1::ROLE_COACH}},
      {"GetOrganisationActivityReport", {options::v1::ROLE_ORG_ADMIN}},
      {"GetCheckIn", {options::v1::ROLE_PARTICIPANT}},
      {"AnswerCheckIn", {options::v1::ROLE_PARTICIPANT}},
      {"ListPatronQueue", {options::v1::ROLE_PATRON}},
      {"ResolvePatronQueueEntry", {options::v1::ROLE_PATRON}},
      {"ListPatronBoard", {options::v1::ROLE_PATRON}},
  };
  const std::map<Role, id::Uuid> staff = {{options::v1::ROLE_PARTICIPANT, me_.staff},
                                          {options::v1::ROLE_PATRON, patron_},
                                          {options::v1::ROLE_COACH, coach_},
                                          {options::v1::ROLE_ORG_ADMIN, coach_}};
  int methods = 0;
  for (const google::protobuf::ServiceDescriptor* service :
       {face_->service().descriptor(), progress_face_->service().descriptor()}) {
    methods += service->method_count();
  }
  ASSERT_EQ(Methods().size(), static_cast<size_t>(methods));
  // The patron's outcome before the participant's answer, which settles the entry.
  for (Role role : {options::v1::ROLE_ORG_ADMIN, options::v1::ROLE_COACH, options::v1::ROLE_PATRON,
                    options::v1::ROLE_PARTICIPANT}) {
    for (const auto& [method, call] : Methods()) {
      const std::vector<Role>& roles = allowed.at(method);
      const bool may = std::find(roles.begin(), roles.end(), role) != roles.end();
      const absl::Status status = call(As(staff.at(role), {role}));
      if (may) {
        EXPECT_THAT(status, IsOk()) << method << " as " << options::v1::Role_Name(role);
      } else {
        EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied))
            << method << " as " << options::v1::Role_Name(role);
      }
    }
  }
  auth::Principal operating;
  operating.subject = "operator";
  operating.roles = {options::v1::ROLE_OPERATOR};
  operating.expires = absl::InfiniteFuture();
  for (const auto& [method, call] : Methods()) {
    EXPECT_THAT(call(operating), StatusIs(absl::StatusCode::kPermissionDenied)) << method;
  }
}

TEST_F(AccessTest, WhoStandsInNoRelationGetsNothingIndividual) {
  const auth::RoleSet all = {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_PATRON,
                             options::v1::ROLE_COACH, options::v1::ROLE_ORG_ADMIN};
  // A line manager is just a member of staff here; another participant is of the same cohort.
  const auth::Principal manager = As(ids_.Next(), all);
  const auth::Principal colleague = As(EnrolAnother().staff, all);
  const auth::Principal patron = As(patron_, all);
  for (const auto& [method, call] : Methods()) {
    if (method == "ListPatronQueue" || method == "ListPatronBoard" || method == "GetMyProgress" ||
        method == "GetOrganisationActivityReport") {
      EXPECT_THAT(call(manager), IsOk()) << "their own, which is empty, or nobody's in particular";
      continue;
    }
    EXPECT_THAT(call(manager), StatusIs(absl::StatusCode::kPermissionDenied)) << method;
    const bool members = method == "ListCohortActivities";
    EXPECT_EQ(call(colleague).code(),
              members ? absl::StatusCode::kOk : absl::StatusCode::kPermissionDenied)
        << method;
    const bool patrons = members || method == "ResolvePatronQueueEntry";
    EXPECT_EQ(call(patron).code(),
              patrons ? absl::StatusCode::kOk : absl::StatusCode::kPermissionDenied)
        << method;
  }
}

TEST_F(AccessTest, AnotherOrganisationGetsNothing) {
  auth::Principal other = As(me_.staff, {options::v1::ROLE_PARTICIPANT, options::v1::ROLE_PATRON,
                                         options::v1::ROLE_COACH, options::v1::ROLE_ORG_ADMIN});
  other.organisation = ids_.Next();
  for (const auto& [method, call] : Methods()) {
    EXPECT_THAT(call(other), StatusIs(absl::StatusCode::kPermissionDenied)) << method;
    EXPECT_THAT(call(other), status::HasReason("OTHER_ORGANISATION")) << method;
  }
}

// Every field that a patron gets, by name: one more must be looked at here first.
TEST_F(AccessTest, APatronNeverSeesMinutesDatesOfActivityOrTexts) {
  const auto fields = [](const google::protobuf::Descriptor* message) {
    std::vector<std::string> names;
    for (int i = 0; i < message->field_count(); ++i) names.push_back(message->field(i)->name());
    return names;
  };
  EXPECT_THAT(fields(v1::PatronBoardRow::descriptor()),
              testing::ElementsAre("enrolment", "participant_display_name", "view", "opening",
                                   "experiences", "sessions"));
  EXPECT_THAT(fields(v1::BoardExperience::descriptor()),
              testing::ElementsAre("name", "text", "link", "moment"));
  EXPECT_THAT(fields(v1::BoardSession::descriptor()),
              testing::ElementsAre("name", "kind", "title", "start_time", "end_time", "place"));
  EXPECT_THAT(fields(v1::SharedActivity::descriptor()),
              testing::ElementsAre("enrolment", "participant_display_name", "kind", "setting",
                                   "link", "note", "activity_date"))
      << "the date is not for patrons";
  EXPECT_THAT(
      fields(v1::PatronQueueEntry::descriptor()),
      testing::ElementsAre("name", "enrolment", "participant_display_name", "opening", "outcome"));
  v1::ListPatronBoardRequest request;
  request.set_parent(OrganisationName());
  const auto board = Call<v1::ListPatronBoardResponse>("ListPatronBoard", request, Patron());
  ASSERT_THAT(board, IsOk());
  ASSERT_EQ(board->rows_size(), 1);
  EXPECT_EQ(board->rows(0).view(), v1::PATRON_VIEW_WOULD_WELCOME_A_WORD);
  EXPECT_THAT(board->rows(0).opening(), testing::Not(testing::MatchesRegex(".*[0-9].*")));
}

}  // namespace
}  // namespace dap::activity
