#include "services/enrolment/domain/reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/random/random.h"
#include "libs/time/calendar.h"

namespace dap::enrolment {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;
using Step = RecruitmentStep;

const privacy::Rules kRules;

class RecruitmentReportTest : public ::testing::Test {
 protected:
  // `count` of a step at a time in London.
  void Happened(Step step, absl::CivilMinute when, int64_t count) {
    counts_.push_back({step, absl::FromCivil(when, london_), count});
  }
  RecruitmentReport On(absl::CivilDay today) {
    return ReportRecruitment(counts_, london_, absl::FromCivil(today, london_) + absl::Hours(12),
                             kRules);
  }
  static std::optional<int64_t> Of(const RecruitmentTally& tally, Step step) {
    return tally[static_cast<int>(step)];
  }

  absl::TimeZone london_ = *time::ZoneOf("Europe/London");
  std::vector<RecruitmentCount> counts_;
};

TEST_F(RecruitmentReportTest, WeeksRunFromMondayInTheZoneAlsoWhenTheClocksChange) {
  // The clocks go back on 25 October 2026, at two in the morning.
  Happened(Step::kApplied, absl::CivilMinute(2026, 10, 19, 0, 0), 6);
  Happened(Step::kApplied, absl::CivilMinute(2026, 10, 25, 23, 45), 7);
  Happened(Step::kApplied, absl::CivilMinute(2026, 10, 26, 0, 0), 8);
  const RecruitmentReport report = On(absl::CivilDay(2026, 11, 10));
  ASSERT_THAT(report.weeks, SizeIs(3));
  EXPECT_EQ(report.weeks[0].start, absl::CivilDay(2026, 10, 19));
  EXPECT_THAT(Of(report.weeks[0].counts, Step::kApplied), Optional(13));
  EXPECT_THAT(Of(report.weeks[1].counts, Step::kApplied), Optional(8));
  EXPECT_EQ(report.weeks[2].start, absl::CivilDay(2026, 11, 2));
  EXPECT_EQ(Of(report.weeks[2].counts, Step::kApplied), std::nullopt) << "none is hidden as well";
  EXPECT_THAT(Of(report.total, Step::kApplied), Optional(21));
}

TEST_F(RecruitmentReportTest, AWeekIsToldWhenItIsOver) {
  Happened(Step::kApplied, absl::CivilMinute(2026, 11, 2, 9, 0), 10);
  EXPECT_THAT(On(absl::CivilDay(2026, 11, 8)).weeks, IsEmpty());
  EXPECT_EQ(Of(On(absl::CivilDay(2026, 11, 8)).total, Step::kApplied), std::nullopt);
  EXPECT_THAT(On(absl::CivilDay(2026, 11, 9)).weeks, SizeIs(1));
}

TEST_F(RecruitmentReportTest, ASmallWeekIsHiddenAndDoesNotFollowFromTheTotal) {
  Happened(Step::kApplied, absl::CivilMinute(2026, 10, 5, 9, 0), 9);
  Happened(Step::kApplied, absl::CivilMinute(2026, 10, 12, 9, 0), 3);
  Happened(Step::kApplied, absl::CivilMinute(2026, 10, 19, 9, 0), 12);
  const RecruitmentReport report = On(absl::CivilDay(2026, 10, 27));
  ASSERT_THAT(report.weeks, SizeIs(3));
  EXPECT_THAT(Of(report.weeks[0].counts, Step::kApplied), Optional(9));
  EXPECT_EQ(Of(report.weeks[1].counts, Step::kApplied), std::nullopt);
  EXPECT_EQ(Of(report.weeks[2].counts, Step::kApplied), std::nullopt);
  EXPECT_THAT(Of(report.total, Step::kApplied), Optional(24));
}

TEST_F(RecruitmentReportTest, ThisReportAgainstTheLastOneTellsOfNoFewPeople) {
  absl::BitGen random;
  for (int week = 0; week < 40; ++week) {
    Happened(Step::kApplied, absl::CivilMinute(absl::CivilDay(2026, 1, 5) + 7 * week),
             absl::Uniform(random, 0, 6));
  }
  int64_t last = 0;
  for (int week = 1; week < 45; ++week) {
    const RecruitmentReport report = On(absl::CivilDay(2026, 1, 5) + 7 * week);
    const int64_t total = Of(report.total, Step::kApplied).value_or(0);
    EXPECT_TRUE(total == last || total - last >= kRules.smallest_count)
        << last << " then " << total;
    last = std::max(last, total);
  }
  EXPECT_GT(last, 0);
}

TEST_F(RecruitmentReportTest, TheFewWhoAskedAndDidNotAcceptAreNotTold) {
  Happened(Step::kApplied, absl::CivilMinute(2026, 10, 5, 9, 0), 12);
  Happened(Step::kNominated, absl::CivilMinute(2026, 10, 5, 9, 0), 8);
  Happened(Step::kAccepted, absl::CivilMinute(2026, 10, 5, 9, 0), 18);
  const RecruitmentReport report = On(absl::CivilDay(2026, 10, 27));
  int told = 0;
  for (Step step : {Step::kApplied, Step::kNominated, Step::kAccepted}) {
    told += Of(report.total, step).has_value() ? 1 : 0;
  }
  EXPECT_LT(told, 3) << "else two follow";
}

TEST_F(RecruitmentReportTest, TwoYearsOfFewAreReportedInNoTime) {
  absl::BitGen random;
  for (int week = 0; week < 104; ++week) {
    for (int step = 0; step < kRecruitmentSteps; ++step) {
      Happened(static_cast<Step>(step), absl::CivilMinute(absl::CivilDay(2025, 1, 6) + 7 * week),
               absl::Uniform(random, 0, 12));
    }
  }
  EXPECT_THAT(On(absl::CivilDay(2026, 12, 31)).weeks, SizeIs(103));
}

TEST(ReportsTest, TheFirstDayIsTheSameForAYear) {
  EXPECT_EQ(FirstReportedDay(absl::CivilDay(2026, 1, 1)), absl::CivilDay(2024, 12, 30));
  EXPECT_EQ(FirstReportedDay(absl::CivilDay(2026, 12, 31)), absl::CivilDay(2024, 12, 30));
}

TEST(KickOffReportTest, ASmallCountIsHiddenWithASecondOne) {
  const KickOffReport report =
      ReportKickOffs({{.attended = 14, .caught_up = 2, .absent = 7}}, kRules);
  ASSERT_THAT(report.kick_offs, SizeIs(1));
  const KickOffTally& row = report.kick_offs[0];
  EXPECT_THAT(row.invited, Optional(23));
  EXPECT_THAT(row.attended, Optional(14));
  EXPECT_EQ(row.caught_up, std::nullopt);
  EXPECT_EQ(row.absent, std::nullopt);
  EXPECT_EQ(report.total.invited, row.invited);
  EXPECT_EQ(report.total.absent, std::nullopt);
}

TEST(KickOffReportTest, NoneOfTheRowsFollowsFromTheTotals) {
  const KickOffReport report = ReportKickOffs({{.attended = 20, .caught_up = 8, .absent = 3},
                                               {.attended = 15, .caught_up = 9, .absent = 6},
                                               {.attended = 30, .caught_up = 7, .absent = 11}},
                                              kRules);
  EXPECT_THAT(report.total.invited, Optional(109));
  EXPECT_EQ(report.kick_offs[0].absent, std::nullopt);
  // In its row and in its column at least one other is hidden where the sum is told.
  const auto hidden = [](const std::optional<int64_t>& count) { return count ? 0 : 1; };
  const KickOffTally& first = report.kick_offs[0];
  if (first.invited) {
    EXPECT_GE(hidden(first.attended) + hidden(first.caught_up), 1);
  }
  if (report.total.absent) {
    EXPECT_GE(hidden(report.kick_offs[1].absent) + hidden(report.kick_offs[2].absent), 1);
  }
}

TEST(KickOffReportTest, ThisReportAgainstTheLastOneTellsOfNoFewPeople) {
  absl::BitGen random;
  std::vector<KickOffCount> counts;
  std::array<int64_t, 4> last = {};
  for (int i = 0; i < 40; ++i) {
    counts.insert(counts.begin(),
                  KickOffCount{.start_time = absl::UnixEpoch() + absl::Hours(24 * i),
                               .attended = absl::Uniform(random, 0, 9),
                               .caught_up = absl::Uniform(random, 0, 4),
                               .absent = absl::Uniform(random, 0, 6)});
    const KickOffTally total = ReportKickOffs(counts, kRules).total;
    const std::optional<int64_t> now[] = {total.invited, total.attended, total.caught_up,
                                          total.absent};
    for (int column = 0; column < 4; ++column) {
      const int64_t told = now[column].value_or(last[column]);
      EXPECT_TRUE(told == last[column] || told - last[column] >= kRules.smallest_count)
          << column << ": " << last[column] << " then " << told;
      last[column] = told;
    }
  }
}

TEST(KickOffReportTest, NoKickOffsTellNothing) {
  const KickOffReport report = ReportKickOffs({}, kRules);
  EXPECT_THAT(report.kick_offs, IsEmpty());
  EXPECT_EQ(report.total.invited, std::nullopt);
}

}  // namespace
}  // namespace dap::enrolment
