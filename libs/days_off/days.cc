#include "libs/days_off/days.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/status/error.h"

namespace dap::days_off {
namespace {

constexpr char kTo[] = "..";

void SetDate(absl::CivilDay from, google::type::Date* to) {
  to->set_year(static_cast<int32_t>(from.year()));
  to->set_month(from.month());
  to->set_day(from.day());
}

absl::CivilDay DayOf(const google::type::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

}  // namespace

Periods Merge(std::vector<Period> periods) {
  std::sort(periods.begin(), periods.end(),
            [](const Period& a, const Period& b) { return a.first < b.first; });
  Periods merged;
  for (const Period& period : periods) {
    if (!merged.empty() && period.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, period.last);
    } else {
      merged.push_back(period);
    }
  }
  return merged;
}

bool Contains(const Periods& periods, absl::CivilDay day) {
  const auto after =
      std::upper_bound(periods.begin(), periods.end(), day,
                       [](absl::CivilDay at, const Period& period) { return at < period.first; });
  return after != periods.begin() && day <= (after - 1)->last;
}

std::string ToText(const Periods& periods) {
  return absl::StrJoin(periods, " ", [](std::string* out, const Period& period) {
    absl::StrAppend(out, absl::FormatCivilTime(period.first));
    if (period.last != period.first) {
      absl::StrAppend(out, kTo, absl::FormatCivilTime(period.last));
    }
  });
}

absl::StatusOr<Periods> FromText(absl::string_view text) {
  Periods periods;
  for (absl::string_view part : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::vector<absl::string_view> ends = absl::StrSplit(part, kTo);
    Period period;
    if (ends.size() > 2 || !absl::ParseCivilTime(ends.front(), &period.first) ||
        !absl::ParseCivilTime(ends.back(), &period.last)) {
      return status::Internal(absl::StrCat("\"", part, "\" is no period of days"));
    }
    periods.push_back(period);
  }
  return periods;
}

Days FromProto(const id::Uuid& organisation, const events::v1::DaysOffChanged& proto) {
  Days days;
  days.organisation = organisation;
  days.scope = static_cast<Scope>(proto.scope());
  days.subject = id::Uuid::FromBytes(proto.subject());
  days.staff_member = id::Uuid::FromBytes(proto.staff_member());
  days.calendar = proto.calendar();
  std::vector<Period> periods;
  for (const events::v1::DaysOffPeriod& period : proto.periods()) {
    periods.push_back({DayOf(period.first_date()), DayOf(period.last_date())});
  }
  days.periods = Merge(std::move(periods));
  days.version = proto.version();
  return days;
}

events::v1::DaysOffChanged ToProto(const Days& days) {
  events::v1::DaysOffChanged proto;
  proto.set_scope(static_cast<events::v1::DaysOffScope>(days.scope));
  proto.set_subject(std::string(days.subject.bytes()));
  if (!days.staff_member.is_nil()) {
    proto.set_staff_member(std::string(days.staff_member.bytes()));
  }
  proto.set_calendar(days.calendar);
  for (const Period& period : days.periods) {
    SetDate(period.first, proto.add_periods()->mutable_first_date());
    SetDate(period.last, proto.mutable_periods()->rbegin()->mutable_last_date());
  }
  proto.set_version(days.version);
  return proto;
}

}  // namespace dap::days_off
