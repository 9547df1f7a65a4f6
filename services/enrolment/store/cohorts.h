// Cohorts and their coaches.
#ifndef DAP_SERVICES_ENROLMENT_STORE_COHORTS_H_
#define DAP_SERVICES_ENROLMENT_STORE_COHORTS_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/cohort.h"

namespace dap::enrolment::store {

// Two statements: the cohort and its coaches.
absl::Status InsertCohort(db::Connection& tx, const Cohort& cohort);

// With its coaches: two statements.
absl::StatusOr<std::optional<Cohort>> FindCohort(db::Connection& connection,
                                                 const id::Uuid& organisation,
                                                 const id::Uuid& cohort);
// The same, and nobody else changes the cohort, its enrolments, patrons or sessions until this
// transaction ends. First of all reads of a change.
absl::StatusOr<std::optional<Cohort>> LockCohort(db::Connection& tx, const id::Uuid& organisation,
                                                 const id::Uuid& cohort);

// Writes what is decided about a locked cohort (state, override), counts a change of it and sets
// its version.
absl::Status SaveCohort(db::Connection& tx, Cohort& cohort);
// Writes places and the next number, which are no change of the cohort in its readers' eyes.
absl::Status SavePlaces(db::Connection& tx, const Cohort& cohort);

// Newest first, after the id `after` (nil for the first page); of one state, or all where it is
// kUnspecified. Two statements.
absl::StatusOr<std::vector<Cohort>> ListCohorts(db::Connection& connection,
                                                const id::Uuid& organisation, CohortState state,
                                                const id::Uuid& after, int limit);

// The statements of lists, for the test that each goes by its index.
extern const char kListCohortsFirstSql[];
extern const char kListCohortsAfterSql[];
extern const char kListCohortsOfStateFirstSql[];
extern const char kListCohortsOfStateAfterSql[];
extern const char kCoachesBetweenSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_COHORTS_H_
