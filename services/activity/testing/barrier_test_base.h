// What tests of barriers share: people, goals that were heard of, and requests.
#ifndef DAP_SERVICES_ACTIVITY_TESTING_BARRIER_TEST_BASE_H_
#define DAP_SERVICES_ACTIVITY_TESTING_BARRIER_TEST_BASE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/activity/barrier_convert.h"
#include "services/activity/store/standstills.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {

class BarrierTestBase : public ActivityTest {
 protected:
  void SetUp() override {
    ActivityTest::SetUp();
    events::v1::Event event;
    event.mutable_organisation_changed()->set_time_zone("Europe/London");
    Hear(EnrolmentHandler(*context_), std::move(event));
  }

  auth::Principal As(const Person& person) {
    return ActivityTest::As(person.staff, {options::v1::ROLE_PARTICIPANT});
  }
  auth::Principal Admin() { return ActivityTest::As(admin_, {options::v1::ROLE_ORG_ADMIN}); }

  // A goal of theirs, as the goals service tells of it; its resource name.
  std::string HearGoal(const Person& person, int state = kGoalOpen) {
    const id::Uuid goal = ids_.Next();
    HearGoal(person, goal, state, 1);
    return absl::StrCat(Name(person), "/goals/", goal.ToString());
  }
  void HearGoal(const Person& person, const id::Uuid& goal, int state, int version) {
    events::v1::Event event;
    auto& changed = *event.mutable_goal_changed();
    changed.set_goal(Bytes(goal));
    changed.set_enrolment(Bytes(person.enrolment));
    changed.set_state(static_cast<goals::v1::GoalState>(state));
    changed.set_version(version);
    Hear(GoalsHandler(), std::move(event));
  }

  v1::BarrierReport ReportOf(const Person& person, int minutes = 0,
                             const std::vector<std::string>& goals = {}) {
    v1::BarrierReport report;
    report.set_enrolment(Name(person));
    report.set_tried("I opened it, and there was a red page.");
    report.set_minutes_lost(minutes);
    for (const std::string& goal : goals) report.add_goals(goal);
    return report;
  }
  v1::ReportBarrierRequest ReportRequest(
      absl::string_view tool, const v1::BarrierReport& report,
      v1::BarrierCategory category = v1::BARRIER_CATEGORY_BLOCKED_SITE) {
    v1::ReportBarrierRequest request;
    request.set_parent(OrganisationName());
    request.mutable_barrier()->set_category(category);
    request.mutable_barrier()->set_tool(std::string(tool));
    *request.mutable_report() = report;
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::ReportBarrierResponse> Report(
      const Person& person, absl::string_view tool, int minutes = 0,
      const std::vector<std::string>& goals = {},
      v1::BarrierCategory category = v1::BARRIER_CATEGORY_BLOCKED_SITE) {
    return Call<v1::ReportBarrierResponse>(
        "ReportBarrier", ReportRequest(tool, ReportOf(person, minutes, goals), category),
        As(person));
  }
  v1::SayMeTooRequest MeTooRequest(const std::string& barrier, const v1::BarrierReport& report) {
    v1::SayMeTooRequest request;
    request.set_name(barrier);
    *request.mutable_report() = report;
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::SayMeTooResponse> MeToo(const Person& person, const std::string& barrier,
                                             int minutes = 0,
                                             const std::vector<std::string>& goals = {}) {
    return Call<v1::SayMeTooResponse>(
        "SayMeToo", MeTooRequest(barrier, ReportOf(person, minutes, goals)), As(person));
  }
  absl::StatusOr<v1::GetBarrierResponse> Get(const std::string& barrier,
                                             const auth::Principal& who) {
    v1::GetBarrierRequest request;
    request.set_name(barrier);
    return Call<v1::GetBarrierResponse>("GetBarrier", request, who);
  }
  v1::Barrier Get(const std::string& barrier) {
    const auto got = Get(barrier, Coach());
    EXPECT_THAT(got, status::IsOk());
    return got.ok() ? got->barrier() : v1::Barrier();
  }
  v1::RaiseBarrierRequest RaiseRequest(const std::string& barrier, const std::string& reason = "") {
    v1::RaiseBarrierRequest request;
    request.set_name(barrier);
    request.set_ticket("INC-4711");
    request.set_reason(reason);
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::RaiseBarrierResponse> Raise(const std::string& barrier,
                                                 const std::string& reason = "It stops a team.") {
    return Call<v1::RaiseBarrierResponse>("RaiseBarrier", RaiseRequest(barrier, reason), Coach());
  }
  v1::ResolveBarrierRequest ResolveRequest(const std::string& barrier, v1::BarrierState state,
                                           const std::string& reason = "It says so here.") {
    v1::ResolveBarrierRequest request;
    request.set_name(barrier);
    request.set_state(state);
    request.set_reason(reason);
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::ResolveBarrierResponse> Resolve(const std::string& barrier,
                                                     v1::BarrierState state) {
    return Call<v1::ResolveBarrierResponse>("ResolveBarrier", ResolveRequest(barrier, state),
                                            Admin());
  }
  v1::ReopenBarrierRequest ReopenRequest(const std::string& barrier) {
    v1::ReopenBarrierRequest request;
    request.set_name(barrier);
    request.set_reason("It is there again.");
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::ReopenBarrierResponse> Reopen(const std::string& barrier) {
    return Call<v1::ReopenBarrierResponse>("ReopenBarrier", ReopenRequest(barrier), Coach());
  }
  v1::MergeBarriersRequest MergeRequest(const std::string& barrier, const std::string& into) {
    v1::MergeBarriersRequest request;
    request.set_name(barrier);
    request.set_into(into);
    request.set_request_id(NewId());
    return request;
  }
  absl::StatusOr<v1::MergeBarriersResponse> Merge(const std::string& barrier,
                                                  const std::string& into) {
    return Call<v1::MergeBarriersResponse>("MergeBarriers", MergeRequest(barrier, into), Coach());
  }
  std::vector<v1::BarrierChange> Changes(const std::string& barrier) {
    v1::ListBarrierChangesRequest request;
    request.set_parent(barrier);
    const auto listed =
        Call<v1::ListBarrierChangesResponse>("ListBarrierChanges", request, Coach());
    EXPECT_THAT(listed, status::IsOk());
    if (!listed.ok()) return {};
    return {listed->changes().begin(), listed->changes().end()};
  }
  absl::StatusOr<v1::GetEvidencePackResponse> Evidence(const auth::Principal& who) {
    v1::GetEvidencePackRequest request;
    request.set_parent(OrganisationName());
    return Call<v1::GetEvidencePackResponse>("GetEvidencePack", request, who);
  }

  static id::Uuid LastId(const std::string& name) {
    return *id::Uuid::Parse(name.substr(name.rfind('/') + 1));
  }
  // People, minutes and goals of a barrier, as the tables have them.
  std::vector<int64_t> Kept(const std::string& barrier) {
    const id::Uuid id = LastId(barrier);
    std::vector<int64_t> kept;
    for (const char* sql :
         {"SELECT people FROM barrier WHERE organisation = ? AND barrier = ?",
          "SELECT COUNT(*) FROM barrier_report WHERE organisation = ? AND barrier = ?",
          "SELECT COALESCE(SUM(minutes_lost), 0) FROM barrier_report"
          " WHERE organisation = ? AND barrier = ?",
          "SELECT COUNT(*) FROM barrier_goal WHERE organisation = ? AND barrier = ?"}) {
      kept.push_back(Query(sql, {id})[0].Int(0));
    }
    return kept;
  }
  std::vector<events::v1::BarrierStanding> Standings() {
    std::vector<events::v1::BarrierStanding> standings;
    for (const events::v1::Event& event : Told()) {
      if (event.has_barrier_standing()) standings.push_back(event.barrier_standing());
    }
    return standings;
  }
  // What must not change where a request is refused.
  std::vector<int64_t> Rows() {
    return {Count("barrier"),        Count("barrier_report"), Count("barrier_goal"),
            Count("barrier_change"), Count("contribution"),   static_cast<int64_t>(Told().size())};
  }

  const id::Uuid admin_ = ids_.Next();
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_TESTING_BARRIER_TEST_BASE_H_
