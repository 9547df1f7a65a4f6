// Cohorts and their coaches.
#ifndef DAP_SERVICES_ENROLMENT_STORE_COHORTS_H_
#define DAP_SERVICES_ENROLMENT_STORE_COHORTS_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
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

// Finds a cohort of the organisation by its join code. One statement.
absl::StatusOr<std::optional<id::Uuid>> FindCohortByJoinCode(db::Connection& connection,
                                                             const id::Uuid& organisation,
                                                             absl::string_view code);

// Writes all of a locked cohort but its coaches, counts a change of it and sets its version.
// ALREADY_EXISTS (DUPLICATE_KEY) where its join code is another's.
absl::Status SaveCohort(db::Connection& tx, Cohort& cohort);
// Writes its coaches: two statements.
absl::Status ReplaceCoaches(db::Connection& tx, const Cohort& cohort);
// Writes places and the next number, which are no change of the cohort in its readers' eyes.
absl::Status SavePlaces(db::Connection& tx, const Cohort& cohort);

// Which cohorts a list holds.
struct CohortFilter {
  // In these states; all where empty.
  std::vector<CohortState> states;
  // That this member of staff coaches.
  std::optional<id::Uuid> coach;
  // The start of a title, without regard to case; empty for all.
  std::string title_prefix;
};
// Where a page of cohorts begins: after this one.
struct CohortPosition {
  id::Uuid cohort;
  std::string title;  // where they come by title
};

// Newest first; by title where they are searched by it and by no coach. Two statements.
absl::StatusOr<std::vector<Cohort>> ListCohorts(db::Connection& connection,
                                                const id::Uuid& organisation,
                                                const CohortFilter& filter,
                                                const std::optional<CohortPosition>& after,
                                                int limit);

// The statements of lists, for the test that each goes by its index.
extern const char kListCohortsSql[];
extern const char kListCohortsOfStateSql[];
extern const char kListCohortsOfCoachSql[];
extern const char kListCohortsByTitleSql[];
extern const char kCoachesBetweenSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_COHORTS_H_
