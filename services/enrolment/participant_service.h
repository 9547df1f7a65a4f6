// The gRPC face of dap.enrolment.v1.ParticipantService: reads names, asks the operation, notes who
// looked, fills the answer. Rules and errors are told in the proto.
#ifndef DAP_SERVICES_ENROLMENT_PARTICIPANT_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_PARTICIPANT_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/participant_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/enrolment/domain/enrolment.h"
#include "services/enrolment/parts.h"
#include "services/enrolment/store/enrolments.h"
#include "services/enrolment/store/private_reads.h"

namespace dap::enrolment {

// Thread-safe. Each call blocks for its database work: one transaction for a change, a read or two
// and the record of it for the rest.
class ParticipantFace {
 public:
  explicit ParticipantFace(const Parts& parts);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;

  Result<v1::SetWayInResponse> SetWayIn(const Call&, const v1::SetWayInRequest&);
  Result<v1::CompleteEnrolmentResponse> CompleteEnrolment(const Call&,
                                                          const v1::CompleteEnrolmentRequest&);
  Result<v1::WriteReflectionResponse> WriteReflection(const Call&,
                                                      const v1::WriteReflectionRequest&);
  Result<v1::GetArrangementResponse> GetArrangement(const Call&, const v1::GetArrangementRequest&);
  Result<v1::UpdateArrangementResponse> UpdateArrangement(const Call&,
                                                          const v1::UpdateArrangementRequest&);
  Result<v1::ListArrangementChangesResponse> ListArrangementChanges(
      const Call&, const v1::ListArrangementChangesRequest&);
  Result<v1::GetListeningNoteResponse> GetListeningNote(const Call&,
                                                        const v1::GetListeningNoteRequest&);
  Result<v1::UpdateListeningNoteResponse> UpdateListeningNote(
      const Call&, const v1::UpdateListeningNoteRequest&);
  Result<v1::ListListeningNoteRevisionsResponse> ListListeningNoteRevisions(
      const Call&, const v1::ListListeningNoteRevisionsRequest&);
  Result<v1::ListPrivateReadsResponse> ListPrivateReads(const Call&,
                                                        const v1::ListPrivateReadsRequest&);

  // The enrolment, for the participant or a coach, whose look at `subject` is recorded.
  Result<store::EnrolmentView> FindAndRecord(const Call& call, const store::EnrolmentKey& key,
                                             store::PrivateSubject subject);

  const Parts parts_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_PARTICIPANT_SERVICE_H_
