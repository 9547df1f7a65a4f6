// The gRPC face of dap.enrolment.v1.PatronService: reads names, asks the operation, fills the
// answer. Rules and errors are told in the proto.
#ifndef DAP_SERVICES_ENROLMENT_PATRON_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_PATRON_SERVICE_H_

#include "absl/status/statusor.h"
#include "dap/enrolment/v1/patron_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/rpc/service.h"
#include "services/enrolment/parts.h"

namespace dap::enrolment {

// Thread-safe. Each call blocks for its database work: one transaction for a change, a read for a
// list.
class PatronFace {
 public:
  explicit PatronFace(const Parts& parts);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;

  Result<v1::InvitePatronResponse> InvitePatron(const Call&, const v1::InvitePatronRequest&);
  Result<v1::AnswerPatronInvitationResponse> AnswerPatronInvitation(
      const Call&, const v1::AnswerPatronInvitationRequest&);
  Result<v1::UpdatePatronChecklistResponse> UpdatePatronChecklist(
      const Call&, const v1::UpdatePatronChecklistRequest&);
  Result<v1::AssignPatronResponse> AssignPatron(const Call&, const v1::AssignPatronRequest&);
  Result<v1::ListPatronsResponse> ListPatrons(const Call&, const v1::ListPatronsRequest&);

  Result<v1::GetPatronResponse> GetPatron(const Call&, const v1::GetPatronRequest&);
  Result<v1::ListMyPatronagesResponse> ListMyPatronages(const Call&,
                                                        const v1::ListMyPatronagesRequest&);

  // patron_service_cover.cc: when a patron is away, or gone.
  Result<v1::PlanPatronCoverResponse> PlanPatronCover(const Call&,
                                                      const v1::PlanPatronCoverRequest&);
  Result<v1::EndPatronCoverResponse> EndPatronCover(const Call&, const v1::EndPatronCoverRequest&);
  Result<v1::ListPatronCoversResponse> ListPatronCovers(const Call&,
                                                        const v1::ListPatronCoversRequest&);
  Result<v1::ListParticipantsToReassignResponse> ListParticipantsToReassign(
      const Call&, const v1::ListParticipantsToReassignRequest&);
  Result<v1::ReassignParticipantsResponse> ReassignParticipants(
      const Call&, const v1::ReassignParticipantsRequest&);

  void BindCover();

  const Parts parts_;
  rpc::Service service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_PATRON_SERVICE_H_
