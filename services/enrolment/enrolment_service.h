// The gRPC face of dap.enrolment.v1.EnrolmentService and RosterService: reads names, asks the
// operation, fills the answer. Rules and errors are told in the protos.
#ifndef DAP_SERVICES_ENROLMENT_ENROLMENT_SERVICE_H_
#define DAP_SERVICES_ENROLMENT_ENROLMENT_SERVICE_H_

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dap/enrolment/v1/enrolment_service.pb.h"
#include "dap/enrolment/v1/roster_service.pb.h"
#include "libs/db/transaction.h"
#include "libs/id/uuid.h"
#include "libs/rpc/call.h"
#include "libs/rpc/page_token.h"
#include "libs/rpc/service.h"
#include "libs/time/clock.h"
#include "services/enrolment/domain/session.h"
#include "services/enrolment/parts.h"
#include "services/enrolment/store/enrolments.h"

namespace dap::enrolment {

// Thread-safe. Each call blocks for its database work: one transaction for a change, a read or two
// for the rest.
class EnrolmentFace {
 public:
  explicit EnrolmentFace(const Parts& parts);

  // For rpc::Server::Start, which this must outlive.
  rpc::Service& service() { return service_; }
  rpc::Service& roster_service() { return roster_service_; }

 private:
  using Call = rpc::Call;
  template <typename T>
  using Result = absl::StatusOr<T>;

  // enrolment_service.cc: organisations.
  Result<v1::CreateOrganisationResponse> CreateOrganisation(const Call&,
                                                            const v1::CreateOrganisationRequest&);
  Result<v1::GetOrganisationResponse> GetOrganisation(const Call&,
                                                      const v1::GetOrganisationRequest&);

  // enrolment_service_staff.cc: staff and teams.
  Result<v1::GetStaffMemberResponse> GetStaffMember(const Call&, const v1::GetStaffMemberRequest&);
  Result<v1::ListStaffResponse> ListStaff(const Call&, const v1::ListStaffRequest&);
  Result<v1::GetTeamResponse> GetTeam(const Call&, const v1::GetTeamRequest&);
  Result<v1::ListTeamsResponse> ListTeams(const Call&, const v1::ListTeamsRequest&);

  // enrolment_service.cc, too: cohorts and their steps.
  Result<v1::CreateCohortResponse> CreateCohort(const Call&, const v1::CreateCohortRequest&);
  Result<v1::GetCohortResponse> GetCohort(const Call&, const v1::GetCohortRequest&);
  Result<v1::ListCohortsResponse> ListCohorts(const Call&, const v1::ListCohortsRequest&);
  Result<v1::OpenCohortResponse> OpenCohort(const Call&, const v1::OpenCohortRequest&);
  Result<v1::CloseRecruitmentResponse> CloseRecruitment(const Call&,
                                                        const v1::CloseRecruitmentRequest&);
  Result<v1::StartCohortResponse> StartCohort(const Call&, const v1::StartCohortRequest&);
  Result<v1::FinishCohortResponse> FinishCohort(const Call&, const v1::FinishCohortRequest&);
  Result<v1::CancelCohortResponse> CancelCohort(const Call&, const v1::CancelCohortRequest&);

  // enrolment_service_cohorts.cc: what a coach changes of a cohort and sees of it; joining.
  Result<v1::UpdateCohortResponse> UpdateCohort(const Call&, const v1::UpdateCohortRequest&);
  Result<v1::ResetCohortJoinCodeResponse> ResetCohortJoinCode(
      const Call&, const v1::ResetCohortJoinCodeRequest&);
  Result<v1::RevokeCohortJoinCodeResponse> RevokeCohortJoinCode(
      const Call&, const v1::RevokeCohortJoinCodeRequest&);
  Result<v1::JoinCohortResponse> JoinCohort(const Call&, const v1::JoinCohortRequest&);
  Result<v1::BatchNominateResponse> BatchNominate(const Call&, const v1::BatchNominateRequest&);
  Result<v1::GetCohortOverviewResponse> GetCohortOverview(const Call&,
                                                          const v1::GetCohortOverviewRequest&);

  // enrolment_service_enrolments.cc: enrolments and the roster.
  Result<v1::ApplyToCohortResponse> ApplyToCohort(const Call&, const v1::ApplyToCohortRequest&);
  Result<v1::NominateToCohortResponse> NominateToCohort(const Call&,
                                                        const v1::NominateToCohortRequest&);
  Result<v1::AcceptEnrolmentResponse> AcceptEnrolment(const Call&,
                                                      const v1::AcceptEnrolmentRequest&);
  Result<v1::WithdrawEnrolmentResponse> WithdrawEnrolment(const Call&,
                                                          const v1::WithdrawEnrolmentRequest&);
  Result<v1::PauseEnrolmentResponse> PauseEnrolment(const Call&, const v1::PauseEnrolmentRequest&);
  Result<v1::ResumeEnrolmentResponse> ResumeEnrolment(const Call&,
                                                      const v1::ResumeEnrolmentRequest&);
  Result<v1::GetEnrolmentResponse> GetEnrolment(const Call&, const v1::GetEnrolmentRequest&);
  Result<v1::ListEnrolmentsResponse> ListEnrolments(const Call&, const v1::ListEnrolmentsRequest&);
  Result<v1::ListMyEnrolmentsResponse> ListMyEnrolments(const Call&,
                                                        const v1::ListMyEnrolmentsRequest&);
  Result<v1::GetRosterEntryResponse> GetRosterEntry(const Call&, const v1::GetRosterEntryRequest&);

  // enrolment::Once with the parts of this face.
  template <typename Resp, typename Req, typename F>
  Result<Resp> Once(const Call& call, const Req& request, F body) {
    return enrolment::Once<Resp>(parts_, call, request, body);
  }

  // What a change would come to, without its being written: no request's id is used up either.
  template <typename Resp, typename F>
  Result<Resp> Validate(const Call& call, F body) {
    return db::Transaction(pool_, call.deadline(), [&](db::Connection& tx) -> Result<Resp> {
      feed::Outbox nothing;
      Work work{tx, nothing, clock_.Now()};
      return body(work);
    });
  }

  void BindCohorts();
  void BindStaff();
  void BindCohortChanges();
  void BindEnrolments();

  const Parts parts_;
  db::Pool& pool_;
  const time::Clock& clock_;
  id::Generator& ids_;
  const rpc::PageTokens& page_tokens_;
  JoinCodes join_codes_;
  rpc::Service service_;
  rpc::Service roster_service_;
};

}  // namespace dap::enrolment

#endif  // DAP_SERVICES_ENROLMENT_ENROLMENT_SERVICE_H_
