#include "services/activity/domain/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "libs/time/calendar.h"

namespace dap::activity {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

const absl::TimeZone kLondon = *time::ZoneOf("Europe/London");

absl::Time At(int year, int month, int day) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, 10, 0, 0), kLondon);
}
const absl::Time kNow = At(2026, 11, 25);

id::Uuid Id(int number) {
  std::string bytes(16, '\0');
  for (int i = 0; i < 4; ++i) bytes[15 - i] = static_cast<char>(number >> (8 * i));
  return id::Uuid::FromBytes(bytes);
}

class Facts {
 public:
  Facts& Add(int id, BarrierCategory category, const std::string& tool, absl::Time created,
             BarrierState state = BarrierState::kReported) {
    Barrier barrier;
    barrier.barrier = Id(id);
    barrier.category = category;
    barrier.tool = tool;
    barrier.tool_key = ToolKey(tool);
    barrier.state = state;
    barrier.create_time = created;
    if (!IsOpen(state)) barrier.end_time = created + absl::Hours(24 * 3);
    facts.barriers.push_back(barrier);
    return *this;
  }
  // People `from` to `to`, with minutes each, and a goal each for the first `goals` of them.
  Facts& Reports(int id, int from, int to, int minutes, int goals = 0,
                 absl::Time at = At(2026, 11, 20)) {
    for (int person = from; person < to; ++person) {
      facts.reports.push_back({Id(id), Id(person), minutes, at});
      if (person - from < goals) facts.goals.push_back({Id(id), Id(9000 + person), at});
    }
    return *this;
  }
  EvidencePack Pack(int months = 3, const BarrierSettings& settings = {}) const {
    return MakeEvidencePack(facts, kNow, kLondon, months, settings);
  }
  EvidenceFacts facts;
};

constexpr int kMinutes = 7;
constexpr auto kSite = BarrierCategory::kBlockedSite;
constexpr auto kPolicy = BarrierCategory::kPolicy;

TEST(EvidenceTest, APersonCountsOnceAndMinutesAddUp) {
  Facts facts;
  facts.Add(1, kSite, "Facebook", At(2026, 11, 2), BarrierState::kRaised)
      .Add(2, kSite, "Slack", At(2026, 11, 3))
      .Add(3, kPolicy, "Facebook", At(2026, 11, 4));
  facts.Reports(1, 0, 10, 10, 6).Reports(2, 5, 15, 20, 8).Reports(3, 0, 7, 1, 5);
  const EvidencePack pack = facts.Pack();
  EXPECT_EQ(pack.total.cost.people, 15);
  EXPECT_EQ(pack.total.cost.minutes_lost, 307);
  EXPECT_EQ(pack.total.barriers, 3);
  ASSERT_THAT(pack.categories, SizeIs(2));
  EXPECT_EQ(pack.categories[0].figures.cost.people, 15);
  EXPECT_EQ(pack.categories[0].figures.cost.goals_blocked, 13);  // one goal of both
  EXPECT_EQ(pack.categories[0].tools[0].tool, "Facebook");
  EXPECT_EQ(pack.categories[0].tools[0].state, BarrierState::kRaised);
  EXPECT_EQ(pack.categories[0].tools[0].figures.longest_days_open, 23);
  EXPECT_EQ(pack.categories[0].figures.days_open, 23 + 22);
  EXPECT_EQ(pack.categories[1].figures.cost.people, 7);
  EXPECT_EQ(pack.categories[1].figures.cost.goals_blocked, 5);
}

TEST(EvidenceTest, SeveralBarriersOfOneToolAreOneRow) {
  Facts facts;
  facts.Add(1, kSite, "Slack", At(2026, 10, 1), BarrierState::kFixed)
      .Add(2, kSite, "slack ", At(2026, 11, 20));
  facts.Reports(1, 0, 6, 5).Reports(2, 4, 12, 5);
  const EvidencePack pack = facts.Pack();
  ASSERT_THAT(pack.categories[0].tools, SizeIs(1));
  const ToolEvidence& tool = pack.categories[0].tools[0];
  EXPECT_EQ(tool.tool, "slack ");
  EXPECT_EQ(tool.state, BarrierState::kReported);
  EXPECT_EQ(tool.figures.barriers, 2);
  EXPECT_EQ(tool.figures.open_barriers, 1);
  EXPECT_EQ(tool.figures.cost.people, 12);
  EXPECT_EQ(tool.figures.days_open, 3 + 5);
}

TEST(EvidenceTest, FewPeopleAreHiddenAndWithThemWhatTheyWouldFollowFrom) {
  Facts facts;
  facts.Add(1, kSite, "One", kNow).Add(2, kSite, "Two", kNow).Add(3, kSite, "Three", kNow);
  facts.Reports(1, 0, 2, 60).Reports(2, 10, 17, 10).Reports(3, 20, 40, 10);
  const EvidencePack pack = facts.Pack(1);
  EXPECT_EQ(pack.total.cost.people, 29);
  std::map<std::string, absl::optional<int64_t>> people, minutes;
  for (const ToolEvidence& tool : pack.categories[0].tools) {
    people[tool.tool] = tool.figures.cost.people;
    minutes[tool.tool] = tool.figures.cost.minutes_lost;
  }
  EXPECT_EQ(people["One"], absl::nullopt);
  EXPECT_EQ(people["Two"], absl::nullopt);  // else One is 29 - 20 - 7
  EXPECT_EQ(people["Three"], 20);
  EXPECT_EQ(minutes["One"], absl::nullopt);
  EXPECT_EQ(minutes["Two"], absl::nullopt);
  // Hidden rows come by name.
  EXPECT_EQ(pack.categories[0].tools[0].tool, "Three");
  EXPECT_EQ(pack.categories[0].tools[1].tool, "One");
}

TEST(EvidenceTest, GoalsOfFewAreHiddenByThemselves) {
  Facts facts;
  facts.Add(1, kSite, "One", kNow);
  facts.Reports(1, 0, 9, 10, 2);
  const EvidencePack pack = facts.Pack(1);
  EXPECT_EQ(pack.total.cost.people, 9);
  EXPECT_EQ(pack.total.cost.goals_blocked, absl::nullopt);
}

TEST(EvidenceTest, AnEmptyPackTellsOfNobody) {
  const EvidencePack pack = Facts().Pack(2);
  EXPECT_EQ(pack.total.barriers, 0);
  EXPECT_EQ(pack.total.cost.people, absl::nullopt);
  ASSERT_THAT(pack.months, SizeIs(2));
  EXPECT_EQ(pack.months[0].cost.people, 0);  // no barrier was open: nobody could be stopped
}

TEST(EvidenceTest, MonthsAreTheOrganisationsAndTellWhatCameAndWent) {
  Facts facts;
  // 23:30 UTC of the last of September is October in London's summer time.
  const absl::Time edge =
      absl::FromCivil(absl::CivilSecond(2026, 9, 30, 23, 30), absl::UTCTimeZone());
  facts.Add(1, kSite, "One", edge).Add(2, kSite, "Two", At(2026, 10, 29), BarrierState::kFixed);
  facts.Reports(1, 0, 8, 10, 5, edge).Reports(2, 10, 16, 5, 0, At(2026, 11, 1));
  const EvidencePack pack = facts.Pack(3);
  ASSERT_THAT(pack.months, SizeIs(3));
  EXPECT_EQ(pack.months[0].month, absl::CivilMonth(2026, 9));
  EXPECT_EQ(pack.months[0].reported, 0);
  EXPECT_EQ(pack.months[1].reported, 2);
  EXPECT_EQ(pack.months[1].ended, 0);
  EXPECT_EQ(pack.months[1].open, 2);
  EXPECT_EQ(pack.months[1].cost.people, 8);
  EXPECT_EQ(pack.months[1].cost.minutes_lost, 80);
  EXPECT_EQ(pack.months[2].reported, 0);
  EXPECT_EQ(pack.months[2].ended, 1);
  EXPECT_EQ(pack.months[2].open, 1);
  EXPECT_EQ(pack.months[2].cost.people, 6);
}

TEST(EvidenceTest, OneMonthNeverTellsWhatItsTotalHides) {
  Facts facts;
  facts.Add(1, kSite, "One", At(2026, 11, 2));
  facts.Reports(1, 0, 3, 10);
  const EvidencePack pack = facts.Pack(3);
  EXPECT_EQ(pack.total.cost.people, absl::nullopt);
  EXPECT_EQ(pack.months[2].cost.people, absl::nullopt);
  EXPECT_EQ(pack.months[2].cost.minutes_lost, absl::nullopt);
}

TEST(EvidenceTest, RowsThatAreTooManyGoTogether) {
  Facts facts;
  for (int i = 0; i < 9; ++i) {
    facts.Add(100 + i, kSite, absl::StrCat("Tool ", i), kNow);
    facts.Reports(100 + i, 1000 * i, 1000 * i + 6 + i, 1);
  }
  BarrierSettings settings;
  settings.evidence_tools = 3;
  const EvidencePack pack = facts.Pack(1, settings);
  std::vector<std::string> tools;
  for (const ToolEvidence& tool : pack.categories[0].tools) tools.push_back(tool.tool);
  EXPECT_THAT(tools, ElementsAre("Tool 8", "Tool 7", "Tool 6", ""));
  EXPECT_EQ(pack.categories[0].tools[3].figures.barriers, 6);
  EXPECT_EQ(pack.categories[0].tools[3].figures.cost.people, 6 + 7 + 8 + 9 + 10 + 11);
  EXPECT_EQ(pack.categories[0].figures.barriers, 9);
}

// Against a plain count, and whatever is shown is never of fewer than five.
TEST(EvidenceTest, AnyHistoryAgreesWithAPlainCount) {
  absl::BitGen random;
  for (int round = 0; round < 60; ++round) {
    Facts facts;
    const int barriers = absl::Uniform(random, 1, 12);
    std::map<std::pair<int, std::string>, std::set<id::Uuid>> people;
    std::set<id::Uuid> everybody;
    int64_t minutes = 0;
    for (int i = 0; i < barriers; ++i) {
      const auto category = absl::Bernoulli(random, 0.5) ? kSite : kPolicy;
      const std::string tool = absl::StrCat("Tool ", absl::Uniform(random, 0, 5));
      facts.Add(i, category, tool, kNow - absl::Hours(24 * absl::Uniform(random, 0, 200)));
      const int reports = absl::Uniform(random, 0, 30);
      std::set<int> who;
      for (int r = 0; r < reports; ++r) who.insert(absl::Uniform(random, 500, 540));
      for (int person : who) {
        facts.facts.reports.push_back(
            {Id(i), Id(person), kMinutes, kNow - absl::Hours(absl::Uniform(random, 0, 4000))});
        people[{static_cast<int>(category), tool}].insert(Id(person));
        everybody.insert(Id(person));
        minutes += kMinutes;
      }
    }
    const EvidencePack pack = facts.Pack(12);
    const auto holds = [&](const Cost& cost, int64_t expected) {
      if (!cost.people) {
        EXPECT_FALSE(cost.minutes_lost.has_value());
        EXPECT_FALSE(cost.goals_blocked.has_value());
        return;
      }
      EXPECT_EQ(*cost.people, expected);
      EXPECT_GE(*cost.people, 5);
    };
    holds(pack.total.cost, static_cast<int64_t>(everybody.size()));
    EXPECT_EQ(pack.total.cost.minutes_lost.value_or(minutes), minutes);
    for (const CategoryEvidence& category : pack.categories) {
      for (const ToolEvidence& tool : category.tools) {
        holds(
            tool.figures.cost,
            static_cast<int64_t>(people[{static_cast<int>(category.category), tool.tool}].size()));
      }
    }
  }
}

}  // namespace
}  // namespace dap::activity
