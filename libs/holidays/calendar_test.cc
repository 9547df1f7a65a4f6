#include "libs/holidays/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/holidays/shipped_files.h"
#include "libs/status/matchers.h"
#include "libs/time/calendar.h"

namespace dap::holidays {
namespace {

using absl::CivilDay;

// ---- The rules, written out a second time, against which the data is held.

// Easter Sunday by Gauss's way, with the exceptions of the Gregorian calendar.
CivilDay EasterOf(int year) {
  const int a = year % 19, b = year % 4, c = year % 7, k = year / 100;
  const int m = (15 + k - (13 + 8 * k) / 25 - k / 4) % 30, n = (4 + k - k / 4) % 7;
  const int d = (19 * a + m) % 30, e = (2 * b + 4 * c + 6 * d + n) % 7;
  if (d == 29 && e == 6) return CivilDay(year, 4, 19);
  if (d == 28 && e == 6 && (11 * m + 11) % 30 < 19) return CivilDay(year, 4, 18);
  return CivilDay(year, 3, 22) + d + e;
}
CivilDay FirstMonday(int year, int month) {
  return absl::NextWeekday(CivilDay(year, month, 1) - 1, absl::Weekday::monday);
}
CivilDay LastMonday(int year, int month) {
  return absl::PrevWeekday(CivilDay(year, month + 1, 1), absl::Weekday::monday);
}

using Year = std::map<CivilDay, std::string>;

// Fixed days that fall on a weekend move to the next working day that is none of the others; those
// that stay where they are come first.
void AddFixed(const std::vector<std::pair<CivilDay, std::string>>& fixed, Year& year) {
  for (const auto& [day, name] : fixed) {
    if (time::IsWorkingDay(day, time::NoDaysOff)) year[day] = name;
  }
  for (const auto& [day, name] : fixed) {
    if (time::IsWorkingDay(day, time::NoDaysOff)) continue;
    const CivilDay substitute =
        time::AddWorkingDays(day, 1, [&](CivilDay other) { return year.count(other) > 0; });
    year[substitute] = absl::StrCat(name, " (substitute day)");
  }
}

Year Holidays(absl::string_view nation, int y) {
  const bool scotland = nation == "scotland";
  Year year;
  year[EasterOf(y) - 2] = "Good Friday";
  if (!scotland) year[EasterOf(y) + 1] = "Easter Monday";
  year[FirstMonday(y, 5)] = "Early May bank holiday";
  year[LastMonday(y, 5)] = "Spring bank holiday";
  year[scotland ? FirstMonday(y, 8) : LastMonday(y, 8)] = "Summer bank holiday";
  // By proclamation.
  if (scotland && y == 2026) year[CivilDay(y, 6, 15)] = "World Cup bank holiday";
  std::vector<std::pair<CivilDay, std::string>> fixed = {{CivilDay(y, 1, 1), "New Year's Day"}};
  if (scotland) fixed.push_back({CivilDay(y, 1, 2), "2nd January"});
  if (nation == "northern-ireland") {
    fixed.push_back({CivilDay(y, 3, 17), "St Patrick's Day"});
    fixed.push_back({CivilDay(y, 7, 12), "Battle of the Boyne (Orangemen's Day)"});
  }
  if (scotland) fixed.push_back({CivilDay(y, 11, 30), "St Andrew's Day"});
  fixed.push_back({CivilDay(y, 12, 25), "Christmas Day"});
  fixed.push_back({CivilDay(y, 12, 26), "Boxing Day"});
  AddFixed(fixed, year);
  return year;
}

TEST(Rules, KnowEaster) {
  const CivilDay known[] = {CivilDay(1981, 4, 19), CivilDay(2008, 3, 23), CivilDay(2024, 3, 31),
                            CivilDay(2025, 4, 20), CivilDay(2026, 4, 5),  CivilDay(2027, 3, 28),
                            CivilDay(2028, 4, 16), CivilDay(2038, 4, 25)};
  for (const CivilDay day : known) EXPECT_EQ(EasterOf(static_cast<int>(day.year())), day);
}

TEST(Shipped, IsEachNationOnceAndEveryFileIsWhole) {
  std::vector<std::string> ids;
  for (const Calendar& calendar : Shipped()) ids.push_back(calendar.id());
  EXPECT_THAT(ids, testing::ElementsAre("england-and-wales", "northern-ireland", "scotland"));
  EXPECT_EQ(ShippedFiles().size(), ids.size());
  EXPECT_EQ(FindShipped("scotland")->title(), "Scotland");
  EXPECT_EQ(FindShipped("wales"), nullptr);
}

TEST(Shipped, IsWhatTheRulesSayForEveryYearItCovers) {
  for (const Calendar& calendar : Shipped()) {
    EXPECT_EQ(calendar.first_year(), 2024) << calendar.id();
    EXPECT_EQ(calendar.last_year(), 2028) << calendar.id();
    Year expected;
    for (int year = calendar.first_year(); year <= calendar.last_year(); ++year) {
      expected.merge(Holidays(calendar.id(), year));
    }
    Year data;
    for (const Holiday& holiday : calendar.holidays()) data[holiday.day] = holiday.name;
    EXPECT_EQ(data, expected) << calendar.id();
  }
}

// What GOV.UK says of the years in which the substitutes are not plain.
TEST(Shipped, HasTheSubstitutesThatWereGiven) {
  const struct {
    const char* nation;
    CivilDay day;
    const char* name;
  } given[] = {
      {"england-and-wales", CivilDay(2026, 12, 28), "Boxing Day (substitute day)"},
      {"england-and-wales", CivilDay(2027, 12, 27), "Christmas Day (substitute day)"},
      {"england-and-wales", CivilDay(2027, 12, 28), "Boxing Day (substitute day)"},
      {"england-and-wales", CivilDay(2028, 1, 3), "New Year's Day (substitute day)"},
      {"scotland", CivilDay(2027, 1, 4), "2nd January (substitute day)"},
      {"scotland", CivilDay(2028, 1, 3), "New Year's Day (substitute day)"},
      {"scotland", CivilDay(2028, 1, 4), "2nd January (substitute day)"},
      {"scotland", CivilDay(2024, 12, 2), "St Andrew's Day (substitute day)"},
      {"scotland", CivilDay(2026, 6, 15), "World Cup bank holiday"},
      {"northern-ireland", CivilDay(2024, 3, 18), "St Patrick's Day (substitute day)"},
      {"northern-ireland", CivilDay(2026, 7, 13),
       "Battle of the Boyne (Orangemen's Day) (substitute day)"},
  };
  for (const auto& row : given) {
    const Holiday* holiday = FindShipped(row.nation)->Find(row.day);
    ASSERT_NE(holiday, nullptr) << row.nation << " " << row.day;
    EXPECT_EQ(holiday->name, row.name);
  }
  EXPECT_EQ(FindShipped("scotland")->Find(CivilDay(2026, 4, 6)), nullptr);  // no Easter Monday
}

TEST(Calendar, SaysWhichYearsItCovers) {
  const Calendar& calendar = *FindShipped("scotland");
  EXPECT_FALSE(calendar.Covers(CivilDay(2023, 12, 31)));
  EXPECT_TRUE(calendar.Covers(CivilDay(2024, 1, 1)));
  EXPECT_TRUE(calendar.Covers(CivilDay(2028, 12, 31)));
  EXPECT_FALSE(calendar.Covers(CivilDay(2029, 1, 1)));
}

TEST(Calendar, RefusesAMalformedFile) {
  const std::string head = "calendar x\ntitle X\nversion 1\ncovers 2024 2025\n";
  EXPECT_THAT(Calendar::Parse(head + "2024-05-06 A day"), status::IsOk());
  for (const std::string& bad :
       {std::string(), head.substr(0, 20), head + "2024-05-06", head + "2024-13-06 A day",
        head + "2026-01-01 A day", head + "2024-05-06 A day\n2024-05-06 Again",
        std::string("2024-05-06 A day\n") + head, head + "covers 2025 2024", head + "version first",
        head + "holiday 2024-05-06"}) {
    EXPECT_THAT(Calendar::Parse(bad), status::HasReason("CALENDAR_MALFORMED")) << bad;
  }
}

}  // namespace
}  // namespace dap::holidays
