// Holds all that ships to the rules; Catalogue::Create's own rules are tested with it.
#include "services/goals/data/shipped_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "libs/status/matchers.h"

namespace dap::goals {
namespace {

using status::HasReason;
using status::IsOk;

const absl::CivilDay kShipped(2026, 11, 24);

class ShippedCatalogueTest : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<Catalogue> read = ShippedCatalogue();
    ASSERT_THAT(read, IsOk());  // names every fault
    catalogue_ = *std::move(read);
  }
  absl::StatusOr<Catalogue> catalogue_;
};

TEST_F(ShippedCatalogueTest, HasTwentyTasksInFiveAreasInEachFramework) {
  for (const char* key : {"essential-digital-skills-1", "digital-engagement-1"}) {
    const auto framework = catalogue_->FindFramework(key);
    ASSERT_THAT(framework, IsOk());
    EXPECT_EQ((*framework)->areas.size(), 5u) << key;
    size_t tasks = 0;
    for (const Area& area : (*framework)->areas) tasks += area.tasks.size();
    EXPECT_EQ(tasks, 20u) << key;
  }
}

TEST_F(ShippedCatalogueTest, StatesEachTaskAsASentence) {
  for (const Framework& framework : catalogue_->frameworks()) {
    for (const Area& area : framework.areas) {
      for (const Task& task : area.tasks) {
        EXPECT_TRUE(isupper(task.statement.front()) && task.statement.back() == '.') << task.key;
      }
    }
  }
}

TEST_F(ShippedCatalogueTest, HelpsBeginnersWithEachTaskAndStretchesInEachArea) {
  EXPECT_GE(catalogue_->goal_templates().size(), 24u);
  std::set<std::string> helped, stretched;
  for (const GoalTemplate& one : catalogue_->goal_templates()) {
    if (one.stretch) {
      stretched.insert(one.area);
    } else {
      helped.insert(one.tasks.begin(), one.tasks.end());
    }
  }
  for (const Framework& framework : catalogue_->frameworks()) {
    for (const Area& area : framework.areas) {
      EXPECT_TRUE(stretched.contains(area.key)) << "no stretch goal for " << area.key;
      for (const Task& task : area.tasks) {
        EXPECT_TRUE(helped.contains(task.key)) << "no goal for " << task.key;
      }
    }
  }
}

TEST_F(ShippedCatalogueTest, HasBothSettingsInEachFramework) {
  std::map<std::string, std::set<GoalSetting>> settings;
  for (const GoalTemplate& one : catalogue_->goal_templates()) {
    settings[catalogue_->FrameworkOfArea(one.area)->key].insert(one.setting);
  }
  for (const Framework& framework : catalogue_->frameworks()) {
    EXPECT_EQ(settings[framework.key].size(), 2u) << framework.key;
  }
}

TEST_F(ShippedCatalogueTest, IsReviewedWithinAYearAndSomeOfItWithin90Days) {
  int soon = 0;
  for (const GoalTemplate& one : catalogue_->goal_templates()) {
    EXPECT_FALSE(one.IsStale(kShipped)) << one.key;
    EXPECT_LE(one.review_by, absl::CivilDay(2027, 11, 24)) << one.key;
    if (one.review_by <= kShipped + 90) ++soon;
  }
  EXPECT_GE(soon, 5);
}

TEST(ReadCatalogue, NamesFileAndLineOfWhatItCannotRead) {
  const auto read = ReadCatalogue({{"goals.textproto", "goal_templates {\n  nane: \"x\"\n}\n"}});
  EXPECT_THAT(read, HasReason("DATA_MALFORMED"));
  EXPECT_NE(read.status().message().find("goals.textproto: line 2"), std::string::npos)
      << read.status();
}

TEST(ReadCatalogue, RefusesADateThatIsNone) {
  const auto read = ReadCatalogue({{"goals.textproto",
                                    "goal_templates { name: \"goalTemplates/x\" review_by_date { "
                                    "year: 2027 month: 2 day: 30 } }"}});
  std::vector<std::string> wrong;
  for (const status::Violation& violation : status::Violations(read.status())) {
    wrong.push_back(violation.description);
  }
  EXPECT_THAT(wrong, testing::Contains("has no review_by day")) << read.status();
}

TEST(ReadCatalogue, RefusesAFrameworkInAFileOfAnotherName) {
  EXPECT_THAT(ReadCatalogue({{"one-2.textproto", "name: \"frameworks/one-1\""}}),
              HasReason("DATA_MALFORMED"));
}

}  // namespace
}  // namespace dap::goals
