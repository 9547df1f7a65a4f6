// Random histories of logging, correcting and deleting: what the service says equals a plain
// recomputation from what is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "absl/random/random.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::IsOk;

// An activity as the test remembers it.
struct Kept {
  std::string name;
  bool off_platform = false;
  int minutes = 0;
  absl::Time done;
  absl::Time told;
};

class RandomChangesTest : public ActivityTest {
 protected:
  v1::Activity RandomActivity(absl::Time latest) {
    v1::Activity activity = LogRequest().activity();
    activity.set_setting(absl::Bernoulli(random_, 0.5) ? v1::SETTING_OFF_PLATFORM
                                                       : v1::SETTING_ON_PLATFORM);
    activity.set_minutes(absl::Uniform(random_, 1, 200));
    const absl::Time earliest = std::max(start_, latest - absl::Hours(24 * 20));
    const int64_t hours = absl::Uniform<int64_t>(absl::IntervalClosed, random_, 0,
                                                 (latest - earliest) / absl::Hours(1));
    *activity.mutable_activity_time() = ToProto(latest - absl::Hours(hours));
    return activity;
  }
  static void Fill(const v1::Activity& activity, Kept& kept) {
    kept.name = activity.name();
    kept.off_platform = activity.setting() == v1::SETTING_OFF_PLATFORM;
    kept.minutes = activity.minutes();
    kept.done = FromProto(activity.activity_time());
    kept.told = FromProto(activity.create_time());
  }
  void LogOne() {
    v1::LogActivityRequest request = LogRequest();
    *request.mutable_activity() = RandomActivity(clock_.Now());
    const auto logged = Log(request);
    ASSERT_THAT(logged, IsOk());
    Fill(logged->activity(), kept_.emplace_back());
  }
  void CorrectOne(Kept& kept) {
    v1::CorrectActivityRequest request = CorrectRequest(kept.name);
    *request.mutable_activity() = RandomActivity(kept.told);
    const auto corrected = Call<v1::CorrectActivityResponse>("CorrectActivity", request, Me());
    ASSERT_THAT(corrected, IsOk());
    Fill(corrected->activity(), kept);
  }
  void DeleteOne(size_t place) {
    ASSERT_THAT(
        Call<v1::DeleteActivityResponse>("DeleteActivity", DeleteRequest(kept_[place].name), Me()),
        IsOk());
    kept_.erase(kept_.begin() + static_cast<int64_t>(place));
  }

  static std::string Stamp(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, kLondon); }
  static std::string Stamp(absl::CivilDay day) { return absl::FormatCivilTime(day); }

  void CompareWeeks(const v1::Progress& progress) {
    for (const v1::Week& week : progress.weeks()) {
      const absl::CivilDay monday = *FromProto(week.monday(), "monday");
      int on = 0, off = 0, count = 0;
      for (const Kept& kept : kept_) {
        for (int i = 0; i < 7; ++i) {
          if (Stamp(kept.done) != Stamp(monday + i)) continue;
          (kept.off_platform ? off : on) += kept.minutes;
          ++count;
        }
      }
      EXPECT_EQ(week.on_platform_minutes(), on) << monday;
      EXPECT_EQ(week.off_platform_minutes(), off) << monday;
      EXPECT_EQ(week.contributions(), count) << monday;
    }
  }
  void CompareBalance(const v1::Balance& balance, absl::CivilDay today) {
    int on = 0, off = 0;
    for (const Kept& kept : kept_) {
      for (int ago = 0; ago < 28; ++ago) {
        if (Stamp(kept.done) == Stamp(today - ago)) (kept.off_platform ? off : on) += kept.minutes;
      }
    }
    EXPECT_EQ(balance.on_platform_minutes(), on);
    EXPECT_EQ(balance.off_platform_minutes(), off);
  }
  // Of the figures and of the sweep, which keeps its own.
  void CompareSilence(const v1::Progress& progress, absl::CivilDay today) {
    absl::CivilDay since = time::DayOf(start_, kLondon);
    for (const Kept& kept : kept_) since = std::max(since, time::DayOf(kept.told, kLondon));
    int silent = 0;
    for (absl::CivilDay day = since + 1; day <= today; ++day) {
      const absl::Weekday weekday = absl::GetWeekday(day);
      if (weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday) ++silent;
    }
    EXPECT_EQ(progress.facts().working_days_silent(), silent);
    EXPECT_EQ(progress.facts().has_last_contribution_date(), !kept_.empty());
    const absl::Time held =
        Query("SELECT silent_since FROM participation WHERE organisation = ?")[0].Time(0);
    EXPECT_EQ(time::DayOf(held, kLondon), since);
  }

  std::vector<Kept> kept_;
  absl::BitGen random_;
};

TEST_F(RandomChangesTest, WhatTheServiceSaysEqualsAPlainRecomputation) {
  for (int step = 0; step < 120; ++step) {
    if (absl::Bernoulli(random_, 0.4)) {
      clock_.Advance(absl::Hours(absl::Uniform(random_, 1, 40)));
    }
    const double chance = absl::Uniform(random_, 0.0, 1.0);
    if (kept_.empty() || chance < 0.45) {
      LogOne();
    } else {
      // The newest oftener than chance has it: that is where silence counts from.
      const size_t place = absl::Bernoulli(random_, 0.4)
                               ? kept_.size() - 1
                               : absl::Uniform(random_, size_t{0}, kept_.size());
      chance < 0.7 ? CorrectOne(kept_[place]) : DeleteOne(place);
    }
    if (step % 4 != 0) continue;
    const absl::CivilDay today = time::DayOf(clock_.Now(), kLondon);
    const v1::Progress progress = Progress();
    CompareWeeks(progress);
    CompareBalance(progress.balance(), today);
    CompareSilence(progress, today);
    ASSERT_FALSE(HasFailure()) << "after step " << step << ", " << kept_.size() << " left";
  }
}

}  // namespace
}  // namespace dap::activity
