// Random histories of everything that a figure follows from (logging, correcting, deleting, pauses,
// leave, closed days, sweeps) in zones and over days in which clocks change: what the service says,
// as of now and as of any past day, equals a plain recomputation from what happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "services/activity/testing/activity_test_base.h"

namespace dap::activity {
namespace {

using status::IsOk;

struct Place {
  const char* zone;
  // Clocks change within the hundred days that follow.
  absl::CivilDay begin;
};

// What was logged and is still there.
struct Kept {
  std::string name;
  v1::Setting setting;
  int minutes;
  absl::Time done;
  absl::Time told;
};
struct Pause {
  absl::Time from;
  absl::Time to = absl::InfiniteFuture();
};

class RandomHistoryTest : public ActivityTest, public testing::WithParamInterface<Place> {
 protected:
  void SetUp() override {
    ActivityTest::SetUp();
    begin_ = Morning(GetParam().begin);
    clock_.Set(begin_);
    Change(enrolment::v1::ENROLMENT_STATE_ACTIVE);
  }

  // ---- what happens

  absl::Time Morning(absl::CivilDay day) {
    return absl::FromCivil(absl::CivilSecond(day) + 8 * 3600, zone_);
  }
  void Change(enrolment::v1::EnrolmentState state) {
    roster::Entry entry = Entry(person_, state);
    entry.time_zone = GetParam().zone;
    entry.activate_time = begin_;
    Enrol(entry);
  }
  v1::Activity RandomActivity(absl::Time latest) {
    v1::Activity activity = LogRequest().activity();
    activity.set_setting(Chance(0.5) ? v1::SETTING_OFF_PLATFORM : v1::SETTING_ON_PLATFORM);
    activity.set_minutes(absl::Uniform(random_, 1, 120));
    const absl::Time earliest = std::max(begin_, latest - absl::Hours(24 * 59));
    const double back = Chance(0.7) ? 0.05 : 1;
    *activity.mutable_activity_time() =
        ToProto(latest - (latest - earliest) * absl::Uniform(random_, 0.0, back));
    return activity;
  }
  static Kept KeptOf(const v1::Activity& activity) {
    return {activity.name(), activity.setting(), activity.minutes(),
            FromProto(activity.activity_time()), FromProto(activity.create_time())};
  }
  void LogOne() {
    v1::LogActivityRequest request = LogRequest();
    request.set_parent(Name(person_));
    *request.mutable_activity() = RandomActivity(clock_.Now());
    const auto logged = Call<v1::LogActivityResponse>("LogActivity", request, Person());
    ASSERT_THAT(logged, IsOk());
    kept_.push_back(KeptOf(logged->activity()));
  }
  void CorrectOne(Kept& kept) {
    v1::CorrectActivityRequest request = CorrectRequest(kept.name);
    *request.mutable_activity() = RandomActivity(kept.told);
    const auto corrected = Call<v1::CorrectActivityResponse>("CorrectActivity", request, Person());
    ASSERT_THAT(corrected, IsOk());
    kept = KeptOf(corrected->activity());
  }
  void DeleteOne(size_t place) {
    ASSERT_THAT(Call<v1::DeleteActivityResponse>("DeleteActivity", DeleteRequest(kept_[place].name),
                                                 Person()),
                IsOk());
    kept_.erase(kept_.begin() + static_cast<int64_t>(place));
  }
  void PauseOrResume() {
    if (paused()) {
      pauses_.back().to = clock_.Now();
      Change(enrolment::v1::ENROLMENT_STATE_ACTIVE);
    } else {
      pauses_.push_back({clock_.Now()});
      Change(enrolment::v1::ENROLMENT_STATE_PAUSED);
    }
  }
  // Leave, or closed days of the organisation, past or to come.
  void TakeDaysOff() {
    const bool leave = Chance(0.5);
    std::vector<days_off::Period>& periods = leave ? leave_ : closed_;
    const absl::CivilDay first = Today() + absl::Uniform(random_, -10, 10);
    periods.push_back({first, first + absl::Uniform(random_, 0, 6)});
    days_off::Days days;
    days.organisation = organisation_;
    days.scope = leave ? days_off::Scope::kEnrolment : days_off::Scope::kOrganisation;
    days.subject = leave ? person_.enrolment : organisation_;
    if (leave) days.staff_member = person_.staff;
    days.periods = days_off::Merge(periods);
    days.version = ++days_version_;
    events::v1::Event event;
    *event.mutable_days_off_changed() = days_off::ToProto(days);
    Hear(EnrolmentHandler(*context_), std::move(event));
  }
  void Step() {
    const double chance = absl::Uniform(random_, 0.0, 1.0);
    if (chance < 0.04) return PauseOrResume();
    if (chance < 0.08) return TakeDaysOff();
    if (kept_.empty() || chance < 0.6) return LogOne();
    const size_t place = absl::Uniform(random_, size_t{0}, kept_.size());
    chance < 0.8 ? CorrectOne(kept_[place]) : DeleteOne(place);
  }

  // ---- the plain recomputation

  std::string Stamp(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, zone_); }
  static std::string Stamp(absl::CivilDay day) { return absl::FormatCivilTime(day); }
  absl::CivilDay Today() { return absl::ToCivilDay(clock_.Now(), zone_); }
  bool paused() const { return !pauses_.empty() && pauses_.back().to == absl::InfiniteFuture(); }
  static bool Within(const std::vector<days_off::Period>& periods, absl::CivilDay day) {
    return std::any_of(periods.begin(), periods.end(), [day](const days_off::Period& period) {
      return period.first <= day && day <= period.last;
    });
  }
  bool Free(absl::CivilDay day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) return false;
    if (Within(leave_, day) || Within(closed_, day)) return false;
    return std::none_of(pauses_.begin(), pauses_.end(), [&](const Pause& pause) {
      return Stamp(pause.from) <= Stamp(day) &&
             (pause.to == absl::InfiniteFuture() ||
              Stamp(pause.to - absl::Microseconds(1)) >= Stamp(day));
    });
  }
  int SilentDays(absl::CivilDay day) {
    std::string since = Stamp(begin_);
    for (const Kept& kept : kept_) {
      if (Stamp(kept.told) <= Stamp(day)) since = std::max(since, Stamp(kept.told));
    }
    for (const Pause& pause : pauses_) {
      if (pause.to != absl::InfiniteFuture() && Stamp(pause.to) <= Stamp(day)) {
        since = std::max(since, Stamp(pause.to));
      }
    }
    int silent = 0;
    for (absl::CivilDay each = GetParam().begin; each <= day; ++each) {
      if (Stamp(each) > since && Free(each)) ++silent;
    }
    return silent;
  }
  bool StoodStill(absl::CivilDay day) {
    return std::any_of(pauses_.begin(), pauses_.end(), [&](const Pause& pause) {
      return Stamp(pause.from) <= Stamp(day) &&
             (pause.to == absl::InfiniteFuture() || Stamp(pause.to) > Stamp(day));
    });
  }

  struct PlainWeek {
    bool counted;
    int contributions = 0, on = 0, off = 0, most = 0;
  };
  PlainWeek WeekOf(absl::CivilDay monday, absl::CivilDay day) {
    PlainWeek week;
    int free = 0;
    for (int i = 0; i < 7; ++i) {
      if (monday + i >= GetParam().begin && Free(monday + i)) ++free;
      int of_day = 0;
      for (const Kept& kept : kept_) {
        if (monday + i > day || Stamp(kept.done) != Stamp(monday + i)) continue;
        ++week.contributions;
        of_day += kept.minutes;
        (kept.setting == v1::SETTING_ON_PLATFORM ? week.on : week.off) += kept.minutes;
      }
      week.most = std::max(week.most, of_day);
    }
    week.counted = free >= 3;
    return week;
  }
  // Oldest first, the last is that of the day.
  std::vector<PlainWeek> Weeks(absl::CivilDay day) {
    absl::CivilDay monday = day;
    while (absl::GetWeekday(monday) != absl::Weekday::monday) --monday;
    std::vector<PlainWeek> weeks;
    for (int ago = 11; ago >= 0; --ago) weeks.push_back(WeekOf(monday - 7 * ago, day));
    return weeks;
  }
  // Active and minutes of the newest counted weeks, at most so many.
  struct Sums {
    int weeks = 0, active = 0, minutes = 0;
  };
  static Sums Newest(const std::vector<PlainWeek>& weeks, bool with_last, int most) {
    Sums sums;
    for (int i = 11; i >= 0 && sums.weeks < most; --i) {
      if (!weeks[i].counted) continue;
      if (i == 11 && (!with_last || weeks[i].contributions == 0)) continue;
      ++sums.weeks;
      sums.active += weeks[i].contributions > 0;
      sums.minutes += weeks[i].on + weeks[i].off;
    }
    return sums;
  }
  v1::Momentum MomentumOf(absl::CivilDay day, v1::SilenceRung rung) {
    if (StoodStill(day)) return v1::MOMENTUM_PAUSED;
    if (rung == v1::SILENCE_RUNG_COACH) return v1::MOMENTUM_RESTING;
    if (SilentDays(day) >= 10) return v1::MOMENTUM_QUIET;
    const std::vector<PlainWeek> weeks = Weeks(day);
    for (bool with_last : {false, true}) {
      const Sums sums = Newest(weeks, with_last, 3);
      if (sums.active == 3 && sums.minutes >= 180) return v1::MOMENTUM_THRIVING;
    }
    const Sums sums = Newest(weeks, true, 4);
    return sums.weeks - sums.active > 2 ? v1::MOMENTUM_SLOWING : v1::MOMENTUM_STEADY;
  }

  // ---- and the comparison

  v1::Progress Mine(absl::CivilDay day) {
    v1::GetMyProgressRequest request;
    request.set_parent(OrganisationName());
    if (day != Today()) *request.mutable_day() = ToProto(day);
    const auto mine = Call<v1::GetMyProgressResponse>("GetMyProgress", request, Person());
    EXPECT_THAT(mine, IsOk());
    return mine.ok() && mine->progress_size() == 1 ? mine->progress(0) : v1::Progress();
  }
  void CompareWeeks(const v1::Progress& progress, absl::CivilDay day) {
    const std::vector<PlainWeek> weeks = Weeks(day);
    ASSERT_EQ(progress.weeks_size(), 12);
    for (int i = 0; i < 12; ++i) {
      const v1::Week& week = progress.weeks(i);
      EXPECT_EQ(week.on_platform_minutes(), weeks[i].on);
      EXPECT_EQ(week.off_platform_minutes(), weeks[i].off);
      EXPECT_EQ(week.contributions(), weeks[i].contributions);
      EXPECT_EQ(week.active(), weeks[i].contributions > 0);
      EXPECT_EQ(week.counted(), weeks[i].counted) << "week " << i;
      EXPECT_EQ(week.not_counted_reason() == v1::NOT_COUNTED_REASON_UNSPECIFIED, week.counted());
      EXPECT_EQ(week.in_one_go(), 10 * weeks[i].most > 7 * (weeks[i].on + weeks[i].off));
    }
    const Sums sums = Newest(weeks, true, 4);
    EXPECT_EQ(progress.facts().weeks_active(), sums.active);
    EXPECT_EQ(progress.facts().weeks_counted(), sums.weeks);
  }
  void CompareBalance(const v1::Balance& balance, absl::CivilDay day) {
    int on = 0, off = 0, count = 0;
    for (const Kept& kept : kept_) {
      for (int ago = 0; ago < 28; ++ago) {
        if (Stamp(kept.done) != Stamp(day - ago)) continue;
        (kept.setting == v1::SETTING_ON_PLATFORM ? on : off) += kept.minutes;
        ++count;
      }
    }
    EXPECT_EQ(balance.on_platform_minutes(), on);
    EXPECT_EQ(balance.off_platform_minutes(), off);
    EXPECT_EQ(balance.activities(), count);
    EXPECT_EQ(balance.defined(), count >= 4);
    if (balance.defined()) {
      EXPECT_DOUBLE_EQ(balance.share(), static_cast<double>(off) / (on + off));
    }
  }
  void Compare(absl::CivilDay day) {
    const v1::Progress progress = Mine(day);
    CompareWeeks(progress, day);
    CompareBalance(progress.balance(), day);
    const int silent = SilentDays(day);
    EXPECT_EQ(progress.facts().working_days_silent(), silent);
    EXPECT_EQ(progress.facts().standing_still(), StoodStill(day));
    std::string last;
    for (const Kept& kept : kept_) {
      if (Stamp(kept.told) <= Stamp(day)) last = std::max(last, Stamp(kept.told));
    }
    EXPECT_EQ(progress.facts().has_last_contribution_date()
                  ? Stamp(*FromProto(progress.facts().last_contribution_date(), "day"))
                  : "",
              last);
    EXPECT_EQ(progress.momentum(), MomentumOf(day, progress.facts().rung()));
    if (day == Today()) return;
    const int rung = (silent >= 10) + (silent >= 15) + (silent >= 20);
    EXPECT_EQ(progress.facts().rung(), rung);
  }
  // What the sweep counts from.
  void CompareSweep() {
    const db::Rows row = Query(
        "SELECT silent_since, rung FROM participation WHERE organisation = ? AND enrolment = ?",
        {person_.enrolment});
    const absl::CivilDay since = absl::ToCivilDay(row[0].Time(0), zone_);
    int silent = 0;
    for (absl::CivilDay day = since + 1; day <= Today(); ++day) silent += Free(day);
    EXPECT_EQ(silent, SilentDays(Today()));
    EXPECT_TRUE(row[0].Int(1) == 0 || silent >= 10) << "a spell without silence";
  }

  bool Chance(double chance) { return absl::Bernoulli(random_, chance); }
  auth::Principal Person() { return As(person_.staff, {options::v1::ROLE_PARTICIPANT}); }

  const absl::TimeZone zone_ = *time::ZoneOf(GetParam().zone);
  const dap::activity::Person person_ = {ids_.Next(), ids_.Next()};
  absl::Time begin_;
  std::vector<Kept> kept_;
  std::vector<Pause> pauses_;
  std::vector<days_off::Period> leave_, closed_;
  int64_t days_version_ = 0;
  absl::BitGen random_;
};

TEST_P(RandomHistoryTest, EveryFigureEqualsAPlainRecomputation) {
  for (int step = 0; step < 70; ++step) {
    // Now and then long enough for the ladder.
    const int hours =
        Chance(0.06) ? absl::Uniform(random_, 200, 700) : absl::Uniform(random_, 0, 40);
    clock_.Advance(absl::Hours(hours) + absl::Minutes(absl::Uniform(random_, 0, 60)));
    if (Chance(0.5)) Sweep();
    Step();
    if (step % 3 != 0) continue;
    Sweep();
    Compare(Today());
    CompareSweep();
    const int days = static_cast<int>(Today() - GetParam().begin);
    if (days > 0) Compare(Today() - absl::Uniform(absl::IntervalClosed, random_, 1, days));
    ASSERT_FALSE(HasFailure()) << "after step " << step << " on " << Today();
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, RandomHistoryTest,
                         testing::Values(Place{"Europe/London", absl::CivilDay(2027, 2, 22)},
                                         Place{"America/New_York", absl::CivilDay(2027, 9, 27)},
                                         Place{"Australia/Lord_Howe", absl::CivilDay(2027, 2, 22)},
                                         Place{"Pacific/Auckland", absl::CivilDay(2027, 8, 30)},
                                         Place{"UTC", absl::CivilDay(2027, 1, 4)}),
                         [](const auto& place) { return absl::StrCat("Place", place.index); });

}  // namespace
}  // namespace dap::activity
