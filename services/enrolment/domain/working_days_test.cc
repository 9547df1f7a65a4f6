#include "services/enrolment/domain/working_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/matchers.h"

namespace dap::enrolment {
namespace {

using absl::CivilDay;
using status::HasReason;
using status::IsOk;
using status::NamesField;

constexpr CivilDay kToday(2026, 11, 25);

Leave From(CivilDay first, CivilDay last) {
  Leave leave;
  leave.first = first;
  leave.last = last;
  return leave;
}

TEST(WorkingDays, LeaveHasALengthAPlaceInTimeAndNoOverlap) {
  const std::vector<Leave> others = {From(kToday + 10, kToday + 12)};
  const struct {
    int first, last;
    const char* reason;
    const char* field;
  } rows[] = {
      {0, 0, "", ""},
      {0, 365, "LEAVE_OVERLAPS", ""},
      {13, 378, "", ""},
      {13, 379, "LEAVE_TOO_LONG", "leave.last_date"},
      {1, 0, "DATE_ORDER", "leave.last_date"},
      {-60, -50, "", ""},
      {-61, -50, "LEAVE_TOO_LATE", "leave.first_date"},
      {366, 366, "", ""},
      {367, 367, "LEAVE_TOO_FAR", "leave.first_date"},
      {9, 9, "", ""},
      {9, 10, "LEAVE_OVERLAPS", ""},
      {12, 20, "LEAVE_OVERLAPS", ""},
      {11, 11, "LEAVE_OVERLAPS", ""},
      {8, 14, "LEAVE_OVERLAPS", ""},
      {13, 14, "", ""},
  };
  for (const auto& row : rows) {
    const absl::Status checked = CheckLeave(From(kToday + row.first, kToday + row.last), others,
                                            kToday, WorkingDaysSettings());
    EXPECT_EQ(status::Reason(checked), row.reason) << row.first << " " << row.last;
    if (*row.field != '\0') {
      EXPECT_THAT(checked, NamesField(row.field));
    }
  }
}

TEST(WorkingDays, LeaveThatIsWrongInTwoWaysHearsOfBoth) {
  const absl::Status checked =
      CheckLeave(From(kToday - 90, kToday - 91), {}, kToday, WorkingDaysSettings());
  EXPECT_EQ(status::Violations(checked).size(), 2u);
}

TEST(WorkingDays, LeaveIsNotEndless) {
  WorkingDaysSettings settings;
  settings.leave_periods = 2;
  const std::vector<Leave> others = {From(kToday, kToday), From(kToday + 1, kToday + 1)};
  EXPECT_THAT(CheckLeave(From(kToday + 5, kToday + 5), others, kToday, settings),
              HasReason("LEAVE_LIMIT"));
}

TEST(WorkingDays, NamedDaysComeInOrderEachOnce) {
  std::vector<NamedDay> days = {{kToday + 1, "later"}, {kToday, "sooner"}};
  EXPECT_THAT(Order(days, "closed_days", WorkingDaysSettings()), IsOk());
  EXPECT_EQ(days.front().title, "sooner");
  days.push_back({kToday, "again"});
  const absl::Status repeated = Order(days, "closed_days", WorkingDaysSettings());
  EXPECT_THAT(repeated, HasReason("DATE_REPEATED"));
  EXPECT_THAT(repeated, NamesField("closed_days[2].date"));
  days = {{CivilDay(1999, 12, 31), "long ago"}};
  EXPECT_THAT(Order(days, "closed_days", WorkingDaysSettings()), HasReason("DATE_RANGE"));
  WorkingDaysSettings few;
  few.named_days = 1;
  days = {{kToday, "a"}, {kToday + 1, "b"}};
  EXPECT_THAT(Order(days, "closed_days", few), HasReason("TOO_MANY_DAYS"));
}

TEST(WorkingDays, ADayOffSaysTheFirstReasonAndWeekendsNone) {
  const CivilDay friday(2026, 12, 25);
  OffSources sources;
  sources.holidays = {{friday, "Christmas Day"}, {friday + 30, "outside"}};
  sources.organisation = {{friday, "Closed"}, {friday - 1, "Christmas Eve"}};
  sources.cohort = {{friday + 1, "a Saturday"}, {friday - 1, "break"}, {friday - 2, "break"}};
  sources.leave = {From(friday - 3, friday + 40)};
  std::string told;
  for (const DayOff& day : DaysOffBetween(friday - 4, friday + 3, sources)) {
    absl::StrAppend(&told, day.day.day(), ":", static_cast<int>(day.reason), day.title, " ");
  }
  EXPECT_EQ(told, "22:4 23:3break 24:2Christmas Eve 25:1Christmas Day 28:4 ");
}

}  // namespace
}  // namespace dap::enrolment
