#include "services/activity/activity_service.h"

#include <initializer_list>
#include <utility>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/requests/requests.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/convert.h"
#include "services/activity/operations/answer_check_in.h"
#include "services/activity/operations/cohort_activities.h"
#include "services/activity/operations/lists.h"
#include "services/activity/operations/log_batch.h"
#include "services/activity/operations/patron_board.h"
#include "services/activity/operations/resolve_queue_entry.h"
#include "services/activity/operations/work_out_progress.h"
#include "services/activity/store/private_reads.h"

namespace dap::activity {
namespace {

using roster::Relation;

// The entry of the enrolment that the first three ids name, for a caller who is one of `any` to it.
absl::StatusOr<roster::Entry> FindFor(const Context& context, const rpc::Call& call,
                                      const std::vector<id::Uuid>& ids,
                                      std::initializer_list<Relation> any) {
  ASSIGN_OR_RETURN(roster::Entry entry, context.roster.FindFor(call, ids[0], ids[2], any));
  if (entry.cohort != ids[1]) return status::NotFound("enrolment", ids[2].ToString());
  return entry;
}

// The same for what is private to the participant and the coach; a coach's look is recorded first.
absl::StatusOr<roster::Entry> FindPrivate(const Context& context, const rpc::Call& call,
                                          const std::vector<id::Uuid>& ids,
                                          PrivateSubject subject) {
  ASSIGN_OR_RETURN(roster::Entry entry,
                   FindFor(context, call, ids, {Relation::kSelf, Relation::kCoach}));
  if (entry.IsSelf(call.principal())) return entry;
  ASSIGN_OR_RETURN(absl::TimeZone zone, time::ZoneOf(entry.time_zone));
  const absl::Time now = context.clock.Now();
  RETURN_IF_ERROR(db::Transaction(context.pool, call.deadline(), [&](db::Connection& tx) {
    return RecordPrivateReads(tx, entry.organisation, {entry.enrolment}, call.principal().staff,
                              subject, time::DayOf(now, zone), now);
  }));
  return entry;
}

absl::StatusOr<std::vector<id::Uuid>> CheckInIds(absl::string_view name) {
  return id::Ids(name, {"organisations", "cohorts", "enrolments", "checkIns"});
}

// The organisation that a patron's method names.
absl::StatusOr<id::Uuid> OwnOrganisation(const rpc::Call& call, absl::string_view parent) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids, id::Ids(parent, {"organisations"}));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  return ids[0];
}

}  // namespace

ActivityService::ActivityService(const Context& context, ActivityWriter& writer)
    : context_(context),
      writer_(writer),
      service_(v1::LogActivityRequest::descriptor()->file()->FindServiceByName("ActivityService")) {
  rpc::Bind(service_, "LogActivity", this, &ActivityService::LogActivity);
  rpc::Bind(service_, "BatchLogActivities", this, &ActivityService::BatchLogActivities);
  rpc::Bind(service_, "StreamActivities", this, &ActivityService::StreamActivities);
  rpc::Bind(service_, "CorrectActivity", this, &ActivityService::CorrectActivity);
  rpc::Bind(service_, "DeleteActivity", this, &ActivityService::DeleteActivity);
  rpc::Bind(service_, "ListActivityRevisions", this, &ActivityService::ListActivityRevisions);
  rpc::Bind(service_, "ListActivities", this, &ActivityService::ListActivities);
  rpc::Bind(service_, "ListCohortActivities", this, &ActivityService::ListCohortActivities);
  rpc::Bind(service_, "GetProgress", this, &ActivityService::GetProgress);
  rpc::Bind(service_, "GetCheckIn", this, &ActivityService::GetCheckIn);
  rpc::Bind(service_, "AnswerCheckIn", this, &ActivityService::AnswerCheckIn);
  rpc::Bind(service_, "ListPatronQueue", this, &ActivityService::ListPatronQueue);
  rpc::Bind(service_, "ResolvePatronQueueEntry", this, &ActivityService::ResolvePatronQueueEntry);
  rpc::Bind(service_, "ListPatronBoard", this, &ActivityService::ListPatronBoard);
}

void ActivityService::LogActivity(std::shared_ptr<rpc::Call> call,
                                  const v1::LogActivityRequest& request,
                                  rpc::Respond<v1::LogActivityResponse> respond) {
  absl::StatusOr<std::shared_ptr<PendingLog>> log = PrepareLog(context_, *call, request);
  if (!log.ok()) return respond(log.status());
  writer_.Add(*std::move(log), std::move(respond));
}

void ActivityService::BatchLogActivities(std::shared_ptr<rpc::Call> call,
                                         const v1::BatchLogActivitiesRequest& request,
                                         rpc::Respond<v1::BatchLogActivitiesResponse> respond) {
  const auto ids = id::Ids(request.parent(), {"organisations", "cohorts", "enrolments"});
  if (!ids.ok()) return respond(ids.status());
  const absl::Status own = roster::RequireOrganisation((*ids)[0], call->principal());
  if (!own.ok()) return respond(own);
  LogBatch(context_, writer_, call, request, std::move(respond));
}

absl::Status ActivityService::StreamActivities(const rpc::Call& call, ActivityStream& stream) {
  ASSIGN_OR_RETURN(const StreamPlaces::Place place, log_streams_.Take(call.principal()));
  return LogStream(context_, writer_, call, stream);
}

void ActivityService::CorrectActivity(std::shared_ptr<rpc::Call> call,
                                      const v1::CorrectActivityRequest& request,
                                      rpc::Respond<v1::CorrectActivityResponse> respond) {
  absl::StatusOr<std::shared_ptr<PendingLog>> log = PrepareCorrection(context_, *call, request);
  if (!log.ok()) return respond(log.status());
  writer_.Add(*std::move(log), [respond = std::move(respond)](auto corrected) {
    if (!corrected.ok()) return respond(corrected.status());
    v1::CorrectActivityResponse response;
    *response.mutable_activity() = std::move(*corrected->mutable_activity());
    respond(std::move(response));
  });
}

void ActivityService::DeleteActivity(std::shared_ptr<rpc::Call> call,
                                     const v1::DeleteActivityRequest& request,
                                     rpc::Respond<v1::DeleteActivityResponse> respond) {
  absl::StatusOr<std::shared_ptr<PendingLog>> log = PrepareDeletion(context_, *call, request);
  if (!log.ok()) return respond(log.status());
  writer_.Add(*std::move(log), [respond = std::move(respond)](const auto& deleted) {
    if (!deleted.ok()) return respond(deleted.status());
    respond(v1::DeleteActivityResponse());
  });
}

absl::StatusOr<v1::ListActivityRevisionsResponse> ActivityService::ListActivityRevisions(
    const rpc::Call& call, const v1::ListActivityRevisionsRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(),
                                     {"organisations", "cohorts", "enrolments", "activities"}));
  RETURN_IF_ERROR(FindFor(context_, call, ids, {Relation::kSelf}).status());
  ASSIGN_OR_RETURN(Page<RevisionRow> page,
                   ListRevisionPage(context_, call, request, ids[0], ids[2], ids[3]));
  v1::ListActivityRevisionsResponse response;
  for (const RevisionRow& row : page.rows) *response.add_revisions() = ToProto(row, ids[1]);
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::ListActivitiesResponse> ActivityService::ListActivities(
    const rpc::Call& call, const v1::ListActivitiesRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations", "cohorts", "enrolments"}));
  ASSIGN_OR_RETURN(roster::Entry entry,
                   FindPrivate(context_, call, ids, PrivateSubject::kActivities));
  ASSIGN_OR_RETURN(Page<ActivityRow> page,
                   ListActivityPage(context_, call, request, ids[0], ids[2]));
  const Reader reader = entry.IsSelf(call.principal()) ? Reader::kSelf : Reader::kCoach;
  v1::ListActivitiesResponse response;
  for (const ActivityRow& row : page.rows) {
    *response.add_activities() = ToProto(row, entry.cohort, reader);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::ListCohortActivitiesResponse> ActivityService::ListCohortActivities(
    const rpc::Call& call, const v1::ListCohortActivitiesRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations", "cohorts"}));
  ASSIGN_OR_RETURN(const Member member, RequireMember(context_, call, ids[0], ids[1]));
  ASSIGN_OR_RETURN(const Page<SharedActivity> page,
                   ListCohortActivityPage(context_, call, request, member));
  v1::ListCohortActivitiesResponse response;
  for (const SharedActivity& shared : page.rows) {
    *response.add_activities() = ToProto(shared, member);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::GetProgressResponse> ActivityService::GetProgress(
    const rpc::Call& call, const v1::GetProgressRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.parent(), {"organisations", "cohorts", "enrolments"}));
  ASSIGN_OR_RETURN(roster::Entry entry,
                   FindPrivate(context_, call, ids, PrivateSubject::kProgress));
  std::optional<absl::CivilDay> as_of;
  if (request.has_as_of_date()) {
    ASSIGN_OR_RETURN(as_of, FromProto(request.as_of_date(), "as_of_date"));
  }
  ASSIGN_OR_RETURN(std::vector<ProgressResult> progress,
                   WorkOutProgress(context_, call.deadline(), {entry}, as_of, "as_of_date"));
  v1::GetProgressResponse response;
  *response.mutable_progress() = ToProto(progress[0]);
  return response;
}

absl::StatusOr<v1::GetCheckInResponse> ActivityService::GetCheckIn(
    const rpc::Call& call, const v1::GetCheckInRequest& request) {
  ASSIGN_OR_RETURN(auto ids, CheckInIds(request.name()));
  RETURN_IF_ERROR(FindFor(context_, call, ids, {Relation::kSelf}).status());
  ASSIGN_OR_RETURN(auto row, db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                     return FindCheckIn(db, ids[0], ids[2], ids[3]);
                   }));
  if (!row) return status::NotFound("check_in", request.name());
  v1::GetCheckInResponse response;
  *response.mutable_check_in() = ToProto(*row, ids[1]);
  return response;
}

absl::StatusOr<v1::AnswerCheckInResponse> ActivityService::AnswerCheckIn(
    const rpc::Call& call, const v1::AnswerCheckInRequest& request) {
  ASSIGN_OR_RETURN(auto ids, CheckInIds(request.name()));
  ASSIGN_OR_RETURN(roster::Entry entry, FindFor(context_, call, ids, {Relation::kSelf}));
  return requests::Once<v1::AnswerCheckInResponse>(
      context_.ledger(), call, request,
      [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<v1::AnswerCheckInResponse> {
        ASSIGN_OR_RETURN(CheckInRow row,
                         activity::AnswerCheckIn(context_, tx, outbox, entry, ids[3], request));
        ASSIGN_OR_RETURN(std::optional<v1::BarrierReport> draft, DraftReport(tx, row, ids[1]));
        v1::AnswerCheckInResponse response;
        *response.mutable_check_in() = ToProto(row, ids[1]);
        if (draft) *response.mutable_barrier_report() = *std::move(draft);
        return response;
      });
}

absl::StatusOr<v1::ListPatronQueueResponse> ActivityService::ListPatronQueue(
    const rpc::Call& call, const v1::ListPatronQueueRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OwnOrganisation(call, request.parent()));
  ASSIGN_OR_RETURN(Page<QueueView> page, ListQueuePage(context_, call, request, organisation));
  v1::ListPatronQueueResponse response;
  for (const QueueView& view : page.rows) *response.add_entries() = ToProto(view);
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::ResolvePatronQueueEntryResponse> ActivityService::ResolvePatronQueueEntry(
    const rpc::Call& call, const v1::ResolvePatronQueueEntryRequest& request) {
  ASSIGN_OR_RETURN(auto ids, id::Ids(request.name(), {"organisations", "patronQueue"}));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  return requests::Once<v1::ResolvePatronQueueEntryResponse>(
      context_.ledger(), call, request,
      [&](db::Connection& tx,
          feed::Outbox& outbox) -> absl::StatusOr<v1::ResolvePatronQueueEntryResponse> {
        ASSIGN_OR_RETURN(
            QueueView view,
            ResolveQueueEntry(context_, tx, outbox, ids[0], ids[1], call.principal().staff,
                              static_cast<Outcome>(request.outcome())));
        v1::ResolvePatronQueueEntryResponse response;
        *response.mutable_entry() = ToProto(view);
        return response;
      });
}

absl::StatusOr<v1::ListPatronBoardResponse> ActivityService::ListPatronBoard(
    const rpc::Call& call, const v1::ListPatronBoardRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OwnOrganisation(call, request.parent()));
  ASSIGN_OR_RETURN(const Page<BoardView> page,
                   activity::ListPatronBoard(context_, call, request, organisation));
  v1::ListPatronBoardResponse response;
  for (const BoardView& view : page.rows) *response.add_rows() = ToProto(view, organisation);
  response.set_next_page_token(page.next_page_token);
  return response;
}

}  // namespace dap::activity
