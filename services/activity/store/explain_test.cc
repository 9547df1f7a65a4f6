// Each list goes by its index, on the real server, with enough rows that the optimizer has a
// choice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/activity/store/activity_reports.h"
#include "services/activity/store/cohort_sessions.h"
#include "services/activity/store/comments.h"
#include "services/activity/store/experience_figures.h"
#include "services/activity/store/experience_reports.h"
#include "services/activity/store/shared_activities.h"
#include "services/activity/testing/experience_test_base.h"

namespace dap::activity {
namespace {

using status::IsOk;

class ExplainTest : public ExperienceTest {
 protected:
  // The keys used, by table name as the statement calls it; "ALL" for a table read as a whole.
  std::map<std::string, std::string> Explain(absl::string_view sql, const db::Values& values) {
    std::map<std::string, std::string> keys;
    const auto rows = db::Read(pool(), Deadline(), [&](db::Connection& db) {
      return db.Query(absl::StrCat("EXPLAIN ", sql), values);
    });
    EXPECT_THAT(rows, IsOk());
    for (const db::Row& row : *rows) {
      keys[row.OptionalString(2).value_or("")] = row.OptionalString(5).value_or("ALL");
    }
    return keys;
  }
};

TEST_F(ExplainTest, ListsGoByTheirKeys) {
  for (int i = 0; i < 30; ++i) {
    roster::Entry other = Entry({ids_.Next(), ids_.Next()}, enrolment::v1::ENROLMENT_STATE_ACTIVE);
    other.patron = ids_.Next();
    Enrol(other);
    const auto logged = Log(LogRequest());
    ASSERT_THAT(logged, IsOk());
    ASSERT_THAT(Call<v1::CorrectActivityResponse>("CorrectActivity",
                                                  CorrectRequest(logged->activity().name()), Me()),
                IsOk());
  }
  SweepAfter(16);
  const id::Uuid any = ids_.Next();
  const absl::Time now = clock_.Now();
  EXPECT_EQ(
      Explain(kListSilentSql, {organisation_, 5, 0, now, start_, start_, any, 10})["participation"],
      "silence");
  EXPECT_EQ(
      Explain(kListActivitiesSql, {organisation_, me_.enrolment, now, now, any, 10})["activity"],
      "PRIMARY");
  const db::Values facts = {organisation_, me_.enrolment, any, start_, now};
  EXPECT_EQ(Explain(absl::StrCat(kListActivityFactsSql, "(?,?)", kActivitiesWithinSql),
                    facts)["activity"],
            "PRIMARY");
  EXPECT_EQ(Explain(absl::StrCat(kListContributionsSql, "(?,?)", kContributionsWithinSql),
                    facts)["contribution"],
            "PRIMARY");
  const db::Values told = {organisation_, now, me_.enrolment, any};
  EXPECT_EQ(
      Explain(absl::StrCat(kLastToldActivitiesSql, "(?,?)", kByEnrolmentSql), told)["activity"],
      "PRIMARY");
  EXPECT_EQ(Explain(absl::StrCat(kLastToldContributionsSql, "(?,?)", kByEnrolmentSql),
                    told)["contribution"],
            "PRIMARY");
  EXPECT_EQ(
      Explain(kListRevisionsSql, {organisation_, me_.enrolment, any, 9, 10})["activity_revision"],
      "PRIMARY");
  auto queue = Explain(kListQueueSql, {organisation_, patron_, start_, start_, any, 10});
  EXPECT_EQ(queue["q"], "queue");
  EXPECT_EQ(queue["r"], "PRIMARY");
  auto patrons =
      Explain(absl::StrCat(kListPatronsSql, "(?,?)"), {organisation_, me_.enrolment, any});
  EXPECT_EQ(patrons["r"], "PRIMARY");
  EXPECT_EQ(patrons["q"], "one_open");
  EXPECT_EQ(Explain(kFindReportSql, {organisation_, kFirstDay})["activity_report"], "PRIMARY");
  EXPECT_EQ(Explain(kListLatestReportsSql, {})["activity_report"], "PRIMARY");
  EXPECT_EQ(
      Explain(kListDueSql, {organisation_, kFirstDay, kFirstDay - 9, kFirstDay - 9, any, 10})["q"],
      "due");
  auto board = Explain(kListBoardSql, {organisation_, patron_, true, "", "", any, 10});
  EXPECT_EQ(board["r"], "by_patron");
  EXPECT_EQ(board["p"], "PRIMARY");
  EXPECT_EQ(Explain(kListComingSessionsSql, {organisation_, cohort_, now, 3})["cohort_session"],
            "coming");
}

TEST_F(ExplainTest, WhatACohortSeesOfActivitiesGoesByItsIndex) {
  for (int i = 0; i < 60; ++i) {
    v1::LogActivityRequest request = LogRequest();
    if (i % 2 == 0) request.mutable_activity()->set_visibility(v1::VISIBILITY_COHORT);
    clock_.Advance(absl::Hours(10));
    ASSERT_THAT(Log(request), IsOk());
  }
  const absl::CivilDay day = kFirstDay + 10;
  auto keys =
      Explain(kListSharedActivitiesSql, {organisation_, cohort_, day, day, ids_.Next(), 10});
  EXPECT_EQ(keys["s"], "newest");
  EXPECT_EQ(keys["r"], "PRIMARY");
  EXPECT_EQ(keys["a"], "PRIMARY");
}

TEST_F(ExplainTest, WhatACohortSharesGoesByItsKeys) {
  for (int i = 0; i < 30; ++i) {
    const v1::Experience shared = Share();
    ASSERT_THAT(Cheer(shared.name(), v1::CHEER_KIND_HEART, Coach()), IsOk());
    clock_.Advance(absl::Minutes(1));
    ASSERT_THAT(Comment(shared.name(), "Fine", Coach()), IsOk());
    if (i < 3) {
      ASSERT_THAT(Report(shared.name(), Coach()), IsOk());
    }
  }
  const id::Uuid any = ids_.Next();
  const id::Uuid& o = organisation_;
  const id::Uuid& c = cohort_;
  auto feed = Explain(kListExperiencesSql, {any, o, c, any, false, false, any, any, 10});
  EXPECT_EQ(feed["e"], "PRIMARY");
  EXPECT_EQ(feed["r"], "PRIMARY");
  EXPECT_EQ(feed["c"], "PRIMARY");
  EXPECT_EQ(
      Explain(kListExperiencesOfSql, {any, o, c, any, any, any, false, false, any, any, 10})["e"],
      "by_author");
  EXPECT_EQ(Explain(kListReportedSql, {any, o, c, start_, start_, any, 10})["e"], "reported");
  EXPECT_EQ(Explain(kListLatestSharedSql, {o, me_.enrolment, 3})["experience"], "by_author");
  EXPECT_EQ(Explain(kListCommentsSql, {o, any, any, 10})["m"], "PRIMARY");
  EXPECT_EQ(Explain(absl::StrCat(kListReportReasonsSql, "(?,?)", kReportReasonsInOrderSql),
                    {o, any, any})["experience_report"],
            "PRIMARY");
  EXPECT_EQ(Explain(kListChangesSql, {o, c, 3, 10})["cohort_change"], "PRIMARY");
  EXPECT_EQ(Explain(absl::StrCat(kLastChangesSql, "((?,?),(?,?))"), {o, c, any, c})["cohort_feed"],
            "PRIMARY");
  auto figures =
      Explain(kListSharedSql, {o, c, start_, start_, o, c, start_, start_, o, c, start_, start_});
  for (const char* table : {"e", "c", "m"}) EXPECT_EQ(figures[table], "PRIMARY") << table;
}

}  // namespace
}  // namespace dap::activity
