// Random histories: what the domain works out equals a plain recomputation that goes hour by hour
// and shares no code with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "libs/time/calendar.h"
#include "services/activity/domain/balance.h"
#include "services/activity/domain/silence.h"
#include "services/activity/domain/weeks.h"

namespace dap::activity {
namespace {

struct History {
  absl::TimeZone zone;
  absl::CivilDay start;
  absl::CivilDay as_of;
  std::vector<Contribution> contributions;
  std::vector<Standstill> still;
  std::vector<absl::CivilDay> holidays;
};

constexpr const char* kZones[] = {"Europe/London", "America/New_York",  "Australia/Lord_Howe",
                                  "UTC",           "America/Sao_Paulo", "Pacific/Apia"};

History Random(absl::BitGen& random) {
  History history;
  history.zone = *time::ZoneOf(kZones[absl::Uniform(random, 0, 6)]);
  // Around the changes of both hemispheres.
  history.as_of = absl::CivilDay(2026, absl::Uniform(random, 0, 2) == 0 ? 4 : 11, 1) +
                  absl::Uniform(random, -20, 30);
  history.start = history.as_of - absl::Uniform(random, 0, 110);
  const absl::Time base = absl::FromCivil(absl::CivilSecond(history.as_of - 100), history.zone);
  const auto moment = [&] {
    return base + absl::Minutes(absl::Uniform(random, 0, 103 * 24 * 60 / 15) * 15);
  };
  for (int i = absl::Uniform(random, 0, 60); i > 0; --i) {
    const Setting setting = static_cast<Setting>(absl::Uniform(random, 0, 4));
    const int minutes = setting == Setting::kUnspecified ? 0 : absl::Uniform(random, 1, 200);
    history.contributions.push_back({moment(), setting, minutes});
  }
  for (int i = absl::Uniform(random, 0, 4); i > 0; --i) {
    const absl::Time from = moment();
    history.still.push_back({from, from + absl::Hours(absl::Uniform(random, 1, 300))});
  }
  for (int i = absl::Uniform(random, 0, 6); i > 0; --i) {
    history.holidays.push_back(history.as_of - absl::Uniform(random, 0, 90));
  }
  return history;
}

// "2026-11-24" of a moment, by the formatter instead of the civil-time arithmetic.
std::string Stamp(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d", time, zone);
}
std::string Stamp(absl::CivilDay day) { return absl::FormatCivilTime(day); }

// Days on which it stood still, found by stepping through each standstill.
std::map<std::string, bool> StillDays(const History& history) {
  std::map<std::string, bool> days;
  for (const Standstill& still : history.still) {
    for (absl::Time at = still.start; at < still.end; at += absl::Minutes(15)) {
      days[Stamp(at, history.zone)] = true;
    }
  }
  return days;
}

bool NaiveFree(const History& history, std::map<std::string, bool>& still, absl::CivilDay day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) return false;
  for (absl::CivilDay holiday : history.holidays) {
    if (holiday == day) return false;
  }
  return !still[Stamp(day)];
}

class Histories : public testing::Test {
 protected:
  WorkingDays Days(const History& history) {
    return WorkingDays(
        history.zone,
        [holidays = history.holidays](absl::CivilDay day) {
          return std::find(holidays.begin(), holidays.end(), day) != holidays.end();
        },
        history.still);
  }
  absl::BitGen random_;
};

TEST_F(Histories, WeeksEqualAPlainRecomputation) {
  for (int round = 0; round < 300; ++round) {
    const History history = Random(random_);
    std::map<std::string, bool> still = StillDays(history);
    for (const Week& week :
         WeeksOf(history.contributions, history.start, history.as_of, Days(history), Settings())) {
      ASSERT_EQ(absl::GetWeekday(week.monday), absl::Weekday::monday);
      int on = 0, off = 0, gathering = 0, contributions = 0, most = 0, free = 0;
      for (int i = 0; i < 7; ++i) {
        int of_day = 0;
        for (const Contribution& c : history.contributions) {
          if (Stamp(c.time, history.zone) != Stamp(week.monday + i)) continue;
          if (week.monday + i > history.as_of) continue;
          ++contributions;
          if (c.setting == Setting::kOnPlatform) on += c.minutes, of_day += c.minutes;
          if (c.setting == Setting::kOffPlatform) off += c.minutes, of_day += c.minutes;
          if (c.setting == Setting::kGathering) gathering += c.minutes;
        }
        most = std::max(most, of_day);
        if (week.monday + i >= history.start && NaiveFree(history, still, week.monday + i)) ++free;
      }
      EXPECT_EQ(week.on_minutes, on);
      EXPECT_EQ(week.off_minutes, off);
      EXPECT_EQ(week.gathering_minutes, gathering);
      EXPECT_EQ(week.contributions, contributions);
      EXPECT_EQ(week.in_one_go, 10 * most > 7 * (on + off)) << most << " of " << on + off;
      EXPECT_EQ(week.counted, free >= 3) << Stamp(week.monday);
    }
    if (HasFailure()) FAIL() << "in round " << round << ", zone " << history.zone.name();
  }
}

TEST_F(Histories, BalanceAndSilenceEqualAPlainRecomputation) {
  for (int round = 0; round < 300; ++round) {
    const History history = Random(random_);
    std::map<std::string, bool> still = StillDays(history);
    int on = 0, off = 0, count = 0;
    for (const Contribution& c : history.contributions) {
      for (int ago = 0; ago < 28; ++ago) {
        if (Stamp(c.time, history.zone) != Stamp(history.as_of - ago)) continue;
        if (c.setting == Setting::kOnPlatform) on += c.minutes, ++count;
        if (c.setting == Setting::kOffPlatform) off += c.minutes, ++count;
      }
    }
    const Balance balance =
        BalanceOf(history.contributions, history.as_of, history.zone, {}, Settings());
    EXPECT_EQ(balance.on_minutes, on);
    EXPECT_EQ(balance.off_minutes, off);
    EXPECT_EQ(balance.share.has_value(), count >= 4);
    if (balance.share) {
      EXPECT_DOUBLE_EQ(*balance.share, static_cast<double>(off) / (on + off));
    }

    int silent = 0;
    for (absl::CivilDay day = history.start + 1; day <= history.as_of; ++day) {
      silent += NaiveFree(history, still, day) ? 1 : 0;
    }
    EXPECT_EQ(SilentDays(history.start, history.as_of, Days(history)), silent);
    if (HasFailure()) FAIL() << "in round " << round << ", zone " << history.zone.name();
  }
}

}  // namespace
}  // namespace dap::activity
