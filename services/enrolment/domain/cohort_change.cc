#include "services/enrolment/domain/cohort_change.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"

namespace dap::enrolment {
namespace {

using status::Violation;

struct Rule {
  CohortField field;
  absl::string_view word;
  // The last state in which it may change; states are in the order of a cohort's way.
  CohortState until;
};

// The one table. Once a cohort runs, its first day is history and each participant has a commitment
// of their own.
constexpr Rule kRules[] = {
    {CohortField::kTitle, "title", CohortState::kRunning},
    {CohortField::kStartDate, "start_date", CohortState::kReady},
    {CohortField::kEndDate, "end_date", CohortState::kRunning},
    {CohortField::kCapacity, "capacity", CohortState::kRunning},
    {CohortField::kBlend, "blend", CohortState::kRunning},
    {CohortField::kCommitment, "commitment", CohortState::kReady},
    {CohortField::kBalanceTarget, "balance_target", CohortState::kRunning},
    {CohortField::kCoaches, "coaches", CohortState::kRunning},
};

const Rule& RuleOf(CohortField field) { return kRules[static_cast<int>(field)]; }

}  // namespace

absl::string_view Word(CohortField field) { return RuleOf(field).word; }

absl::StatusOr<CohortFields> FieldsNamed(const std::vector<std::string>& paths) {
  CohortFields fields;
  const bool all = paths.empty() || (paths.size() == 1 && paths[0] == "*");
  for (const Rule& rule : kRules) {
    if (all || std::find(paths.begin(), paths.end(), rule.word) != paths.end()) {
      fields.insert(rule.field);
    }
  }
  for (const std::string& path : paths) {
    const bool known = std::any_of(std::begin(kRules), std::end(kRules),
                                   [&](const Rule& rule) { return rule.word == path; });
    if (all || known) continue;
    return status::Invalid("update_mask", "UPDATE_MASK_PATH",
                           absl::StrCat("Name some of: ",
                                        absl::StrJoin(kRules, ", ",
                                                      [](std::string* out, const Rule& rule) {
                                                        absl::StrAppend(out, rule.word);
                                                      }),
                                        "."));
  }
  return fields;
}

bool MayChange(CohortField field, CohortState state) {
  return state != CohortState::kUnspecified && state <= RuleOf(field).until;
}

CohortFields Differences(const Cohort& one, const Cohort& other) {
  CohortFields fields;
  const auto compare = [&fields](CohortField field, bool same) {
    if (!same) fields.insert(field);
  };
  compare(CohortField::kTitle, one.title == other.title);
  compare(CohortField::kStartDate, one.start_date == other.start_date);
  compare(CohortField::kEndDate, one.end_date == other.end_date);
  compare(CohortField::kCapacity, one.capacity == other.capacity);
  compare(CohortField::kBlend, one.blend == other.blend);
  compare(CohortField::kCommitment, one.commitment == other.commitment);
  compare(CohortField::kBalanceTarget, one.balance == other.balance);
  compare(CohortField::kCoaches, one.coaches == other.coaches);
  return fields;
}

absl::Status CheckChange(const Cohort& cohort, const Cohort& wanted) {
  const CohortFields fields = Differences(cohort, wanted);
  if (fields.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(CheckPlan(wanted));
  if (wanted.coaches.empty()) {
    return status::Invalid("cohort.coaches", "COACH_MISSING", "Name at least one.");
  }
  std::vector<Violation> unmet;
  for (CohortField field : fields) {
    if (MayChange(field, cohort.state)) continue;
    unmet.push_back({absl::StrCat("cohort.", Word(field)),
                     absl::StrCat("Can't change while the cohort is ", Word(cohort.state), "."),
                     "FIELD_FIXED"});
  }
  if (wanted.capacity < cohort.places_taken && MayChange(CohortField::kCapacity, cohort.state)) {
    unmet.push_back({"cohort.capacity",
                     absl::StrCat(cohort.places_taken, " places are taken; it can't be less."),
                     "CAPACITY_TAKEN"});
  }
  return status::PreconditionAll("COHORT_FIXED", "Some of this can't change now.", unmet);
}

}  // namespace dap::enrolment
