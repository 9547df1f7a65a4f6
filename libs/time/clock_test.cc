#include "libs/time/clock.h"

#include <gtest/gtest.h>

#include <fstream>

namespace dap::time {
namespace {

TEST(SystemClock, GivesWholeMicroseconds) {
  absl::Time now = SystemClock().Now();
  EXPECT_EQ(absl::FromUnixMicros(absl::ToUnixMicros(now)), now);
}

TEST(ShiftedClock, AddsTheSecondsOfItsFile) {
  const std::string file = testing::TempDir() + "/shifted_clock_test";
  std::ofstream(file) << 864000;
  EXPECT_GE(ShiftedClock(file).Now() - SystemClock().Now(), absl::Hours(240) - absl::Seconds(1));
}

TEST(ShiftedClock, WithoutAFileIsTheMachinesClock) {
  absl::Time before = SystemClock().Now();
  absl::Time shifted = ShiftedClock("/nonexistent/clock").Now();
  EXPECT_GE(shifted, before);
  EXPECT_LE(shifted, SystemClock().Now());
}

}  // namespace
}  // namespace dap::time
