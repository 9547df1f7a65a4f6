#include "services/gateway/rate_limit.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::gateway {
namespace {

using status::HasReason;
using status::IsOk;

class RateLimiterTest : public testing::Test {
 protected:
  time::ManualClock clock_{absl::FromUnixSeconds(1800000000)};
  RateLimiter limiter_{RateLimit{.per_second = 10, .burst = 5}, clock_};
};

TEST_F(RateLimiterTest, ABurstPassesAndTheNextCallHearsWhenToComeBack) {
  for (int i = 0; i < 5; ++i) EXPECT_THAT(limiter_.Admit("ann"), IsOk());
  const absl::Status refused = limiter_.Admit("ann");
  EXPECT_THAT(refused, HasReason("RATE_LIMITED"));
  clock_.Advance(status::RetryAfter(refused));
  EXPECT_THAT(limiter_.Admit("ann"), IsOk());
  EXPECT_THAT(limiter_.Admit("ann"), HasReason("RATE_LIMITED"));
}

TEST_F(RateLimiterTest, OneCallersHasteIsNotAnothersWait) {
  for (int i = 0; i < 6; ++i) (void)limiter_.Admit("ann");
  EXPECT_THAT(limiter_.Admit("bob"), IsOk());
}

TEST_F(RateLimiterTest, AClockThatGoesBackGivesNothingAway) {
  for (int i = 0; i < 5; ++i) (void)limiter_.Admit("ann");
  clock_.Advance(-absl::Hours(1));
  EXPECT_THAT(limiter_.Admit("ann"), HasReason("RATE_LIMITED"));
}

TEST_F(RateLimiterTest, CallersAtRestAreForgotten) {
  for (int i = 0; i < 50000; ++i) (void)limiter_.Admit(absl::StrCat("early ", i));
  clock_.Advance(absl::Seconds(1));
  for (int i = 0; i < 50000; ++i) (void)limiter_.Admit(absl::StrCat("late ", i));
  EXPECT_LT(limiter_.size(), 80000u);
}

}  // namespace
}  // namespace dap::gateway
