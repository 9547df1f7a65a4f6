// Which fields of a cohort can change in which state, and changing them.
#ifndef DAP_SERVICES_ENROLMENT_DOMAIN_COHORT_CHANGE_H_
#define DAP_SERVICES_ENROLMENT_DOMAIN_COHORT_CHANGE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/domain/cohort.h"

namespace dap::enrolment {

// What a coach decides of a cohort beside its steps.
enum class CohortField {
  kTitle,
  kStartDate,
  kEndDate,
  kCapacity,
  kBlend,
  kCommitment,
  kBalanceTarget,
  kCoaches,
};
using CohortFields = std::set<CohortField>;

// The proto's word: "start_date".
absl::string_view Word(CohortField field);

// The fields that an update mask names; all for an empty one or "*". INVALID_ARGUMENT
// (UPDATE_MASK_PATH, field update_mask).
absl::StatusOr<CohortFields> FieldsNamed(const std::vector<std::string>& paths);

bool MayChange(CohortField field, CohortState state);

// The fields in which two cohorts differ.
CohortFields Differences(const Cohort& one, const Cohort& other);

// Whether `cohort` may become `wanted`, which is OK where they are the same. INVALID_ARGUMENT as
// CheckPlan says, or COACH_MISSING. FAILED_PRECONDITION (COHORT_FIXED) with every field at fault
// below "cohort": FIELD_FIXED, CAPACITY_TAKEN.
absl::Status CheckChange(const Cohort& cohort, const Cohort& wanted);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_DOMAIN_COHORT_CHANGE_H_
