#include "services/enrolment/patron_service.h"

#include <vector>

#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/patrons.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/patrons.h"

namespace dap::enrolment {

PatronFace::PatronFace(const Parts& parts)
    : parts_(parts), service_("dap.enrolment.v1.PatronService") {
  using Face = PatronFace;
  rpc::Bind(service_, "InvitePatron", this, &Face::InvitePatron);
  rpc::Bind(service_, "AnswerPatronInvitation", this, &Face::AnswerPatronInvitation);
  rpc::Bind(service_, "UpdatePatronChecklist", this, &Face::UpdatePatronChecklist);
  rpc::Bind(service_, "AssignPatron", this, &Face::AssignPatron);
  rpc::Bind(service_, "ListPatrons", this, &Face::ListPatrons);
  rpc::Bind(service_, "GetPatron", this, &Face::GetPatron);
  rpc::Bind(service_, "ListMyPatronages", this, &Face::ListMyPatronages);
  BindCover();
}

absl::StatusOr<v1::InvitePatronResponse> PatronFace::InvitePatron(
    const rpc::Call& call, const v1::InvitePatronRequest& request) {
  using Response = v1::InvitePatronResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(id::Uuid staff, StaffOf(call, request.staff_member()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(
        store::PatronView view,
        enrolment::InvitePatron(work, {key.organisation, key.cohort, staff}, CallerOf(call)));
    Response response;
    *response.mutable_patron() = ToProto(view);
    return response;
  });
}

absl::StatusOr<v1::AnswerPatronInvitationResponse> PatronFace::AnswerPatronInvitation(
    const rpc::Call& call, const v1::AnswerPatronInvitationRequest& request) {
  using Response = v1::AnswerPatronInvitationResponse;
  ASSIGN_OR_RETURN(PatronKey key, PatronOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(store::PatronView view,
                     enrolment::AnswerPatronInvitation(work, key, CallerOf(call), request.agree()));
    Response response;
    *response.mutable_patron() = ToProto(view);
    return response;
  });
}

absl::StatusOr<v1::UpdatePatronChecklistResponse> PatronFace::UpdatePatronChecklist(
    const rpc::Call& call, const v1::UpdatePatronChecklistRequest& request) {
  using Response = v1::UpdatePatronChecklistResponse;
  ASSIGN_OR_RETURN(PatronKey key, PatronOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(store::PatronView view,
                     enrolment::UpdatePatronChecklist(work, key, CallerOf(call),
                                                      FromProto(request.checklist())));
    Response response;
    *response.mutable_patron() = ToProto(view);
    return response;
  });
}

absl::StatusOr<v1::AssignPatronResponse> PatronFace::AssignPatron(
    const rpc::Call& call, const v1::AssignPatronRequest& request) {
  using Response = v1::AssignPatronResponse;
  ASSIGN_OR_RETURN(store::EnrolmentKey key, EnrolmentOf(call, request.name()));
  ASSIGN_OR_RETURN(id::Uuid staff, StaffOf(call, request.patron()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> absl::StatusOr<Response> {
    ASSIGN_OR_RETURN(store::EnrolmentView view,
                     enrolment::AssignPatron(work, key, CallerOf(call), staff));
    Response response;
    *response.mutable_enrolment() = ToProto(view, Privacy::kHide);
    return response;
  });
}

absl::StatusOr<v1::ListPatronsResponse> PatronFace::ListPatrons(
    const rpc::Call& call, const v1::ListPatronsRequest& request) {
  using Views = std::vector<store::PatronView>;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  ASSIGN_OR_RETURN(
      Views views,
      db::Read(parts_.pool, call.deadline(),
               [&](db::Connection& connection) -> absl::StatusOr<Views> {
                 RETURN_IF_ERROR(FindAsCoach(connection, key, CallerOf(call)).status());
                 return store::ListPatrons(connection, key.organisation, key.cohort,
                                           IdAt(page.position()), page.limit());
               }));
  v1::ListPatronsResponse response;
  response.set_next_page_token(
      page.Cut(views, [](const store::PatronView& last) { return PositionOf(last.patron.staff); }));
  for (const store::PatronView& view : views) *response.add_patrons() = ToProto(view);
  return response;
}

absl::StatusOr<v1::GetPatronResponse> PatronFace::GetPatron(const rpc::Call& call,
                                                            const v1::GetPatronRequest& request) {
  ASSIGN_OR_RETURN(PatronKey key, PatronOf(call, request.name()));
  ASSIGN_OR_RETURN(store::PatronView view,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return FindPatronFor(connection, key, CallerOf(call));
                   }));
  v1::GetPatronResponse response;
  *response.mutable_patron() = ToProto(view);
  return response;
}

absl::StatusOr<v1::ListMyPatronagesResponse> PatronFace::ListMyPatronages(
    const rpc::Call& call, const v1::ListMyPatronagesRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  ASSIGN_OR_RETURN(std::vector<store::PatronView> views,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return store::ListPatronages(connection, organisation, call.principal().staff,
                                                  IdAt(page.position()), page.limit());
                   }));
  v1::ListMyPatronagesResponse response;
  response.set_next_page_token(page.Cut(
      views, [](const store::PatronView& last) { return PositionOf(last.patron.cohort); }));
  for (const store::PatronView& view : views) *response.add_patrons() = ToProto(view);
  return response;
}

}  // namespace dap::enrolment
