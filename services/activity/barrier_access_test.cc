// Who may call what of barriers: every method for every role, and for those who stand in no
// relation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "services/activity/testing/barrier_test_base.h"

namespace dap::activity {
namespace {

using options::v1::Role;
using status::HasReason;
using status::IsOk;
using status::StatusIs;

class BarrierAccessTest : public BarrierTestBase {
 protected:
  using Try = std::function<absl::Status(const auth::Principal&)>;

  // A barrier of its own for each call that ends one.
  std::string Fresh() {
    const auto reported = Report(me_, absl::StrCat("Tool ", NewId()));
    EXPECT_THAT(reported, IsOk());
    return reported->barrier().name();
  }
  std::string Ended() {
    const std::string name = Fresh();
    EXPECT_THAT(Resolve(name, v1::BARRIER_STATE_FIXED), IsOk());
    return name;
  }
  template <typename Resp, typename Make>
  Try Method(const char* method, Make make) {
    return [this, method, make](const auth::Principal& who) {
      return Call<Resp>(method, make(), who).status();
    };
  }
  template <typename Req>
  Req InOrganisation() {
    Req request;
    request.set_parent(OrganisationName());
    return request;
  }
  template <typename Req>
  Req Below() {
    Req request;
    request.set_parent(Fresh());
    return request;
  }
  std::map<std::string, Try> Methods() {
    return {
        {"FindSimilarBarriers", Method<v1::FindSimilarBarriersResponse>(
                                    "FindSimilarBarriers",
                                    [this] {
                                      auto request =
                                          InOrganisation<v1::FindSimilarBarriersRequest>();
                                      request.set_category(v1::BARRIER_CATEGORY_POLICY);
                                      request.set_tool("Fa");
                                      return request;
                                    })},
        {"ReportBarrier",
         Method<v1::ReportBarrierResponse>(
             "ReportBarrier", [this] { return ReportRequest("Slack", ReportOf(me_)); })},
        {"SayMeToo", Method<v1::SayMeTooResponse>(
                         "SayMeToo", [this] { return MeTooRequest(Fresh(), ReportOf(me_)); })},
        {"GetBarrier", Method<v1::GetBarrierResponse>("GetBarrier",
                                                      [this] {
                                                        v1::GetBarrierRequest request;
                                                        request.set_name(Fresh());
                                                        return request;
                                                      })},
        {"ListBarriers",
         Method<v1::ListBarriersResponse>(
             "ListBarriers", [this] { return InOrganisation<v1::ListBarriersRequest>(); })},
        {"ListBarrierReports",
         Method<v1::ListBarrierReportsResponse>(
             "ListBarrierReports", [this] { return Below<v1::ListBarrierReportsRequest>(); })},
        {"ListBarrierChanges",
         Method<v1::ListBarrierChangesResponse>(
             "ListBarrierChanges", [this] { return Below<v1::ListBarrierChangesRequest>(); })},
        {"RaiseBarrier", Method<v1::RaiseBarrierResponse>(
                             "RaiseBarrier", [this] { return RaiseRequest(Fresh(), "Now."); })},
        {"ResolveBarrier",
         Method<v1::ResolveBarrierResponse>(
             "ResolveBarrier",
             [this] { return ResolveRequest(Fresh(), v1::BARRIER_STATE_WORKAROUND); })},
        {"ReopenBarrier", Method<v1::ReopenBarrierResponse>(
                              "ReopenBarrier", [this] { return ReopenRequest(Ended()); })},
        {"MergeBarriers", Method<v1::MergeBarriersResponse>(
                              "MergeBarriers", [this] { return MergeRequest(Fresh(), Fresh()); })},
        {"GetEvidencePack",
         Method<v1::GetEvidencePackResponse>(
             "GetEvidencePack", [this] { return InOrganisation<v1::GetEvidencePackRequest>(); })},
        {"ExportEvidencePack", Method<v1::ExportEvidencePackResponse>(
                                   "ExportEvidencePack",
                                   [this] {
                                     auto request = InOrganisation<v1::ExportEvidencePackRequest>();
                                     request.set_format(v1::EVIDENCE_FORMAT_HTML);
                                     return request;
                                   })},
    };
  }
};

TEST_F(BarrierAccessTest, EachRoleMayCallJustItsMethods) {
  // p participant, n patron, c coach, a administrator, h HR system, o operator.
  const std::map<std::string, std::string> allowed = {
      {"FindSimilarBarriers", "pc"}, {"ReportBarrier", "pc"}, {"SayMeToo", "pc"},
      {"GetBarrier", "pca"},         {"ListBarriers", "pca"}, {"ListBarrierReports", "c"},
      {"ListBarrierChanges", "pca"}, {"RaiseBarrier", "ca"},  {"ResolveBarrier", "ca"},
      {"ReopenBarrier", "ca"},       {"MergeBarriers", "ca"}, {"GetEvidencePack", "ca"},
      {"ExportEvidencePack", "ca"},
  };
  const std::map<char, std::pair<Role, id::Uuid>> callers = {
      {'p', {Role::ROLE_PARTICIPANT, me_.staff}}, {'n', {Role::ROLE_PATRON, patron_}},
      {'c', {Role::ROLE_COACH, coach_}},          {'a', {Role::ROLE_ORG_ADMIN, admin_}},
      {'h', {Role::ROLE_HR_SYSTEM, id::Uuid()}},  {'o', {Role::ROLE_OPERATOR, id::Uuid()}}};
  const auto methods = Methods();
  ASSERT_EQ(methods.size(), static_cast<size_t>(barriers_->service().descriptor()->method_count()));
  for (const auto& [method, send] : methods) {
    std::string open;
    for (char letter : std::string("pncaho")) {
      const auto& [role, staff] = callers.at(letter);
      auth::Principal caller = ActivityTest::As(staff, {role});
      if (letter == 'o') caller.organisation = {};
      const absl::Status status = send(caller);
      if (status.ok()) open += letter;
      EXPECT_TRUE(status.ok() || absl::IsPermissionDenied(status)) << method << status;
    }
    EXPECT_EQ(open, allowed.at(method)) << method;
  }
}

TEST_F(BarrierAccessTest, WhoIsNotOnTheProgrammeGetsNothing) {
  const auth::Principal manager =
      ActivityTest::As(ids_.Next(), {Role::ROLE_PARTICIPANT, Role::ROLE_PATRON});
  for (const auto& [method, send] : Methods()) {
    EXPECT_THAT(send(manager), StatusIs(absl::StatusCode::kPermissionDenied)) << method;
  }
  // Who completed it reads on, who left it does not.
  v1::ListBarriersRequest list;
  list.set_parent(OrganisationName());
  Enrol(enrolment::v1::ENROLMENT_STATE_COMPLETED);
  EXPECT_THAT(Call<v1::ListBarriersResponse>("ListBarriers", list, Me()), IsOk());
  Enrol(enrolment::v1::ENROLMENT_STATE_WITHDRAWN);
  EXPECT_THAT(Call<v1::ListBarriersResponse>("ListBarriers", list, Me()), HasReason("NOT_YOURS"));
}

TEST_F(BarrierAccessTest, AnotherOrganisationGetsNothing) {
  auth::Principal other =
      ActivityTest::As(me_.staff, {Role::ROLE_PARTICIPANT, Role::ROLE_COACH, Role::ROLE_ORG_ADMIN});
  other.organisation = ids_.Next();
  for (const auto& [method, send] : Methods()) {
    EXPECT_THAT(send(other), HasReason("OTHER_ORGANISATION")) << method;
  }
}

TEST_F(BarrierAccessTest, ABarrierThatIsNotThereIsNotFound) {
  const std::string none = BarrierName(organisation_, ids_.Next());
  EXPECT_THAT(Get(none, Me()), HasReason("BARRIER_NOT_FOUND"));
  EXPECT_THAT(MeToo(me_, none), HasReason("BARRIER_NOT_FOUND"));
  EXPECT_THAT(Raise(none), HasReason("BARRIER_NOT_FOUND"));
  EXPECT_THAT(Merge(none, Fresh()), HasReason("BARRIER_NOT_FOUND"));
  EXPECT_THAT(Merge(Fresh(), none), HasReason("BARRIER_NOT_FOUND"));
}

// Every field that a reader of barriers gets, by name: one more must be looked at here first.
TEST_F(BarrierAccessTest, NothingOfABarrierTellsOfAPerson) {
  std::set<std::string> names;
  for (const auto* message :
       {v1::Barrier::descriptor(), v1::EvidencePack::descriptor(), v1::EvidenceTool::descriptor(),
        v1::EvidenceFigures::descriptor(), v1::EvidenceMonth::descriptor(),
        v1::EvidenceCategory::descriptor()}) {
    for (int i = 0; i < message->field_count(); ++i) names.insert(message->field(i)->name());
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         "name", "category", "tool", "state", "people_at_least", "reported_by_me",
                         "ticket", "reason", "create_time", "state_time", "merged_into", "etag",
                         "organisation", "make_date", "time_zone", "smallest_count", "total",
                         "categories", "months", "figures", "barriers", "open_barriers", "people",
                         "minutes_lost", "goals_blocked", "days_open", "longest_days_open", "month",
                         "reported_barriers", "ended_barriers", "tools"));
}

}  // namespace
}  // namespace dap::activity
