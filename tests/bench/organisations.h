// Organisations in dap-enrolment's tables, as the sync and their coaches would have made them:
// many, and soon.
#ifndef DAP_TESTS_BENCH_ORGANISATIONS_H_
#define DAP_TESTS_BENCH_ORGANISATIONS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/id/uuid.h"

namespace dap::bench {

// How much an organisation has. Its staff are in teams of ten, which have up to eight teams below
// each; its enrolments in cohorts of twenty, with a patron for ten and four sessions each.
struct OrganisationSize {
  int staff;
  int enrolments;
};

// Whom and what can be asked for.
struct Organisation {
  id::Uuid id;
  id::Uuid coach;  // of every cohort, and the participant of the first enrolment of the first
  std::vector<id::Uuid> staff;
  std::vector<id::Uuid> teams;  // the first is the root
  std::vector<id::Uuid> cohorts;
  std::vector<id::Uuid> patrons;  // the first of each cohort
  id::Uuid own_enrolment;
};

// Written in one transaction.
absl::StatusOr<Organisation> Fill(db::Pool& pool, const OrganisationSize& size, absl::Time now);

// Has the database count again what it chooses indexes by, which it else does some time later.
absl::Status TakeStock(db::Pool& pool);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_ORGANISATIONS_H_
