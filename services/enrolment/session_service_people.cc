// Who comes and who was there; see session_service.h.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "services/enrolment/convert.h"
#include "services/enrolment/operations/absentees.h"
#include "services/enrolment/operations/attendance.h"
#include "services/enrolment/operations/change_session.h"
#include "services/enrolment/operations/relations.h"
#include "services/enrolment/request.h"
#include "services/enrolment/session_service.h"
#include "services/enrolment/store/session_people.h"

namespace dap::enrolment {
namespace {

absl::StatusOr<Session> FindForCoach(db::Connection& connection, const SessionKey& key,
                                     const Caller& caller) {
  RETURN_IF_ERROR(FindAsCoach(connection, {key.organisation, key.cohort}, caller).status());
  return FindSession(connection, key, {id::Uuid(), true});
}

}  // namespace

void SessionFace::BindPeople() {
  using Face = SessionFace;
  rpc::Bind(service_, "RespondToSession", this, &Face::RespondToSession);
  rpc::Bind(service_, "ListSessionResponses", this, &Face::ListSessionResponses);
  rpc::Bind(service_, "ListSessionAttendance", this, &Face::ListSessionAttendance);
  rpc::Bind(service_, "ListAbsentees", this, &Face::ListAbsentees);
  rpc::Bind(service_, "CheckIn", this, &Face::CheckIn);
  rpc::Bind(service_, "RecordAttendance", this, &Face::RecordAttendance);
  rpc::Bind(service_, "RemoveAttendance", this, &Face::RemoveAttendance);
}

absl::StatusOr<v1::RespondToSessionResponse> SessionFace::RespondToSession(
    const Call& call, const v1::RespondToSessionRequest& request) {
  using Response = v1::RespondToSessionResponse;
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.name()));
  const auto answer = static_cast<SessionAnswer>(request.answer());
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Session session, AnswerSession(work, key, CallerOf(call), answer));
    Response response;
    *response.mutable_session() = ToProto(session, Code::kHide);
    return response;
  });
}

absl::StatusOr<v1::ListSessionResponsesResponse> SessionFace::ListSessionResponses(
    const Call& call, const v1::ListSessionResponsesRequest& request) {
  using Views = std::vector<store::ResponseView>;
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  Session session;
  ASSIGN_OR_RETURN(
      Views views,
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> Result<Views> {
        ASSIGN_OR_RETURN(session, FindForCoach(connection, key, CallerOf(call)));
        return store::ListResponses(connection, key.organisation, key.session,
                                    IdAt(page.position()), page.limit());
      }));
  v1::ListSessionResponsesResponse response;
  response.set_next_page_token(
      page.Cut(views, [](const store::ResponseView& last) { return PositionOf(last.enrolment); }));
  for (const store::ResponseView& view : views) *response.add_responses() = ToProto(view, session);
  return response;
}

absl::StatusOr<v1::ListSessionAttendanceResponse> SessionFace::ListSessionAttendance(
    const Call& call, const v1::ListSessionAttendanceRequest& request) {
  using Views = std::vector<store::AttendanceView>;
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  Session session;
  ASSIGN_OR_RETURN(
      Views views,
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> Result<Views> {
        ASSIGN_OR_RETURN(session, FindForCoach(connection, key, CallerOf(call)));
        return store::ListAttendance(connection, key.organisation, key.session,
                                     IdAt(page.position()), page.limit());
      }));
  v1::ListSessionAttendanceResponse response;
  response.set_next_page_token(page.Cut(
      views, [](const store::AttendanceView& last) { return PositionOf(last.enrolment); }));
  for (const store::AttendanceView& view : views)
    *response.add_attendance() = ToProto(view, session);
  return response;
}

absl::StatusOr<v1::ListAbsenteesResponse> SessionFace::ListAbsentees(
    const Call& call, const v1::ListAbsenteesRequest& request) {
  using Absentees = std::vector<Absentee>;
  ASSIGN_OR_RETURN(CohortKey key, CohortOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(parts_.page_tokens, call, request));
  int64_t after = 0;
  if (!page.position().empty() && !absl::SimpleAtoi(page.position(), &after)) after = 0;
  Cohort cohort;
  ASSIGN_OR_RETURN(
      Absentees absentees,
      db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) -> Result<Absentees> {
        ASSIGN_OR_RETURN(cohort, FindAsCoach(connection, key, CallerOf(call)));
        return ReadAbsentees(connection, cohort, parts_.clock.Now(), after, page.limit());
      }));
  v1::ListAbsenteesResponse response;
  response.set_next_page_token(
      page.Cut(absentees, [](const Absentee& last) { return absl::StrCat(last.view.ask_number); }));
  for (const Absentee& absentee : absentees) {
    *response.add_absentees() = ToProto(absentee, cohort);
  }
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
    return TakeTry(work, key, caller, request.join_code());
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

absl::StatusOr<v1::RemoveAttendanceResponse> SessionFace::RemoveAttendance(
    const Call& call, const v1::RemoveAttendanceRequest& request) {
  using Response = v1::RemoveAttendanceResponse;
  ASSIGN_OR_RETURN(SessionKey key, SessionOf(call, request.name()));
  std::vector<store::EnrolmentKey> enrolments;
  for (const std::string& name : request.enrolments()) {
    ASSIGN_OR_RETURN(enrolments.emplace_back(), EnrolmentOf(call, name));
  }
  return Once<Response>(parts_, call, request, [&](Work& work) -> Result<Response> {
    ASSIGN_OR_RETURN(Session session,
                     enrolment::RemoveAttendance(work, key, CallerOf(call), enrolments));
    Response response;
    *response.mutable_session() = ToProto(session, Code::kShow);
    return response;
  });
}

}  // namespace dap::enrolment
