#include "services/goals/domain/catalogue.h"

#include <gtest/gtest.h>

#include <functional>

#include "libs/status/matchers.h"

namespace dap::goals {
namespace {

using status::HasReason;
using status::IsOk;

struct Data {
  std::vector<Framework> frameworks{
      {"f-1", "F", "here", {{"a", "A", {{"one", "One."}, {"two", "Two."}}}}},
      {"g-1", "G", "here", {{"b", "B", {{"three", "Three."}}}}}};
  std::vector<GoalTemplate> goal_templates{{"z",
                                            1,
                                            "Z",
                                            "b",
                                            {"three"},
                                            GoalSetting::kOnPlatform,
                                            {{"Do.", 30}},
                                            false,
                                            absl::CivilDay(2027, 1, 1),
                                            "us"},
                                           {"y",
                                            1,
                                            "Y",
                                            "a",
                                            {"one", "two"},
                                            GoalSetting::kOffPlatform,
                                            {{"Do.", 1}},
                                            false,
                                            absl::CivilDay(2027, 1, 1),
                                            "us"}};
};

TEST(Catalogue, FindsByKeyAndOrdersByKey) {
  Data data;
  auto catalogue = Catalogue::Create(data.frameworks, data.goal_templates);
  ASSERT_THAT(catalogue, IsOk());
  EXPECT_EQ(catalogue->goal_templates()[0].key, "y");
  EXPECT_EQ((*catalogue->FindFramework("g-1"))->title, "G");
  EXPECT_EQ((*catalogue->FindGoalTemplate("z"))->title, "Z");
  EXPECT_EQ(catalogue->FrameworkOfArea("b")->key, "g-1");
  EXPECT_EQ(catalogue->FrameworkOfArea("c"), nullptr);
  EXPECT_THAT(catalogue->FindFramework("f"), HasReason("FRAMEWORK_NOT_FOUND"));
  EXPECT_THAT(catalogue->FindGoalTemplate("zz"), HasReason("GOAL_TEMPLATE_NOT_FOUND"));
}

TEST(Catalogue, RefusesDataThatBreaksARule) {
  const struct {
    const char* what;
    const char* subject;
    std::function<void(Data&)> spoil;
  } cases[] = {
      {"framework twice", "framework f-1", [](Data& d) { d.frameworks[1].key = "f-1"; }},
      {"framework key", "framework F_1", [](Data& d) { d.frameworks[0].key = "F_1"; }},
      {"framework source", "framework f-1", [](Data& d) { d.frameworks[0].source = ""; }},
      {"area twice", "area a", [](Data& d) { d.frameworks[1].areas[0].key = "a"; }},
      {"area without tasks", "area b", [](Data& d) { d.frameworks[1].areas[0].tasks.clear(); }},
      {"task twice", "task one", [](Data& d) { d.frameworks[1].areas[0].tasks[0].key = "one"; }},
      {"task statement", "task one",
       [](Data& d) { d.frameworks[0].areas[0].tasks[0].statement = ""; }},
      {"template twice", "goal template y", [](Data& d) { d.goal_templates[0].key = "y"; }},
      {"version", "goal template z", [](Data& d) { d.goal_templates[0].version = 0; }},
      {"title", "goal template z", [](Data& d) { d.goal_templates[0].title = ""; }},
      {"owner", "goal template z", [](Data& d) { d.goal_templates[0].owner = ""; }},
      {"setting", "goal template z",
       [](Data& d) { d.goal_templates[0].setting = GoalSetting::kUnspecified; }},
      {"review", "goal template z", [](Data& d) { d.goal_templates[0].review_by = {}; }},
      {"area", "goal template z", [](Data& d) { d.goal_templates[0].area = "c"; }},
      {"no task", "goal template z", [](Data& d) { d.goal_templates[0].tasks.clear(); }},
      {"unknown task", "goal template z", [](Data& d) { d.goal_templates[0].tasks = {"four"}; }},
      {"task of another framework", "goal template z",
       [](Data& d) { d.goal_templates[0].tasks = {"one"}; }},
      {"no steps", "goal template z", [](Data& d) { d.goal_templates[0].steps.clear(); }},
      {"step text", "goal template z",
       [](Data& d) {
         d.goal_templates[0].steps = {{"", 5}};
       }},
      {"0 minutes", "goal template z",
       [](Data& d) {
         d.goal_templates[0].steps = {{"Do.", 0}};
       }},
      {"31 minutes", "goal template z",
       [](Data& d) {
         d.goal_templates[0].steps = {{"Do.", 31}};
       }},
      {"over 30 days at 60 minutes a week", "goal template z",
       [](Data& d) {
         d.goal_templates[0].steps.assign(9, {"Do.", 29});
       }},
  };
  for (const auto& c : cases) {
    Data data;
    c.spoil(data);
    const auto catalogue = Catalogue::Create(data.frameworks, data.goal_templates);
    EXPECT_THAT(catalogue, HasReason("CATALOGUE_INVALID")) << c.what;
    EXPECT_THAT(catalogue, status::NamesField(c.subject)) << c.what;
  }
}

TEST(Catalogue, TakesWhatJustFitsThirtyDays) {
  Data data;
  data.goal_templates[0].steps.assign(9, {"Do.", 28});  // 252 minutes; 257 would be 30 days
  EXPECT_THAT(Catalogue::Create(data.frameworks, data.goal_templates), IsOk());
}

TEST(GoalTemplate, IsStaleFromTheDayAfterItsReviewDay) {
  GoalTemplate one;
  one.review_by = absl::CivilDay(2027, 2, 22);
  EXPECT_FALSE(one.IsStale(absl::CivilDay(2027, 2, 22)));
  EXPECT_TRUE(one.IsStale(absl::CivilDay(2027, 2, 23)));
}

}  // namespace
}  // namespace dap::goals
