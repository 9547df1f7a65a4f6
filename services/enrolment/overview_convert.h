// From a coach's overview and reports to their protos, and the lines of a list from theirs. Pure.
#ifndef DAP_SERVICES_ENROLMENT_OVERVIEW_CONVERT_H_
#define DAP_SERVICES_ENROLMENT_OVERVIEW_CONVERT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dap/enrolment/v1/cohort_overview.pb.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "dap/enrolment/v1/report_service.pb.h"
#include "libs/rpc/call.h"
#include "services/enrolment/domain/reports.h"
#include "services/enrolment/operations/batch_nominate.h"
#include "services/enrolment/operations/read_overview.h"

namespace dap::enrolment {

v1::CohortOverview ToProto(const CohortOverview& overview);
v1::RecruitmentReport ToProto(const RecruitmentReport& report);
// `counts` and the report's rows are of the same kick-offs.
v1::KickOffReport ToProto(const id::Uuid& organisation, const std::vector<KickOffCount>& counts,
                          const KickOffReport& report, absl::TimeZone zone);

// Line `index` of a list; what is wrong with it is in it, by its field ("nominees[3].email").
NomineeLine FromProto(const rpc::Call& call, const v1::Nominee& nominee, int index);
// One result a line, in order; without the names of enrolments that are not made.
v1::BatchNominateResponse ToProto(const NominationResults& results, bool made,
                                  const rpc::Call& call);

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_OVERVIEW_CONVERT_H_
