// The face of progress: who may, which operation, what to answer.
#ifndef DAP_SERVICES_ACTIVITY_PROGRESS_SERVICE_H_
#define DAP_SERVICES_ACTIVITY_PROGRESS_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/activity/v1/progress_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// dap.activity.v1.ProgressService. Thread-safe; each call blocks a worker for its queries. Must
// outlive the server.
class ProgressService {
 public:
  explicit ProgressService(const Context& context);

  rpc::Service& service() { return service_; }

  absl::StatusOr<v1::GetMyProgressResponse> GetMyProgress(const rpc::Call& call,
                                                          const v1::GetMyProgressRequest& request);
  absl::StatusOr<v1::ListCohortProgressResponse> ListCohortProgress(
      const rpc::Call& call, const v1::ListCohortProgressRequest& request);
  absl::StatusOr<v1::GetCohortActivityReportResponse> GetCohortActivityReport(
      const rpc::Call& call, const v1::GetCohortActivityReportRequest& request);
  absl::StatusOr<v1::GetOrganisationActivityReportResponse> GetOrganisationActivityReport(
      const rpc::Call& call, const v1::GetOrganisationActivityReportRequest& request);

 private:
  const Context context_;
  rpc::Service service_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_PROGRESS_SERVICE_H_
