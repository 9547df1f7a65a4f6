#include "services/goals/domain/assessment.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/status/matchers.h"

namespace dap::goals {
namespace {

using status::HasReason;
using status::IsOk;
using status::NamesField;
using status::StatusIs;

const Framework kFramework{
    "f-1",
    "F",
    "here",
    {{"a", "A", {{"one", "One."}, {"two", "Two."}}}, {"b", "B", {{"three", "Three."}}}}};

std::vector<TaskAnswer> Answers(const std::vector<std::string>& tasks) {
  std::vector<TaskAnswer> answers;
  for (const std::string& task : tasks) answers.push_back({task, true, 3, false});
  return answers;
}

TEST(CheckAnswers, TakesOneForEachTaskInAnyOrder) {
  EXPECT_THAT(CheckAnswers(kFramework, Answers({"three", "one", "two"})), IsOk());
}

TEST(CheckAnswers, NamesWhatIsUnknownTwiceOrMissing) {
  const struct {
    std::vector<std::string> tasks;
    const char* reason;
    const char* field;
  } cases[] = {
      {{"one", "two", "three", "four"}, "TASK_UNKNOWN", "assessment.answers[3].task"},
      {{"one", "two", "three", "two"}, "TASK_TWICE", "assessment.answers[3].task"},
      {{"one", "three"}, "TASK_MISSING", "assessment.answers"},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckAnswers(kFramework, Answers(c.tasks));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(status, HasReason(c.reason));
    EXPECT_THAT(status, NamesField(c.field));
  }
}

TEST(CheckAnswers, NamesAllFaultsAtOnce) {
  const absl::Status status = CheckAnswers(kFramework, Answers({"one", "one", "four"}));
  EXPECT_EQ(status::Violations(status).size(), 4u) << status;  // twice, unknown, two missing
}

TEST(CheckSequence, IsBaselineThenCheckpointsAndOneFinalWithTheSameFramework) {
  using K = AssessmentKind;
  const TakenAssessment baseline{K::kBaseline, "f-1"};
  const TakenAssessment checkpoint{K::kCheckpoint, "f-1"};
  const TakenAssessment final{K::kFinal, "f-1"};
  const struct {
    K kind;
    const char* framework;
    std::vector<TakenAssessment> taken;
    const char* reason;
  } cases[] = {
      {K::kBaseline, "f-1", {}, ""},
      {K::kBaseline, "f-1", {baseline}, "ASSESSMENT_EXISTS"},
      {K::kBaseline, "f-2", {baseline}, "ASSESSMENT_EXISTS"},
      {K::kCheckpoint, "f-1", {}, "BASELINE_MISSING"},
      {K::kFinal, "f-1", {}, "BASELINE_MISSING"},
      {K::kCheckpoint, "f-1", {baseline}, ""},
      {K::kCheckpoint, "f-1", {baseline, checkpoint}, ""},
      {K::kCheckpoint, "f-2", {baseline}, "FRAMEWORK_DIFFERS"},
      {K::kFinal, "f-1", {baseline}, ""},
      {K::kFinal, "f-2", {baseline, checkpoint}, "FRAMEWORK_DIFFERS"},
      {K::kFinal, "f-1", {checkpoint, baseline, final}, "ASSESSMENT_EXISTS"},
      {K::kCheckpoint, "f-1", {baseline, final}, ""},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckSequence(c.kind, c.framework, c.taken);
    if (*c.reason == '\0') {
      EXPECT_THAT(status, IsOk());
    } else {
      EXPECT_THAT(status, HasReason(c.reason)) << static_cast<int>(c.kind) << c.taken.size();
    }
  }
}

// `can` of them can be done; confidence is the list.
std::vector<TaskAnswer> Rated(int can, const std::vector<int>& confidence) {
  std::vector<TaskAnswer> answers;
  for (size_t i = 0; i < confidence.size(); ++i) {
    answers.push_back({absl::StrCat("t", i), static_cast<int>(i) < can, confidence[i], false});
  }
  return answers;
}

TEST(StandingOf, LooksAtNineInTenAndTheMedian) {
  const struct {
    int can;
    std::vector<int> confidence;
    bool experienced;
    bool needs_encouragement;
  } cases[] = {
      {9, {4, 4, 4, 4, 4, 4, 4, 4, 4, 1}, true, false},
      {8, {5, 5, 5, 5, 5, 5, 5, 5, 5, 5}, false, false},   // 8 in 10
      {10, {4, 4, 4, 4, 4, 3, 3, 3, 3, 3}, false, false},  // median 3.5
      {10, {5, 5, 5, 5, 4, 4, 3, 3, 3, 3}, true, false},   // median 4
      {10, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, false, false},  // median 3 is not under 3
      {10, {3, 3, 3, 3, 3, 2, 2, 2, 2, 2}, false, true},   // median 2.5
      {9, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, false, true},
      {8, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, false, false},  // not skilled
      {1, {4}, true, false},
      {2, {5, 4, 3}, false, false},  // 2 in 3
      {3, {5, 4, 1}, true, false},   // the middle of an odd number
  };
  for (const auto& c : cases) {
    const Standing standing = StandingOf(Rated(c.can, c.confidence), Settings());
    EXPECT_EQ(standing.experienced, c.experienced) << c.can << " of " << c.confidence.size();
    EXPECT_EQ(standing.needs_encouragement, c.needs_encouragement) << c.can;
  }
}

TEST(StandingOf, FollowsTheOrganisationsSettings) {
  Settings settings;
  settings.skilled_percent = 80;
  settings.sure_median = 3;
  EXPECT_TRUE(StandingOf(Rated(8, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3}), settings).experienced);
}

}  // namespace
}  // namespace dap::goals
