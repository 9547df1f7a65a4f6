#include "services/notification/domain/attention_budget.h"

#include <gtest/gtest.h>

#include <vector>

namespace dap::notification {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795514400);

TEST(AttentionBudgetTest, FreesWhenEveryStretchHasRoom) {
  const struct {
    const char* what;
    std::vector<double> hours_ago;  // newest first
    double frees_in_hours;
  } cases[] = {
      {"nothing sent", {}, 0},
      {"one just now", {0}, 24},
      {"one within 24 hours", {23.5}, 0.5},
      {"one 24 hours ago", {24}, 0},
      {"two in a week", {30, 60}, 24 * 7 - 60},
      {"two, the older one a week ago", {30, 24 * 7}, 0},
      {"one today and one this week", {2, 40}, 24 * 7 - 40},
      {"three in 30 days", {24 * 8, 24 * 16, 24 * 24}, 0},
      {"four in 30 days", {24 * 8, 24 * 16, 24 * 24, 24 * 29}, 24},
      {"four, the oldest 30 days ago", {24 * 8, 24 * 16, 24 * 24, 24 * 30}, 0},
      {"the fourth counts, not the fifth", {24 * 8, 24 * 9, 24 * 17, 24 * 25, 24 * 28}, 24 * 5},
      {"the longest wait wins", {1, 24 * 6, 24 * 20, 24 * 27}, 24 * 3},
  };
  for (const auto& c : cases) {
    std::vector<absl::Time> sent;
    for (double hours : c.hours_ago) sent.push_back(kNow - hours * absl::Hours(1));
    EXPECT_EQ(BudgetFrees(sent, kNow, Settings()), kNow + c.frees_in_hours * absl::Hours(1))
        << c.what;
  }
}

TEST(AttentionBudgetTest, TakesTheOrganisationsNumbers) {
  Settings settings;
  settings.per_day = 2;
  EXPECT_EQ(BudgetFrees({kNow - absl::Hours(1)}, kNow, settings), kNow);
  settings.per_month = 0;
  EXPECT_EQ(BudgetFrees({}, kNow, settings), absl::InfiniteFuture());
}

}  // namespace
}  // namespace dap::notification
