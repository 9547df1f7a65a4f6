// Patrons of cohorts, and how many participants each has.
#ifndef DAP_SERVICES_ENROLMENT_STORE_PATRONS_H_
#define DAP_SERVICES_ENROLMENT_STORE_PATRONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/db/connection.h"
#include "libs/id/uuid.h"
#include "services/enrolment/domain/patronage.h"

namespace dap::enrolment::store {

// A patron with their name and the cohort's.
struct PatronView {
  Patron patron;
  std::string display_name;
  std::string cohort_title;
};

absl::Status InsertPatron(db::Connection& tx, const Patron& patron);
// Writes state, checklist and times, counts a change and sets the version.
absl::Status SavePatron(db::Connection& tx, Patron& patron);
absl::StatusOr<std::optional<PatronView>> FindPatron(db::Connection& connection,
                                                     const id::Uuid& organisation,
                                                     const id::Uuid& cohort, const id::Uuid& staff);
// By id, after `after` (nil for the first page).
absl::StatusOr<std::vector<PatronView>> ListPatrons(db::Connection& connection,
                                                    const id::Uuid& organisation,
                                                    const id::Uuid& cohort, const id::Uuid& after,
                                                    int limit);

// What somebody was asked to be patron of, by cohort, after `after` (nil for the first page).
absl::StatusOr<std::vector<PatronView>> ListPatronages(db::Connection& connection,
                                                       const id::Uuid& organisation,
                                                       const id::Uuid& staff, const id::Uuid& after,
                                                       int limit);

// How many participants somebody has, over all cohorts, as it is committed now; nobody else gives
// them one or takes one away until this transaction ends. Two statements.
absl::StatusOr<int> LockPatronLoad(db::Connection& tx, const id::Uuid& organisation,
                                   const id::Uuid& staff);
// Adds to it; `by` may be negative.
absl::Status AddPatronLoad(db::Connection& tx, const id::Uuid& organisation, const id::Uuid& staff,
                           int by);

// The statements of lists, for the test that each goes by its index.
extern const char kListPatronsSql[];
extern const char kListPatronagesSql[];

}  // namespace dap::enrolment::store

#endif  // DAP_SERVICES_ENROLMENT_STORE_PATRONS_H_
