// Somebody stands in for a patron who is away.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_PATRON_COVERS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_PATRON_COVERS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/enrolment/domain/patron_cover.h"
#include "services/enrolment/operations/patrons.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/patron_covers.h"

namespace dap::enrolment {

// By the patron themselves or a coach of the cohort; on at once where its time has come.
// PERMISSION_DENIED (NOT_YOURS), NOT_FOUND (PATRON_NOT_FOUND, STAFF_MEMBER_NOT_FOUND: who is to
// stand in does not work there), FAILED_PRECONDITION (COHORT_STATE), and as the rules say.
absl::StatusOr<store::PatronCoverView> PlanPatronCover(Work& work, PatronCover plan,
                                                       const Caller& caller);
// By the same; also says of one that lapsed that the patron is back. NOT_FOUND
// (PATRON_COVER_NOT_FOUND).
absl::StatusOr<store::PatronCoverView> EndPatronCover(Work& work, const PatronKey& key,
                                                      const id::Uuid& cover, const Caller& caller);

// The clock has come to a cover's start or end. While one is on, each roster entry names who stands
// in, and each change is told; changes nothing where its time has not come, so two at once do no
// harm.
absl::Status TurnPatronCover(Work& work, const store::PatronCoverKey& key);

// Somebody does not work there now, and it is written so: each cover by which they stand in is
// over. One query for those who stand in for nobody.
absl::Status EndCoversBy(Work& work, const id::Uuid& organisation, const id::Uuid& staff);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_PATRON_COVERS_H_
