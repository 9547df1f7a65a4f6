// Merging: nobody counts twice, nothing is lost, and all ways lead to the one that stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "services/activity/testing/barrier_test_base.h"

namespace dap::activity {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class MergeBarriersTest : public BarrierTestBase {
 protected:
  std::string Reported(const Person& person, absl::string_view tool, int minutes = 0,
                       const std::vector<std::string>& goals = {}) {
    const auto reported = Report(person, tool, minutes, goals);
    EXPECT_THAT(reported, IsOk());
    return reported.ok() ? reported->barrier().name() : "";
  }
};

TEST_F(MergeBarriersTest, WhoReportedBothIsOnePersonWithTheMinutesOfBoth) {
  const Person other = EnrolAnother();
  const std::string goal = HearGoal(me_), shared = HearGoal(me_);
  const std::string one = Reported(me_, "MS Teams", 20, {goal, shared});
  const std::string two = Reported(me_, "Teams", 15, {shared});
  ASSERT_THAT(MeToo(other, two, 5), IsOk());
  const auto merged = Merge(one, two);
  ASSERT_THAT(merged, IsOk());
  EXPECT_EQ(merged->barrier().name(), two);
  EXPECT_THAT(Kept(two), ElementsAre(2, 2, 40, 2));
  EXPECT_THAT(Kept(one), ElementsAre(0, 0, 0, 0));
  const auto mine = Get(one, Me());
  ASSERT_THAT(mine, IsOk());
  EXPECT_EQ(mine->barrier().state(), v1::BARRIER_STATE_MERGED);
  EXPECT_EQ(mine->barrier().merged_into(), two);
  EXPECT_EQ(mine->my_report().minutes_lost(), 35);
  EXPECT_THAT(mine->my_report().goals(), SizeIs(2));
  const auto changes = Changes(two);
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[1].other_barrier(), one);
  EXPECT_THAT(changes[1].changed_by(), HasSubstr(coach_.ToString()));
  EXPECT_EQ(Changes(one).back().other_barrier(), two);
  // Of a goal, the one that stays is told before the one that goes.
  const auto told = Standings();
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told[told.size() - 2].barrier(), Bytes(LastId(two)));
  EXPECT_EQ(told[told.size() - 2].goals_size(), 2);
  EXPECT_EQ(told.back().state(), v1::BARRIER_STATE_MERGED);
  EXPECT_EQ(told.back().merged_into(), Bytes(LastId(two)));
}

TEST_F(MergeBarriersTest, TogetherTheyMayBeEnoughPeople) {
  const std::string one = Reported(me_, "MS Teams");
  ASSERT_THAT(MeToo(EnrolAnother(), one), IsOk());
  const std::string two = Reported(EnrolAnother(), "Teams");
  const auto merged = Merge(one, two);
  ASSERT_THAT(merged, IsOk());
  EXPECT_EQ(merged->barrier().state(), v1::BARRIER_STATE_CORROBORATED);
}

TEST_F(MergeBarriersTest, AMergedOneLeadsToTheLastOfAll) {
  const std::string a = Reported(me_, "A tool"), b = Reported(me_, "B tool"),
                    c = Reported(me_, "C tool"), d = Reported(EnrolAnother(), "D tool");
  ASSERT_THAT(Merge(a, b), IsOk());
  ASSERT_THAT(Merge(b, c), IsOk());
  EXPECT_EQ(Get(a).merged_into(), c);
  EXPECT_EQ(Get(b).merged_into(), c);
  // Into one that is merged: where that went. Again: nothing.
  const auto into_merged = Merge(d, a);
  ASSERT_THAT(into_merged, IsOk());
  EXPECT_EQ(into_merged->barrier().name(), c);
  const auto before = Rows();
  const auto again = Merge(a, c);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->barrier().SerializeAsString(), into_merged->barrier().SerializeAsString());
  EXPECT_THAT(Merge(c, a), NamesField("into"));
  EXPECT_THAT(Merge(c, c), HasReason("MERGE_INTO_ITSELF"));
  const std::string e = Reported(me_, "E tool");
  EXPECT_THAT(Merge(a, e), HasReason("BARRIER_MERGED"));
  EXPECT_EQ(Rows()[2], before[2]);
  // Who still has the old one on the screen counts for the one that is there.
  const auto me_too = MeToo(EnrolAnother(), a);
  ASSERT_THAT(me_too, IsOk());
  EXPECT_EQ(me_too->barrier().name(), c);
  EXPECT_THAT(Kept(c), ElementsAre(3, 3, 0, 0));
}

TEST_F(MergeBarriersTest, OnlyOpenOnesOfOneOrganisation) {
  const std::string one = Reported(me_, "One"), two = Reported(me_, "Two");
  ASSERT_THAT(Resolve(two, v1::BARRIER_STATE_FIXED), IsOk());
  const auto before = Rows();
  EXPECT_THAT(Merge(one, two), HasReason("BARRIER_STATE"));
  EXPECT_THAT(Merge(two, one), HasReason("BARRIER_STATE"));
  EXPECT_THAT(Merge(one, BarrierName(ids_.Next(), LastId(two))),
              HasReason("BARRIER_OF_ANOTHER_ORGANISATION"));
  EXPECT_EQ(Rows(), before);
}

// Merges and me-toos at once, in every direction: what was said is all there, once a person.
TEST_F(MergeBarriersTest, RacesLoseNobodyAndDoubleNobody) {
  constexpr int kBarriers = 6, kPeople = 8;
  std::vector<std::string> barriers;
  std::vector<Person> people;
  for (int i = 0; i < kPeople; ++i) people.push_back(EnrolAnother());
  for (int i = 0; i < kBarriers; ++i) {
    barriers.push_back(Reported(people[i], absl::StrCat("Tool number ", i), 1));
  }
  std::vector<std::thread> threads;
  std::vector<absl::Status> said(kPeople);
  for (int i = 0; i < kPeople; ++i) {
    threads.emplace_back([&, i] { said[i] = MeToo(people[i], barriers[i % kBarriers]).status(); });
  }
  for (int i = 0; i < kBarriers; ++i) {
    for (int j : {(i + 1) % kBarriers, (i + 2) % kBarriers}) {
      threads.emplace_back([&, i, j] { (void)Merge(barriers[i], barriers[j]); });
    }
  }
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& status : said) EXPECT_THAT(status, IsOk());
  const auto open =
      Query("SELECT barrier, people FROM barrier WHERE organisation = ? AND merged_into IS NULL");
  std::set<id::Uuid> survivors;
  for (const db::Row& row : open) {
    survivors.insert(row.Uuid(0));
    EXPECT_EQ(row.Int(1), Kept(BarrierName(organisation_, row.Uuid(0)))[1]);
  }
  for (const db::Row& row : Query("SELECT merged_into FROM barrier WHERE organisation = ? AND "
                                  "merged_into IS NOT NULL")) {
    EXPECT_TRUE(survivors.count(row.Uuid(0))) << "a merged one leads to one that stays";
  }
  EXPECT_EQ(
      Query("SELECT COUNT(DISTINCT staff) FROM barrier_report WHERE organisation = ?")[0].Int(0),
      kPeople);
  EXPECT_EQ(Query("SELECT SUM(minutes_lost) FROM barrier_report WHERE organisation = ?")[0].Int(0),
            kBarriers);
  EXPECT_LT(survivors.size(), static_cast<size_t>(kBarriers));
}

}  // namespace
}  // namespace dap::activity
