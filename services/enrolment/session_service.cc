#include "services/enrolment/session_service.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
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
  rpc::Bind(service_, "CheckIn", this, &Face::CheckIn);
  rpc::Bind(service_, "RecordAttendance", this, &Face::RecordAttendance);
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
  v1::GetSessionResponse response;
  RETURN_IF_ERROR(
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> absl::Status {
        ASSIGN_OR_RETURN(Cohort cohort,
                         FindInCohort(connection, {key.organisation, key.cohort}, caller));
        ASSIGN_OR_RETURN(std::optional<Session> found,
                         store::FindSession(connection, key.organisation, key.session));
        if (!found.has_value() || found->cohort != key.cohort) {
          return status::NotFound("session", request.name());
        }
        const Code code = IsCoachOf(cohort, caller) ? Code::kShow : Code::kHide;
        *response.mutable_session() = ToProto(*found, code);
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
        code = IsCoachOf(cohort, caller) ? Code::kShow : Code::kHide;
        ASSIGN_OR_RETURN(sessions, store::ListSessions(connection, key.organisation, key.cohort,
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

absl::StatusOr<v1::CheckInResponse> SessionFace::CheckIn(const Call& call,
                                                         const v1::CheckInRequest& request) {
  using Response = v1::CheckInResponse;
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.name()));
  const Caller caller = CallerOf(call);
  RETURN_IF_ERROR(db::Transaction(parts_.pool, call.deadline(), [&](db::Connection& tx) {
    feed::Outbox nothing;
    Work work{tx, nothing, parts_.clock.Now()};
    return TakeTry(work, key, caller);
  }));
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Session session, enrolment::CheckIn(work, key, caller, request.join_code()));
    Response response;
    *response.mutable_session() = ToProto(session, Code::kHide);
    return response;
  });
}

absl::StatusOr<v1::RecordAttendanceResponse> SessionFace::RecordAttendance(
    const Call& call, const v1::RecordAttendanceRequest& request) {
  using Response = v1::RecordAttendanceResponse;
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.name()));
  std::vector<store::EnrolmentKey> enrolments;
  for (const std::string& name : request.enrolments()) {
    ASSIGN_OR_RETURN(enrolments.emplace_back(), EnrolmentOf(call, name));
  }
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Session session,
                     enrolment::RecordAttendance(work, key, CallerOf(call), enrolments));
    Response response;
    *response.mutable_session() = ToProto(session, Code::kShow);
    return response;
  });
}

}  // namespace dap::enrolment
