// Arranging things for one participant.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_ARRANGE_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_ARRANGE_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/enrolment/domain/arrangement.h"
#include "services/enrolment/domain/cohort.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// An enrolment with its cohort: what an arrangement is made of.
struct Arranged {
  Cohort cohort;
  Enrolment enrolment;
};

// By the participant or a coach of the cohort; what changes nothing is not recorded. An empty etag
// is not looked at. ABORTED (ETAG_MISMATCH).
absl::StatusOr<Arranged> UpdateArrangement(Work& work, const store::EnrolmentKey& key,
                                           const Caller& caller, const ArrangementUpdate& update,
                                           absl::string_view etag);
// For the participant or a coach of the cohort.
absl::StatusOr<Arranged> FindArranged(db::Connection& connection, const store::EnrolmentKey& key,
                                      const Caller& caller);

// Keeps how an arrangement that is written came about; `from` is nothing where they agreed for the
// first time.
absl::Status RecordArrangement(Work& work, const Arranged& arranged,
                               const std::optional<Arrangement>& from, const id::Uuid& by, By as);

// ABORTED (ETAG_MISMATCH) where `etag` is not that of `version`; OK for an empty one.
absl::Status CheckEtag(absl::string_view etag, int64_t version);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_ARRANGE_H_
