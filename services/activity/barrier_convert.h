// Barriers between the protos and the service's own types. Pure.
#ifndef DAP_SERVICES_ACTIVITY_BARRIER_CONVERT_H_
#define DAP_SERVICES_ACTIVITY_BARRIER_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dap/activity/v1/barrier.pb.h"
#include "dap/activity/v1/evidence_pack.pb.h"
#include "libs/id/uuid.h"
#include "services/activity/domain/barrier.h"
#include "services/activity/domain/evidence.h"
#include "services/activity/operations/barrier_lists.h"
#include "services/activity/operations/report_barrier.h"
#include "services/activity/store/barrier_reports.h"
#include "services/activity/store/barriers.h"

namespace dap::activity {

std::string BarrierName(const id::Uuid& organisation, const id::Uuid& barrier);

v1::Barrier ToProto(const Barrier& barrier, bool reported_by_me);
v1::Barrier ToProto(const BarrierView& view);
// With those of `goals` that are of its enrolment. `cohort` is that enrolment's.
v1::BarrierReport ToProto(const BarrierReportRow& row, const id::Uuid& cohort,
                          const std::vector<BarrierGoalRow>& goals);
v1::BarrierChange ToProto(const BarrierChangeRow& row, const id::Uuid& organisation);
v1::EvidencePack ToProto(const Evidence& evidence, const id::Uuid& organisation);

// What a report tells, but for whom it is of, which `names` gives: organisation, cohort, enrolment.
// INVALID_ARGUMENT (GOAL_OF_ANOTHER_ENROLMENT, CHECK_IN_OF_ANOTHER_ENROLMENT).
absl::StatusOr<NewReport> FromProto(const v1::BarrierReport& report,
                                    const std::vector<id::Uuid>& names);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_BARRIER_CONVERT_H_
