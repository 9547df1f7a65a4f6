// What is read of barriers: likely duplicates, lists, reports, the evidence pack.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "services/activity/testing/barrier_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using BarrierListsTest = BarrierTestBase;

TEST_F(BarrierListsTest, SimilarOnesAreFoundWhileTyping) {
  for (const char* tool : {"Facebook", "facebook.com", "Facebook Messenger", "Fax", "50% off_er"}) {
    ASSERT_THAT(Report(me_, tool), IsOk());
  }
  ASSERT_THAT(Report(me_, "Facebook", 0, {}, v1::BARRIER_CATEGORY_POLICY), IsOk());
  const auto find = [&](const std::string& typed) {
    v1::FindSimilarBarriersRequest request;
    request.set_parent(OrganisationName());
    request.set_category(v1::BARRIER_CATEGORY_BLOCKED_SITE);
    request.set_tool(typed);
    const auto found = Call<v1::FindSimilarBarriersResponse>("FindSimilarBarriers", request, Me());
    EXPECT_THAT(found, IsOk());
    std::vector<std::string> tools;
    for (const v1::Barrier& barrier : found->barriers()) {
      EXPECT_EQ(barrier.category(), v1::BARRIER_CATEGORY_BLOCKED_SITE);
      tools.push_back(barrier.tool());
    }
    return tools;
  };
  EXPECT_THAT(find("fa"), ElementsAre("Facebook", "Facebook Messenger", "facebook.com", "Fax"));
  EXPECT_THAT(find("https://FACEBOOK.com/groups"), ElementsAre("facebook.com", "Facebook"));
  EXPECT_THAT(find("facebook messenger lite"), ElementsAre("Facebook Messenger", "Facebook"));
  EXPECT_THAT(find("%"), IsEmpty());
  EXPECT_THAT(find("f_x"), IsEmpty());
  EXPECT_THAT(find("50%"), ElementsAre("50% off_er"));
  EXPECT_THAT(find("' OR 1=1 --"), IsEmpty());
  EXPECT_THAT(find("..."), IsEmpty());
}

TEST_F(BarrierListsTest, ListsGoOnePageAfterTheOther) {
  std::vector<std::string> names;
  for (int i = 0; i < 7; ++i) {
    const auto reported = Report(me_, absl::StrCat("Tool ", 7 - i));
    ASSERT_THAT(reported, IsOk());
    names.push_back(reported->barrier().name());
  }
  ASSERT_THAT(Merge(names[0], names[1]), IsOk());
  ASSERT_THAT(Resolve(names[2], v1::BARRIER_STATE_FIXED), IsOk());
  const auto list = [&](v1::ListBarriersRequest request) {
    request.set_parent(OrganisationName());
    request.set_page_size(2);
    std::vector<std::string> listed;
    do {
      const auto page = Call<v1::ListBarriersResponse>("ListBarriers", request, Me());
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      EXPECT_LE(page->barriers_size(), 2);
      for (const v1::Barrier& barrier : page->barriers()) listed.push_back(barrier.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return listed;
  };
  v1::ListBarriersRequest request;
  EXPECT_THAT(list(request),
              ElementsAre(names[6], names[5], names[4], names[3], names[2], names[1]));
  request.set_state(v1::BARRIER_STATE_MERGED);
  EXPECT_THAT(list(request), ElementsAre(names[0]));
  request.set_state(v1::BARRIER_STATE_FIXED);
  EXPECT_THAT(list(request), ElementsAre(names[2]));
  request.clear_state();
  request.set_tool("tool");
  EXPECT_THAT(list(request),
              ElementsAre(names[6], names[5], names[4], names[3], names[2], names[1]));
  request.set_tool("Tool 2");
  EXPECT_THAT(list(request), ElementsAre(names[5]));
}

TEST_F(BarrierListsTest, ACoachReadsTheReportsOfTheirOwnAndIsRecorded) {
  const Person other = EnrolAnother();
  roster::Entry elsewhere =
      Entry({ids_.Next(), ids_.Next()}, enrolment::v1::ENROLMENT_STATE_ACTIVE);
  elsewhere.cohort = ids_.Next();
  elsewhere.coaches = {ids_.Next()};
  Enrol(elsewhere);
  const std::string goal = HearGoal(me_);
  const auto reported = Report(me_, "Slack", 10, {goal});
  ASSERT_THAT(reported, IsOk());
  ASSERT_THAT(MeToo(other, reported->barrier().name()), IsOk());
  v1::BarrierReport far = ReportOf(me_);
  far.set_enrolment(EnrolmentName(organisation_, elsewhere.cohort, elsewhere.enrolment));
  ASSERT_THAT(Call<v1::SayMeTooResponse>("SayMeToo", MeTooRequest(reported->barrier().name(), far),
                                         As(Person{elsewhere.enrolment, elsewhere.participant})),
              IsOk());
  v1::ListBarrierReportsRequest request;
  request.set_parent(reported->barrier().name());
  const auto listed = Call<v1::ListBarrierReportsResponse>("ListBarrierReports", request, Coach());
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->reports_size(), 2);
  for (const v1::BarrierReport& report : listed->reports()) {
    EXPECT_THAT(report.tried(), HasSubstr("red page"));
    EXPECT_EQ(report.goals_size(), report.enrolment() == Name(me_) ? 1 : 0);
  }
  EXPECT_EQ(
      Query("SELECT COUNT(*) FROM private_read WHERE organisation = ? AND reader = ?", {coach_})[0]
          .Int(0),
      2);
}

TEST_F(BarrierListsTest, PagesOfReportsTellNothingOfOtherCoachesPeople) {
  const auto reported = Report(me_, "Slack");
  ASSERT_THAT(reported, IsOk());
  // Mine and another coach's in turn, by the order of the list.
  for (int i = 0; i < 6; ++i) {
    roster::Entry entry =
        Entry({ids_.Next(), ids_.Next()}, enrolment::v1::ENROLMENT_STATE_ACTIVE);
    if (i % 2 == 0) entry.coaches = {ids_.Next(), ids_.Next()};
    Enrol(entry);
    ASSERT_THAT(MeToo({entry.enrolment, entry.participant}, reported->barrier().name()), IsOk());
  }
  v1::ListBarrierReportsRequest request;
  request.set_parent(reported->barrier().name());
  request.set_page_size(2);
  std::vector<int> sizes;
  do {
    const auto page = Call<v1::ListBarrierReportsResponse>("ListBarrierReports", request, Coach());
    ASSERT_THAT(page, IsOk());
    sizes.push_back(page->reports_size());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(sizes, ElementsAre(2, 2));
  const auto stranger = ActivityTest::As(ids_.Next(), {options::v1::ROLE_COACH});
  request.set_page_size(2);
  const auto none = Call<v1::ListBarrierReportsResponse>("ListBarrierReports", request, stranger);
  if (none.ok()) {
    EXPECT_EQ(none->reports_size(), 0);
    EXPECT_THAT(none->next_page_token(), IsEmpty());
  }
}

TEST_F(BarrierListsTest, TheEvidencePackCountsPeopleOnceAndQuotesNobody) {
  const std::string tool = "=cmd|' /C calc'!A0<script>";
  std::vector<Person> people = {me_};
  while (people.size() < 6) people.push_back(EnrolAnother());
  for (const Person& person : people) {
    ASSERT_THAT(Report(person, tool, 10, {HearGoal(person)}), IsOk());
    ASSERT_THAT(Report(person, "Slack", 5), IsOk());
  }
  ASSERT_THAT(Report(me_, "Fax", 100, {}, v1::BARRIER_CATEGORY_NO_DEVICE), IsOk());
  clock_.Set(start_ + absl::Hours(24 * 4));
  const auto got = Evidence(Admin());
  ASSERT_THAT(got, IsOk());
  const v1::EvidencePack& pack = got->evidence_pack();
  EXPECT_EQ(pack.time_zone(), "Europe/London");
  EXPECT_EQ(pack.total().barriers(), 3);
  EXPECT_EQ(pack.total().people(), 6);
  ASSERT_EQ(pack.categories_size(), 2);
  EXPECT_EQ(pack.categories(0).figures().longest_days_open(), 4);
  EXPECT_FALSE(pack.categories(1).figures().has_people());  // one person
  EXPECT_FALSE(pack.categories(1).figures().has_minutes_lost());
  EXPECT_FALSE(pack.categories(0).figures().has_people());  // or that one would follow
  EXPECT_EQ(pack.months_size(), 12);
  EXPECT_EQ(pack.months(11).reported_barriers(), 3);
  v1::ExportEvidencePackRequest request;
  request.set_parent(OrganisationName());
  const std::pair<v1::EvidenceFormat, const char*> formats[] = {
      {v1::EVIDENCE_FORMAT_CSV, "text/csv"},
      {v1::EVIDENCE_FORMAT_CSV_BY_MONTH, "text/csv"},
      {v1::EVIDENCE_FORMAT_HTML, "text/html"}};
  for (const auto& [format, type] : formats) {
    request.set_format(format);
    const auto file = Call<v1::ExportEvidencePackResponse>("ExportEvidencePack", request, Coach());
    ASSERT_THAT(file, IsOk());
    EXPECT_THAT(file->body().content_type(), HasSubstr(type));
    const std::string& data = file->body().data();
    for (const std::string& secret :
         {me_.staff.ToString(), me_.enrolment.ToString(), std::string("red page"),
          std::string("Person "), std::string("<script"), std::string("\n=cmd"),
          std::string(",=cmd")}) {
      // In CSV a text is a text, whatever it holds.
      if (secret == "<script" && format == v1::EVIDENCE_FORMAT_CSV) continue;
      EXPECT_EQ(data.find(secret), std::string::npos) << secret;
    }
  }
  request.set_format(static_cast<v1::EvidenceFormat>(9));
  EXPECT_THAT(Call<v1::ExportEvidencePackResponse>("ExportEvidencePack", request, Coach()),
              HasReason("FORMAT_UNKNOWN"));
}

}  // namespace
}  // namespace dap::activity
