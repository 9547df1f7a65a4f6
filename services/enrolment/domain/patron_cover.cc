#include "services/enrolment/domain/patron_cover.h"

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"

namespace dap::enrolment {
namespace {

bool AtOneTime(const PatronCover& a, const PatronCover& b) {
  return a.from < b.until && b.from < a.until;
}

bool HasAgreed(const std::optional<Patron>& patron) {
  return patron.has_value() && patron->state == PatronState::kAgreed;
}

}  // namespace

absl::Status CheckPlan(const PatronCover& cover, absl::Time now, const Settings& settings) {
  std::vector<status::Violation> wrong;
  if (cover.covering == cover.patron) {
    wrong.push_back(
        {"cover.covering_patron", "Nobody stands in for themselves.", "COVER_IS_PATRON"});
  }
  if (cover.until <= cover.from) {
    wrong.push_back({"cover.until_time", "Must be after from_time.", "TIME_ORDER"});
  } else if (cover.until <= now) {
    wrong.push_back({"cover.until_time", "Must be ahead.", "TIME_PAST"});
  } else if (cover.until - cover.from > absl::Hours(24) * settings.cover_max_days) {
    wrong.push_back({"cover.until_time",
                     absl::StrCat("Must be at most ", settings.cover_max_days,
                                  " days after from_time; for longer, give them another patron."),
                     "TIME_SPAN"});
  }
  return status::InvalidAll(wrong);
}

absl::Status CheckOverlap(const PatronCover& cover, const std::vector<PatronCover>& others) {
  for (const PatronCover& other : others) {
    if (other.id == cover.id || !AtOneTime(cover, other)) continue;
    if (other.patron == cover.patron) {
      return status::Precondition(
          "COVER_OVERLAPS", "Somebody stands in for them at that time: end that cover first.");
    }
    if (other.patron == cover.covering) {
      return status::Precondition("COVER_OVERLAPS",
                                  "Who is to stand in is away themselves then: choose another.");
    }
    if (other.covering == cover.patron) {
      return status::Precondition("COVER_OVERLAPS",
                                  "They stand in for somebody else then: end that cover first.");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBoth(const std::optional<Patron>& patron, const std::optional<Patron>& covering) {
  if (!HasAgreed(patron)) {
    return status::Precondition("PATRON_STATE", "They have not agreed to be a patron.");
  }
  if (!HasAgreed(covering)) {
    return status::Precondition(
        "PATRON_NOT_AGREED",
        "Who is to stand in has not agreed to be a patron of this cohort: choose another.");
  }
  return absl::OkStatus();
}

CoverState StateAt(const PatronCover& cover, absl::Time now, bool able) {
  if (cover.state == CoverState::kOver || cover.until <= now) return CoverState::kOver;
  if (cover.from > now) return cover.state;
  return able ? CoverState::kOn : CoverState::kOver;
}

}  // namespace dap::enrolment
