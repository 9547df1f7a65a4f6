#include "services/enrolment/domain/working_days.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/time/calendar.h"

namespace dap::enrolment {
namespace {

constexpr int kFirstYear = 2000;
constexpr int kLastYear = 2100;

void Add(const std::vector<NamedDay>& days, OffReason reason,
         std::map<absl::CivilDay, DayOff>& off) {
  for (const NamedDay& day : days) off.try_emplace(day.day, DayOff{day.day, reason, day.title});
}

}  // namespace

absl::Status Order(std::vector<NamedDay>& days, absl::string_view field,
                   const WorkingDaysSettings& settings) {
  if (static_cast<int>(days.size()) > settings.named_days) {
    return status::Invalid(
        field, "TOO_MANY_DAYS",
        absl::StrCat("At most ", settings.named_days, " days; leave out past ones."));
  }
  std::map<absl::CivilDay, size_t> seen;
  std::vector<status::Violation> wrong;
  for (size_t i = 0; i < days.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "].date");
    if (days[i].day.year() < kFirstYear || days[i].day.year() > kLastYear) {
      wrong.push_back({path, "Must be from 2000 to 2100.", "DATE_RANGE"});
    } else if (!seen.try_emplace(days[i].day, i).second) {
      wrong.push_back({path, "Each day once.", "DATE_REPEATED"});
    }
  }
  std::sort(days.begin(), days.end(),
            [](const NamedDay& a, const NamedDay& b) { return a.day < b.day; });
  return status::InvalidAll(wrong);
}

absl::Status CheckLeave(const Leave& leave, const std::vector<Leave>& others, absl::CivilDay today,
                        const WorkingDaysSettings& settings) {
  std::vector<status::Violation> wrong;
  if (leave.last < leave.first) {
    wrong.push_back({"leave.last_date", "Must not be before first_date.", "DATE_ORDER"});
  } else if (leave.last - leave.first >= settings.leave_max_days) {
    wrong.push_back(
        {"leave.last_date",
         absl::StrCat("At most ", settings.leave_max_days, " days; tell of more later."),
         "LEAVE_TOO_LONG"});
  }
  if (today - leave.first > settings.leave_late_days) {
    wrong.push_back({"leave.first_date",
                     absl::StrCat("At most ", settings.leave_late_days, " days ago."),
                     "LEAVE_TOO_LATE"});
  }
  if (leave.first - today > settings.leave_ahead_days) {
    wrong.push_back({"leave.first_date",
                     absl::StrCat("At most ", settings.leave_ahead_days, " days ahead."),
                     "LEAVE_TOO_FAR"});
  }
  if (!wrong.empty()) return status::InvalidAll(wrong);
  for (const Leave& other : others) {
    if (other.first <= leave.last && leave.first <= other.last) {
      return status::Precondition("LEAVE_OVERLAPS",
                                  "There is leave on some of these days: take it away first.");
    }
  }
  if (static_cast<int>(others.size()) >= settings.leave_periods) {
    return status::Precondition("LEAVE_LIMIT", "Too many periods: take some away first.");
  }
  return absl::OkStatus();
}

std::vector<DayOff> DaysOffBetween(absl::CivilDay first, absl::CivilDay last,
                                   const OffSources& sources) {
  std::map<absl::CivilDay, DayOff> off;
  Add(sources.holidays, OffReason::kHoliday, off);
  Add(sources.organisation, OffReason::kOrganisationClosed, off);
  Add(sources.cohort, OffReason::kCohortClosed, off);
  for (const Leave& leave : sources.leave) {
    const absl::CivilDay to = std::min(leave.last, last);
    for (absl::CivilDay day = std::max(leave.first, first); day <= to; ++day) {
      off.try_emplace(day, DayOff{day, OffReason::kLeave, ""});
    }
  }
  std::vector<DayOff> days;
  for (auto& [day, why] : off) {
    if (first <= day && day <= last && time::IsWorkingDay(day, time::NoDaysOff)) {
      days.push_back(std::move(why));
    }
  }
  return days;
}

}  // namespace dap::enrolment
