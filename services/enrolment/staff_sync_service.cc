#include "services/enrolment/staff_sync_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/requests/requests.h"
#include "libs/rpc/field_rules.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/enrolment/operations/sync_apply.h"
#include "services/enrolment/operations/sync_approve.h"
#include "services/enrolment/operations/sync_plan.h"
#include "services/enrolment/request.h"
#include "services/enrolment/staff_sync_convert.h"
#include "services/enrolment/store/sync_records.h"
#include "services/enrolment/store/sync_runs.h"

namespace dap::enrolment {
namespace {

// For one step of a stream: its own deadline may be hours away.
constexpr absl::Duration kStepTime = absl::Seconds(60);

// As the proto's rule says.
constexpr int kMostRecords = 1000;

absl::Time StepDeadline(const rpc::Call& call) {
  return std::min(call.deadline(), time::SystemClock().Now() + kStepTime);
}

absl::Status OutOfOrder(absl::string_view message) {
  return status::Invalid("message", "SYNC_OUT_OF_ORDER", message);
}

absl::StatusOr<store::SyncRunKey> RunOf(const rpc::Call& call, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<id::Uuid> ids, id::Ids(name, {"organisations", "syncRuns"}));
  if (ids[0].is_nil() || ids[0] != call.principal().organisation) {
    return status::Denied("OTHER_ORGANISATION", "That is not your organisation.");
  }
  return store::SyncRunKey{ids[0], ids[1]};
}

absl::StatusOr<SyncStart> StartOf(const rpc::Call& call, const v1::SyncBegin& begin) {
  SyncStart start;
  ASSIGN_OR_RETURN(start.organisation, OrganisationOf(call, begin.parent()));
  start.source = begin.source();
  start.mode = static_cast<SyncMode>(begin.mode());
  if (start.mode != SyncMode::kFull && start.mode != SyncMode::kDelta) {
    return status::Invalid("begin.mode", "SYNC_MODE_UNKNOWN", "Must be FULL or DELTA.");
  }
  start.expected = begin.expected_count();
  if (!begin.sync_run().empty()) {
    ASSIGN_OR_RETURN(store::SyncRunKey key, RunOf(call, begin.sync_run()));
    start.run = key.run;
  }
  return start;
}

v1::SyncStaffResponse Acknowledge(const SyncReceiver& receiver) {
  v1::SyncStaffResponse response;
  v1::SyncAcknowledgement* acknowledgement = response.mutable_acknowledgement();
  acknowledgement->set_sync_run(SyncRunName(receiver.key().organisation, receiver.key().run));
  acknowledgement->set_watermark(receiver.watermark());
  return response;
}

absl::Status Broken() {
  return absl::CancelledError("the sync's stream broke; go on with its run");
}

absl::StatusOr<store::SyncRun> ExistingRun(const SyncParts& parts, const rpc::Call& call,
                                           const store::SyncRunKey& key) {
  auto run = db::Read(parts.pool, call.deadline(), [&](db::Connection& connection) {
    return store::FindSyncRun(connection, key.organisation, key.run);
  });
  RETURN_IF_ERROR(run.status());
  if (!run->has_value()) return NoSuchRun(key);
  return **std::move(run);
}

}  // namespace

StaffSyncFace::StaffSyncFace(const SyncParts& parts, const rpc::PageTokens& page_tokens)
    : parts_(parts), page_tokens_(page_tokens), service_("dap.enrolment.v1.StaffSyncService") {
  rpc::Bind(service_, "SyncStaff", this, &StaffSyncFace::SyncStaff);
  rpc::Bind(service_, "ApplySyncRun", this, &StaffSyncFace::ApplySyncRun);
  rpc::Bind(service_, "ApproveSyncRun", this, &StaffSyncFace::ApproveSyncRun);
  rpc::Bind(service_, "GetSyncRun", this, &StaffSyncFace::GetSyncRun);
  rpc::Bind(service_, "ListSyncRuns", this, &StaffSyncFace::ListSyncRuns);
  rpc::Bind(service_, "ListRejectedRecords", this, &StaffSyncFace::ListRejectedRecords);
}

absl::Status StaffSyncFace::SyncStaff(const Call& call, SyncStream& stream) {
  v1::SyncStaffRequest request;
  absl::Status rules;
  if (!stream.Read(&request, &rules) || !request.has_begin()) {
    return OutOfOrder("The first message of a sync must be `begin`.");
  }
  RETURN_IF_ERROR(rules);
  ASSIGN_OR_RETURN(SyncStart start, StartOf(call, request.begin()));
  ASSIGN_OR_RETURN(std::unique_ptr<SyncReceiver> receiver,
                   SyncReceiver::Begin(parts_, start, StepDeadline(call)));
  if (!stream.Write(Acknowledge(*receiver))) return Broken();
  return Receive(call, stream, request.begin().apply(), *receiver);
}

absl::Status StaffSyncFace::Take(const Call& call, SyncStream& stream,
                                 const v1::StaffRecord& record, const absl::Status& rules,
                                 SyncReceiver& receiver) {
  if (!receiver.Add(RawExternalId(record), ToRecord(record, rules))) return absl::OkStatus();
  RETURN_IF_ERROR(receiver.Flush(StepDeadline(call)));
  return stream.Write(Acknowledge(receiver)) ? absl::OkStatus() : Broken();
}

absl::Status StaffSyncFace::TakeAll(const Call& call, SyncStream& stream,
                                    const v1::StaffRecords& records, const absl::Status& rules,
                                    SyncReceiver& receiver) {
  if (records.records_size() > kMostRecords) return rules;
  static const rpc::FieldRules& one =
      *new rpc::FieldRules(rpc::FieldRules::For(v1::StaffRecord::descriptor()));
  for (const v1::StaffRecord& record : records.records()) {
    // What the whole message breaks says too little of each record.
    const absl::Status broken = rules.ok() ? absl::OkStatus() : one.Check(record);
    RETURN_IF_ERROR(Take(call, stream, record, broken, receiver));
  }
  return absl::OkStatus();
}

absl::Status StaffSyncFace::Receive(const Call& call, SyncStream& stream, bool apply,
                                    SyncReceiver& receiver) {
  v1::SyncStaffRequest request;
  absl::Status rules;
  while (stream.Read(&request, &rules)) {
    if (request.has_end()) {
      RETURN_IF_ERROR(rules);
      return Finish(call, stream, apply, receiver, request.end());
    }
    if (request.has_record()) {
      RETURN_IF_ERROR(Take(call, stream, request.record(), rules, receiver));
    } else if (request.has_records()) {
      RETURN_IF_ERROR(TakeAll(call, stream, request.records(), rules, receiver));
    } else {
      return OutOfOrder("Records come after `begin`, then `end`.");
    }
  }
  if (call.cancelled()) return Broken();
  return OutOfOrder("The stream ended without `end`. Go on with its run and send `end` last.");
}

absl::Status StaffSyncFace::Finish(const Call& call, SyncStream& stream, bool apply,
                                   SyncReceiver& receiver, const v1::SyncEnd& end) {
  RETURN_IF_ERROR(receiver.Flush(StepDeadline(call)));
  if (!stream.Write(Acknowledge(receiver))) return Broken();
  ASSIGN_OR_RETURN(
      store::SyncRun run,
      PlanSyncRun(parts_, receiver.key(), {end.count(), end.checksum()}, StepDeadline(call)));
  if (apply && run.state == SyncState::kPlanned) {
    ASSIGN_OR_RETURN(run, enrolment::ApplySyncRun(parts_, receiver.key(), call.deadline()));
  }
  v1::SyncStaffResponse response;
  *response.mutable_sync_run() = ToProto(run);
  if (!stream.Write(response)) return Broken();
  v1::SyncStaffRequest more;
  absl::Status rules;
  if (stream.Read(&more, &rules)) return OutOfOrder("Nothing comes after `end`.");
  return absl::OkStatus();
}

absl::StatusOr<v1::ApplySyncRunResponse> StaffSyncFace::ApplySyncRun(
    const Call& call, const v1::ApplySyncRunRequest& request) {
  ASSIGN_OR_RETURN(store::SyncRunKey key, RunOf(call, request.name()));
  ASSIGN_OR_RETURN(store::SyncRun run, enrolment::ApplySyncRun(parts_, key, call.deadline()));
  v1::ApplySyncRunResponse response;
  *response.mutable_sync_run() = ToProto(run);
  return response;
}

absl::StatusOr<v1::ApproveSyncRunResponse> StaffSyncFace::ApproveSyncRun(
    const Call& call, const v1::ApproveSyncRunRequest& request) {
  ASSIGN_OR_RETURN(store::SyncRunKey key, RunOf(call, request.name()));
  return requests::Once<v1::ApproveSyncRunResponse>(
      requests::Ledger{parts_.pool, parts_.feed, parts_.clock}, call, request,
      [&](db::Connection& tx, feed::Outbox&) -> Result<v1::ApproveSyncRunResponse> {
        const std::string approver =
            id::Name({{"organisations", key.organisation}, {"staff", call.principal().staff}});
        ASSIGN_OR_RETURN(
            store::SyncRun run,
            enrolment::ApproveSyncRun(tx, key, approver, request.reason(), parts_.clock.Now()));
        v1::ApproveSyncRunResponse response;
        *response.mutable_sync_run() = ToProto(run);
        return response;
      });
}

absl::StatusOr<v1::GetSyncRunResponse> StaffSyncFace::GetSyncRun(
    const Call& call, const v1::GetSyncRunRequest& request) {
  ASSIGN_OR_RETURN(store::SyncRunKey key, RunOf(call, request.name()));
  ASSIGN_OR_RETURN(store::SyncRun run, ExistingRun(parts_, call, key));
  v1::GetSyncRunResponse response;
  *response.mutable_sync_run() = ToProto(run);
  return response;
}

absl::StatusOr<v1::ListSyncRunsResponse> StaffSyncFace::ListSyncRuns(
    const Call& call, const v1::ListSyncRunsRequest& request) {
  ASSIGN_OR_RETURN(id::Uuid organisation, OrganisationOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(page_tokens_, call, request));
  const id::Uuid before = page.position().empty() ? id::Uuid() : IdAt(page.position());
  ASSIGN_OR_RETURN(std::vector<store::SyncRun> runs,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return store::ListSyncRuns(connection, organisation, before, page.limit());
                   }));
  v1::ListSyncRunsResponse response;
  response.set_next_page_token(
      page.Cut(runs, [](const store::SyncRun& run) { return PositionOf(run.id); }));
  for (const store::SyncRun& run : runs) *response.add_sync_runs() = ToProto(run);
  return response;
}

absl::StatusOr<v1::ListRejectedRecordsResponse> StaffSyncFace::ListRejectedRecords(
    const Call& call, const v1::ListRejectedRecordsRequest& request) {
  ASSIGN_OR_RETURN(store::SyncRunKey key, RunOf(call, request.parent()));
  ASSIGN_OR_RETURN(Page page, Page::Open(page_tokens_, call, request));
  RETURN_IF_ERROR(ExistingRun(parts_, call, key).status());
  int64_t after = 0;
  if (!page.position().empty() && !absl::SimpleAtoi(page.position(), &after)) {
    return status::Internal("a signed position is no number");
  }
  ASSIGN_OR_RETURN(std::vector<store::RejectedRecord> rejections,
                   db::Read(parts_.pool, call.deadline(), [&](db::Connection& connection) {
                     return store::ListRejections(connection, key, after, page.limit());
                   }));
  v1::ListRejectedRecordsResponse response;
  response.set_next_page_token(page.Cut(rejections, [](const store::RejectedRecord& rejected) {
    return absl::StrCat(rejected.sequence);
  }));
  for (const auto& rejected : rejections) *response.add_rejected_records() = ToProto(rejected);
  return response;
}

}  // namespace dap::enrolment
