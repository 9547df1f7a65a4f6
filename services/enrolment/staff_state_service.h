// The face of dap.enrolment.v1.StaffStateService: whose state changed, for the gateway.
#ifndef DAP_SERVICES_ENROLMENT_STAFF_STATE_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_STAFF_STATE_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/staff_state_service.pb.h"
#include "libs/db/pool.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"

namespace dap::enrolment {

// Thread-safe.
class StaffStateFace {
 public:
  explicit StaffStateFace(db::Pool& pool);
  rpc::Service& service() { return service_; }

 private:
  absl::StatusOr<v1::ListStaffStateChangesResponse> ListStaffStateChanges(
      const rpc::Call& call, const v1::ListStaffStateChangesRequest& request);

  db::Pool& pool_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_STAFF_STATE_SERVICE_H_
