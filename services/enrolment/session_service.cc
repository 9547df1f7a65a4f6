#include "services/enrolment/session_service.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/change_session.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/operations/sessions.h"
#include "services/enrolment/request.h"
#include "services/enrolment/store/sessions.h"

namespace dap::enrolment {
namespace {

// A position of ListSessions: the id's bytes, then the start in microseconds.
std::optional<store::SessionPosition> SessionAt(const std::string& position) {
  int64_t start = 0;
  if (position.size() <= id::Uuid::kBytes ||
      !absl::SimpleAtoi(position.substr(id::Uuid::kBytes), &start)) {
    return std::nullopt;
  }
  return store::SessionPosition{absl::FromUnixMicros(start),
                                IdAt(position.substr(0, id::Uuid::kBytes))};
}

}  // namespace

SessionFace::SessionFace(const Parts& parts)
    : parts_(parts), service_("dap.enrolment.v1.SessionService") {
  using Face = SessionFace;
  rpc::Bind(service_, "PlanSession", this, &Face::PlanSession);
  rpc::Bind(service_, "GetSession", this, &Face::GetSession);
  rpc::Bind(service_, "ListSessions", this, &Face::ListSessions);
  rpc::Bind(service_, "UpdateSession", this, &Face::UpdateSession);
  rpc::Bind(service_, "CancelSession", this, &Face::CancelSession);
  BindPeople();
}

absl::StatusOr<v1::PlanSessionResponse> SessionFace::PlanSession(
    const Call& call, const v1::PlanSessionRequest& request) {
  using Response = v1::PlanSessionResponse;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(Session plan, FromProto(request.session()));
  ASSIGN_OR_RETURN(plan.host, StaffOf(call, request.session().host()));
  plan.organisation = key.organisation;
  plan.cohort = key.cohort;
  plan.id = parts_.ids.Next();
  plan.join_code = join_codes_.Next();
  if (!request.session().participant().empty()) {
    ASSIGN_OR_RETURN(store::EnrolmentKey with, EnrolmentOf(call, request.session().participant()));
    // Of another cohort: one that this cohort does not have.
    plan.participant = with.cohort == key.cohort ? with.enrolment : id::Uuid();
  }
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Session session, enrolment::PlanSession(work, plan, CallerOf(call)));
    Response response;
    *response.mutable_session() = ToProto(session, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::GetSessionResponse> SessionFace::GetSession(
    const Call& call, const v1::GetSessionRequest& request) {
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.name()));
  const Caller caller = CallerOf(call);
  const CohortKey in{key.organisation, key.cohort};
  v1::GetSessionResponse response;
  RETURN_IF_ERROR(
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(Cohort cohort, FindInCohort(connection, in, caller));
        ASSIGN_OR_RETURN(store::Viewer viewer, ViewerOf(connection, cohort, caller));
        ASSIGN_OR_RETURN(Session found, FindSession(connection, key, viewer));
        *response.mutable_session() = ToProto(found, viewer.coach ? Code::kShow : Code::kHide);
        return absl::OkStatus();
      }));
  return response;
}

absl::StatusOr<v1::ListSessionsResponse> SessionFace::ListSessions(
    const Call& call, const v1::ListSessionsRequest& request) {
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  const Caller caller = CallerOf(call);
  std::vector<Session> sessions;
  Code code = Code::kHide;
  RETURN_IF_ERROR(
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(Cohort cohort, FindInCohort(connection, key, caller));
        ASSIGN_OR_RETURN(store::Viewer viewer, ViewerOf(connection, cohort, caller));
        code = viewer.coach ? Code::kShow : Code::kHide;
        ASSIGN_OR_RETURN(sessions,
                         store::ListSessions(connection, key.organisation, key.cohort, viewer,
                                             SessionAt(page.position()), page.limit()));
        return absl::OkStatus();
      }));
  v1::ListSessionsResponse response;
  response.set_next_page_token(page.Cut(sessions, [](const Session& last) {
    return absl::StrCat(PositionOf(last.id), absl::ToUnixMicros(last.start_time));
  }));
  for (const Session& session : sessions) *response.add_sessions() = ToProto(session, code);
  return response;
}

absl::StatusOr<v1::UpdateSessionResponse> SessionFace::UpdateSession(
    const Call& call, const v1::UpdateSessionRequest& request) {
  using Response = v1::UpdateSessionResponse;
  const v1::Session& wanted = request.session();
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, wanted.name()));
  id::Uuid host;
  if (!wanted.host().empty()) {
    ASSIGN_OR_RETURN(host, StaffOf(call, wanted.host()));
  }
  const SessionChange change{wanted.etag(), [&](Session& session) {
                               return ReadFields(wanted, request.update_mask(), host, session);
                             }};
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Session session, enrolment::UpdateSession(work, key, CallerOf(call), change));
    Response response;
    *response.mutable_session() = ToProto(session, Code::kShow);
    return response;
  });
}

absl::StatusOr<v1::CancelSessionResponse> SessionFace::CancelSession(
    const Call& call, const v1::CancelSessionRequest& request) {
  using Response = v1::CancelSessionResponse;
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.name()));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Session session,
                     enrolment::CancelSession(work, key, CallerOf(call), request.reason()));
    Response response;
    *response.mutable_session() = ToProto(session, Code::kShow);
    return response;
  });
}

}  // namespace dap::enrolment
