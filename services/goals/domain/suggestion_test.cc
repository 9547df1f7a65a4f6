#include "services/goals/domain/suggestion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "libs/status/matchers.h"

namespace dap::goals {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::CivilDay kToday(2026, 11, 24);

GoalTemplate Make(const char* key, std::vector<std::string> tasks, GoalSetting setting,
                  bool stretch = false, absl::CivilDay review_by = kToday) {
  return {key, 1, key, "a", std::move(tasks), setting, {{"Do.", 10}}, stretch, review_by, "us"};
}

class SuggestTest : public ::testing::Test {
 protected:
  static constexpr GoalSetting kOn = GoalSetting::kOnPlatform;
  static constexpr GoalSetting kOff = GoalSetting::kOffPlatform;

  SuggestTest() {
    frameworks_ = {{"f-1",
                    "F",
                    "here",
                    {{"a", "A", {{"one", "Do one."}, {"two", "Do two."}, {"three", "Do three."}}}}},
                   {"g-1", "G", "here", {{"b", "B", {{"other", "Do other."}}}}}};
    templates_ = {Make("on-one", {"one"}, kOn),           Make("off-one", {"one"}, kOff),
                  Make("on-two", {"two"}, kOn),           Make("off-two", {"two"}, kOff),
                  Make("off-three", {"three"}, kOff),     Make("stretch-one", {"one"}, kOff, true),
                  Make("stretch-two", {"two"}, kOn, true)};
    GoalTemplate elsewhere = Make("elsewhere", {"other"}, kOn);
    elsewhere.area = "b";
    templates_.push_back(elsewhere);
    answers_ = {{"one", true, 3, true}, {"two", false, 2, false}, {"three", true, 5, true}};
  }

  std::vector<std::string> Keys() {
    std::vector<std::string> keys;
    for (const Suggestion& one : All()) keys.push_back(one.goal_template->key);
    return keys;
  }
  std::vector<Suggestion> All() {
    auto catalogue = Catalogue::Create(frameworks_, templates_);
    EXPECT_THAT(catalogue, status::IsOk());
    catalogue_ = std::make_unique<Catalogue>(*std::move(catalogue));
    return Suggest(
        *catalogue_,
        {**catalogue_->FindFramework("f-1"), answers_, standing_, begun_, kToday, needed_setting_},
        settings_);
  }

  std::vector<Framework> frameworks_;
  std::vector<GoalTemplate> templates_;
  std::vector<TaskAnswer> answers_;
  Standing standing_;
  absl::flat_hash_set<std::string> begun_;
  absl::optional<GoalSetting> needed_setting_;
  Settings settings_;
  std::unique_ptr<Catalogue> catalogue_;
};

TEST_F(SuggestTest, TakesOneForEachTaskFromTheWeakestOn) {
  EXPECT_THAT(Keys(), ElementsAre("off-two", "off-one", "off-three"));
}

TEST_F(SuggestTest, OrdersTasksByCanDoThenConfidenceThenDoneRecently) {
  answers_ = {{"one", true, 1, false}, {"two", false, 5, true}, {"three", true, 1, true}};
  EXPECT_THAT(Keys(), ElementsAre("off-two", "off-one", "off-three"));
  answers_ = {{"one", true, 4, true}, {"two", true, 4, true}, {"three", true, 4, false}};
  EXPECT_THAT(Keys(), ElementsAre("off-three", "off-one", "off-two"));
}

TEST_F(SuggestTest, LeavesOutWhatIsBegunAndFillsUpWithASecondForATask) {
  begun_ = {"off-three", "off-two"};
  EXPECT_THAT(Keys(), ElementsAre("on-two", "off-one", "on-one"));
}

TEST_F(SuggestTest, LeavesOutWhatIsStale) {
  for (GoalTemplate& one : templates_) {
    if (one.key == "off-two") one.review_by = kToday - 1;
  }
  EXPECT_THAT(Keys(), ElementsAre("on-two", "off-one", "off-three"));
}

TEST_F(SuggestTest, LeavesStretchGoalsToTheSkilled) {
  templates_ = {Make("stretch-one", {"one"}, kOff, true)};
  EXPECT_THAT(Keys(), IsEmpty());
}

TEST_F(SuggestTest, OffersTheExperiencedStretchGoalsFirst) {
  standing_.experienced = true;
  EXPECT_THAT(Keys(), ElementsAre("stretch-two", "stretch-one", "off-three"));
  EXPECT_THAT(All()[0].why, HasSubstr("another way to do two"));
}

TEST_F(SuggestTest, EncouragesInsteadOfBeginnersContent) {
  standing_.needs_encouragement = true;
  EXPECT_THAT(Keys(), ElementsAre("stretch-two", "stretch-one", "off-two"));
  EXPECT_THAT(All()[1].why, HasSubstr("give yourself credit"));
  answers_[1].can_do = true;
  EXPECT_THAT(Keys(), ElementsAre("stretch-two", "stretch-one"));
}

TEST_F(SuggestTest, TakesTheSideThatTheBalanceNeedsFirst) {
  needed_setting_ = kOn;
  EXPECT_THAT(Keys(), ElementsAre("on-two", "on-one", "off-three"));
  EXPECT_THAT(All()[0].why, HasSubstr("on the platform"));
  EXPECT_THAT(All()[2].why, ::testing::Not(HasSubstr("platform")));
}

TEST_F(SuggestTest, SaysWhyFromTheAnswersAlone) {
  EXPECT_THAT(All()[0].why, HasSubstr("do not yet do two"));
  EXPECT_THAT(All()[1].why, HasSubstr("not yet sure of yourself when you do one"));
  EXPECT_THAT(All()[2].why, HasSubstr("keeps it fresh to do three"));
  answers_[2].done_recently = false;
  EXPECT_THAT(All()[2].why, HasSubstr("in the last 90 days you did not do three"));
}

TEST_F(SuggestTest, GivesAsManyAsTheSettingsSay) {
  settings_.suggestions = 1;
  EXPECT_THAT(Keys(), ElementsAre("off-two"));
}

}  // namespace
}  // namespace dap::goals
