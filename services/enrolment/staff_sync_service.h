// The gRPC face of dap.enrolment.v1.StaffSyncService. Rules and errors are told in the protos.
#ifndef DAP_SERVICES_ENROLMENT_STAFF_SYNC_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_STAFF_SYNC_SERVICE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dap/enrolment/v1/staff_sync_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/service.h"
#include "libs/rpc/stream.h"
#include "services/enrolment/operations/sync_parts.h"
#include "services/enrolment/operations/sync_receive.h"

namespace dap::enrolment {

// Thread-safe. A stream holds a thread while it lasts and a connection only while a batch is
// written; the other calls block for a read or a transaction, ApplySyncRun for as many as it takes.
class StaffSyncFace {
 public:
  // All must outlive it.
  StaffSyncFace(const SyncParts& parts, const rpc::PageTokens& page_tokens);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;
  using SyncStream = rpc::Stream<v1::SyncStaffRequest, v1::SyncStaffResponse>;

  absl::Status SyncStaff(const Call& call, SyncStream& stream);
  Result<v1::ApplySyncRunResponse> ApplySyncRun(const Call&, const v1::ApplySyncRunRequest&);
  Result<v1::ApproveSyncRunResponse> ApproveSyncRun(const Call&, const v1::ApproveSyncRunRequest&);
  Result<v1::GetSyncRunResponse> GetSyncRun(const Call&, const v1::GetSyncRunRequest&);
  Result<v1::ListSyncRunsResponse> ListSyncRuns(const Call&, const v1::ListSyncRunsRequest&);
  Result<v1::ListRejectedRecordsResponse> ListRejectedRecords(
      const Call&, const v1::ListRejectedRecordsRequest&);

  absl::Status Take(const Call& call, SyncStream& stream, const v1::StaffRecord& record,
                    const absl::Status& rules, SyncReceiver& receiver);
  absl::Status TakeAll(const Call& call, SyncStream& stream, const v1::StaffRecords& records,
                       const absl::Status& rules, SyncReceiver& receiver);
  absl::Status Receive(const Call& call, SyncStream& stream, bool apply, SyncReceiver& receiver);
  absl::Status Finish(const Call& call, SyncStream& stream, bool apply, SyncReceiver& receiver,
                      const v1::SyncEnd& end);

  const SyncParts parts_;
  const rpc::PageTokens& page_tokens_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_STAFF_SYNC_SERVICE_H_
