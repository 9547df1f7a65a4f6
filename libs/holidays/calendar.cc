#include "libs/holidays/calendar.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/holidays/shipped_files.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::holidays {
namespace {

absl::Status Malformed(int line, absl::string_view what) {
  return status::Invalid("calendar", "CALENDAR_MALFORMED", absl::StrCat("line ", line, ": ", what));
}

bool ParseYears(absl::string_view text, int& first, int& last) {
  const std::pair<std::string, std::string> years = absl::StrSplit(text, absl::MaxSplits(' ', 1));
  return absl::SimpleAtoi(years.first, &first) && absl::SimpleAtoi(years.second, &last) &&
         first <= last;
}

bool ByDay(const Holiday& holiday, absl::CivilDay day) { return holiday.day < day; }

}  // namespace

absl::StatusOr<Calendar> Calendar::Parse(absl::string_view text) {
  Calendar calendar;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    const auto& [word, rest] = parts;
    absl::CivilDay day;
    if (rest.empty()) return Malformed(number, "a word and its value, or a day and its name");
    if (word == "calendar") {
      calendar.id_ = rest;
    } else if (word == "title") {
      calendar.title_ = rest;
    } else if (word == "version") {
      if (!absl::SimpleAtoi(rest, &calendar.version_)) return Malformed(number, "a whole number");
    } else if (word == "covers") {
      if (!ParseYears(rest, calendar.first_year_, calendar.last_year_)) {
        return Malformed(number, "the first and the last year");
      }
    } else if (!absl::ParseCivilTime(word, &day)) {
      return Malformed(number, absl::StrCat("\"", word, "\" is neither a word nor a day"));
    } else if (!calendar.Covers(day)) {
      return Malformed(number, "the day lies outside the years that are covered");
    } else if (!calendar.holidays_.empty() && calendar.holidays_.back().day >= day) {
      return Malformed(number, "days ascend, each once");
    } else {
      calendar.holidays_.push_back({day, rest});
    }
  }
  if (calendar.id_.empty() || calendar.title_.empty() || calendar.version_ < 1 ||
      calendar.first_year_ == 0) {
    return Malformed(number, "calendar, title, version and covers must stand before the days");
  }
  return calendar;
}

const Holiday* Calendar::Find(absl::CivilDay day) const {
  const auto found = std::lower_bound(holidays_.begin(), holidays_.end(), day, ByDay);
  return found != holidays_.end() && found->day == day ? &*found : nullptr;
}

const std::vector<Calendar>& Shipped() {
  // A file that can't be read is left out here and red in calendar_test.
  static const auto& shipped = *[] {
    auto* calendars = new std::vector<Calendar>();
    for (const std::string& text : ShippedFiles()) {
      absl::StatusOr<Calendar> calendar = Calendar::Parse(text);
      if (calendar.ok()) calendars->push_back(*std::move(calendar));
    }
    return calendars;
  }();
  return shipped;
}

const Calendar* FindShipped(absl::string_view id) {
  for (const Calendar& calendar : Shipped()) {
    if (calendar.id() == id) return &calendar;
  }
  return nullptr;
}

}  // namespace dap::holidays
