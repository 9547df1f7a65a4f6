// The gRPC face of barriers: who may, which operation, what to answer.
#ifndef DAP_SERVICES_ACTIVITY_BARRIER_SERVICE_H_
#define DAP_SERVICES_ACTIVITY_BARRIER_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "dap/activity/v1/barrier_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/activity/domain/barrier.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// dap.activity.v1.BarrierService. Thread-safe; every method blocks a worker for its queries. Must
// outlive the server.
class BarrierService {
 public:
  explicit BarrierService(const Context& context);

  rpc::Service& service() { return service_; }

  absl::StatusOr<v1::FindSimilarBarriersResponse> FindSimilarBarriers(
      const rpc::Call& call, const v1::FindSimilarBarriersRequest& request);
  absl::StatusOr<v1::ReportBarrierResponse> ReportBarrier(const rpc::Call& call,
                                                          const v1::ReportBarrierRequest& request);
  absl::StatusOr<v1::SayMeTooResponse> SayMeToo(const rpc::Call& call,
                                                const v1::SayMeTooRequest& request);
  absl::StatusOr<v1::GetBarrierResponse> GetBarrier(const rpc::Call& call,
                                                    const v1::GetBarrierRequest& request);
  absl::StatusOr<v1::ListBarriersResponse> ListBarriers(const rpc::Call& call,
                                                        const v1::ListBarriersRequest& request);
  absl::StatusOr<v1::ListBarrierReportsResponse> ListBarrierReports(
      const rpc::Call& call, const v1::ListBarrierReportsRequest& request);
  absl::StatusOr<v1::ListBarrierChangesResponse> ListBarrierChanges(
      const rpc::Call& call, const v1::ListBarrierChangesRequest& request);
  absl::StatusOr<v1::RaiseBarrierResponse> RaiseBarrier(const rpc::Call& call,
                                                        const v1::RaiseBarrierRequest& request);
  absl::StatusOr<v1::ResolveBarrierResponse> ResolveBarrier(
      const rpc::Call& call, const v1::ResolveBarrierRequest& request);
  absl::StatusOr<v1::ReopenBarrierResponse> ReopenBarrier(const rpc::Call& call,
                                                          const v1::ReopenBarrierRequest& request);
  absl::StatusOr<v1::MergeBarriersResponse> MergeBarriers(const rpc::Call& call,
                                                          const v1::MergeBarriersRequest& request);
  absl::StatusOr<v1::GetEvidencePackResponse> GetEvidencePack(
      const rpc::Call& call, const v1::GetEvidencePackRequest& request);
  absl::StatusOr<v1::ExportEvidencePackResponse> ExportEvidencePack(
      const rpc::Call& call, const v1::ExportEvidencePackRequest& request);

 private:
  template <typename Resp, typename Req>
  absl::StatusOr<Resp> Step(const rpc::Call& call, const Req& request, const BarrierStep& step);

  const Context context_;
  rpc::Service service_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_BARRIER_SERVICE_H_
