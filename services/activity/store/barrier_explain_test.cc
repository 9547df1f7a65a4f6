// Each list and report of barriers goes by its index, on the real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "services/activity/store/barrier_reports.h"
#include "services/activity/store/barriers.h"
#include "services/activity/testing/barrier_test_base.h"

namespace dap::activity {
namespace {

using status::IsOk;

class BarrierExplainTest : public BarrierTestBase {
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

TEST_F(BarrierExplainTest, ListsGoByTheirKeys) {
  std::string barrier;
  for (int i = 0; i < 20; ++i) {
    const auto reported = Report(me_, absl::StrCat("Tool ", NewId()), 1, {HearGoal(me_)});
    ASSERT_THAT(reported, IsOk());
    barrier = reported->barrier().name();
  }
  for (int i = 0; i < 20; ++i) ASSERT_THAT(MeToo(EnrolAnother(), barrier), IsOk());
  const id::Uuid any = ids_.Next(), id = LastId(barrier);
  const int merged = 7;
  EXPECT_EQ(Explain(kListBarriersSql, {any, organisation_, merged, any, 10})["b"], "PRIMARY");
  EXPECT_EQ(Explain(kListBarriersSql, {any, organisation_, merged, any, 10})["r"], "PRIMARY");
  EXPECT_EQ(Explain(kListBarriersOfStateSql, {any, organisation_, merged, any, 10})["b"],
            "by_state");
  EXPECT_EQ(Explain(kListBarriersByToolSql, {any, organisation_, "tool 1", "tool 1\xF4\x8F\xBF\xBF",
                                             "tool 1", id::Uuid(), 0, merged, 0, 10})["b"],
            "by_tool");
  EXPECT_EQ(Explain(kListOpenBarriersSql,
                    {any, organisation_, 1, "tool 1", "tool 1\xF4\x8F\xBF\xBF", 10})["b"],
            "one_open");
  EXPECT_NE(Explain(kListAllBarriersSql, {organisation_, merged})["b"], "ALL");
  EXPECT_EQ(Explain(kListBarrierChangesSql, {organisation_, id, 0, 10})["barrier_change"],
            "PRIMARY");
  auto reports = Explain(kListReportsSql, {organisation_, id, id::Uuid(), coach_, 10});
  EXPECT_EQ(reports["r"], "PRIMARY");
  EXPECT_EQ(reports["e"], "PRIMARY");
  EXPECT_EQ(Explain(kListBarrierGoalsSql, {organisation_, id})["barrier_goal"], "PRIMARY");
  auto stopped = Explain(kListStoppedSql, {organisation_, id, organisation_, id});
  EXPECT_EQ(stopped["barrier_report"], "PRIMARY");
  EXPECT_EQ(stopped["barrier_goal"], "PRIMARY");
  EXPECT_EQ(Explain(kEachReportSql, {organisation_})["barrier_report"], "PRIMARY");
  EXPECT_EQ(Explain(kEachBarrierGoalSql, {organisation_})["barrier_goal"], "PRIMARY");
}

}  // namespace
}  // namespace dap::activity
