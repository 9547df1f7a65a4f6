// The gRPC face of dap.enrolment.v1.SessionService: reads names, asks the operation, fills the
// answer. Rules and errors are told in the proto.
#ifndef DAP_SERVICES_ENROLMENT_SESSION_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_SESSION_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/session_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/parts.h"

namespace dap::enrolment {

// Thread-safe. Each call blocks for its database work: one transaction for a change, two for
// CheckIn, a read for the rest.
class SessionFace {
 public:
  explicit SessionFace(const Parts& parts);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;

  Result<v1::PlanSessionResponse> PlanSession(const Call&, const v1::PlanSessionRequest&);
  Result<v1::GetSessionResponse> GetSession(const Call&, const v1::GetSessionRequest&);
  Result<v1::ListSessionsResponse> ListSessions(const Call&, const v1::ListSessionsRequest&);
  Result<v1::UpdateSessionResponse> UpdateSession(const Call&, const v1::UpdateSessionRequest&);
  Result<v1::CancelSessionResponse> CancelSession(const Call&, const v1::CancelSessionRequest&);
  Result<v1::RespondToSessionResponse> RespondToSession(const Call&,
                                                        const v1::RespondToSessionRequest&);
  Result<v1::ListSessionResponsesResponse> ListSessionResponses(
      const Call&, const v1::ListSessionResponsesRequest&);
  Result<v1::ListSessionAttendanceResponse> ListSessionAttendance(
      const Call&, const v1::ListSessionAttendanceRequest&);
  Result<v1::ListAbsenteesResponse> ListAbsentees(const Call&, const v1::ListAbsenteesRequest&);
  Result<v1::CheckInResponse> CheckIn(const Call&, const v1::CheckInRequest&);
  Result<v1::RecordAttendanceResponse> RecordAttendance(const Call&,
                                                        const v1::RecordAttendanceRequest&);
  Result<v1::RemoveAttendanceResponse> RemoveAttendance(const Call&,
                                                        const v1::RemoveAttendanceRequest&);

  void BindPeople();

  const Parts parts_;
  JoinCodes join_codes_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_SESSION_SERVICE_H_
