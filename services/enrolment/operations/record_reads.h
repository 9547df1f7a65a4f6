// Noting who looks at what is private to a participant.
#ifndef DAP_SERVICES_ENROLMENT_OPERATIONS_RECORD_READS_H_
#define DAP_SERVICES_ENROLMENT_OPERATIONS_RECORD_READS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/id/uuid.h"
#include "services/enrolment/operations/work.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/private_reads.h"

namespace dap::enrolment {

// Records that the caller is about to be shown what is private in these enrolments; their own are
// passed over. No record, no answer: call it before answering. A transaction of its own, none where
// there is nothing to record.
absl::Status RecordReads(db::Pool& pool, const id::Uuid& organisation, const Caller& caller,
                         const std::vector<store::EnrolmentView>& views, absl::Time now,
                         absl::Time deadline);
absl::Status RecordRead(db::Pool& pool, const Enrolment& enrolment, const Caller& caller,
                        store::PrivateSubject subject, absl::Time now, absl::Time deadline);
// The same within the transaction of a change whose answer shows it.
absl::Status RecordRead(Work& work, const Enrolment& enrolment, const Caller& caller,
                        store::PrivateSubject subject);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OPERATIONS_RECORD_READS_H_
