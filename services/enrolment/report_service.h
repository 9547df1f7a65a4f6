// The gRPC face of dap.enrolment.v1.ReportService: who may see a report, its counts, what is hidden
// in them. Rules and errors are told in the proto.
#ifndef DAP_SERVICES_ENROLMENT_REPORT_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_REPORT_SERVICE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dap/enrolment/v1/report_service.pb.h"
#include "libs/privacy/suppress.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/enrolment/parts.h"

namespace dap::enrolment {

// Thread-safe. Each call blocks for a few reads.
class ReportFace {
 public:
  explicit ReportFace(const Parts& parts);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;

  Result<v1::GetRecruitmentReportResponse> GetRecruitmentReport(
      const Call&, const v1::GetRecruitmentReportRequest&);
  Result<v1::GetKickOffReportResponse> GetKickOffReport(const Call&,
                                                        const v1::GetKickOffReportRequest&);

  const Parts parts_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_REPORT_SERVICE_H_
