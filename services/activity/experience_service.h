// The gRPC face of what a cohort shares: who may, which operation, what to answer.
#ifndef DAP_SERVICES_ACTIVITY_EXPERIENCE_SERVICE_H_
#define DAP_SERVICES_ACTIVITY_EXPERIENCE_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/activity/v1/experience_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// dap.activity.v1.ExperienceService. Thread-safe; blocks a worker for its queries. Must outlive the
// server.
class ExperienceService {
 public:
  explicit ExperienceService(const Context& context);

  rpc::Service& service() { return service_; }

  absl::StatusOr<v1::ShareExperienceResponse> ShareExperience(
      const rpc::Call& call, const v1::ShareExperienceRequest& request);
  absl::StatusOr<v1::ListExperiencesResponse> ListExperiences(
      const rpc::Call& call, const v1::ListExperiencesRequest& request);
  absl::StatusOr<v1::CheerExperienceResponse> CheerExperience(
      const rpc::Call& call, const v1::CheerExperienceRequest& request);

 private:
  const Context context_;
  rpc::Service service_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_EXPERIENCE_SERVICE_H_
