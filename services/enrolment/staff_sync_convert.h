// Between the protos of the HR sync and the domain. Pure.
#ifndef DAP_SERVICES_ENROLMENT_STAFF_SYNC_CONVERT_H_
#define DAP_SERVICES_ENROLMENT_STAFF_SYNC_CONVERT_H_

#include <string>

#include "absl/status/status.h"
#include "dap/enrolment/v1/staff_sync.pb.h"
#include "services/enrolment/domain/staff_sync.h"
#include "services/enrolment/store/sync_records.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {

std::string SyncRunName(const id::Uuid& organisation, const id::Uuid& run);

v1::SyncRun ToProto(const store::SyncRun& run);
v1::RejectedRecord ToProto(const store::RejectedRecord& rejected);

// A record of the stream. `rules` is what the field rules say of its message; a field that breaks
// one makes the record a rejected one, and its value is left behind, so what is returned is small.
SyncRecord ToRecord(const v1::StaffRecord& record, const absl::Status& rules);
// The external id as it was sent.
const std::string& RawExternalId(const v1::StaffRecord& record);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_STAFF_SYNC_CONVERT_H_
