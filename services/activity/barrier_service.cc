#include "services/activity/barrier_service.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "libs/db/transaction.h"
#include "libs/id/resource_name.h"
#include "libs/requests/requests.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/barrier_convert.h"
#include "services/activity/domain/evidence_text.h"
#include "services/activity/operations/barrier_lists.h"
#include "services/activity/operations/change_barrier.h"
#include "services/activity/operations/membership.h"
#include "services/activity/operations/report_barrier.h"
#include "services/activity/store/private_reads.h"

namespace dap::activity {
namespace {

using roster::Relation;

constexpr int kSimilar = 5;

absl::StatusOr<id::Uuid> OrganisationOf(absl::string_view parent) {
  ASSIGN_OR_RETURN(const std::vector<id::Uuid> ids, id::Ids(parent, {"organisations"}));
  return ids[0];
}

absl::StatusOr<std::vector<id::Uuid>> BarrierIds(absl::string_view name) {
  return id::Ids(name, {"organisations", "barriers"});
}

// The report as its operation takes it, for a caller who is the person or a coach of theirs.
absl::StatusOr<NewReport> ReportOf(const Context& context, const rpc::Call& call,
                                   const id::Uuid& organisation, const v1::BarrierReport& report) {
  RETURN_IF_ERROR(roster::RequireOrganisation(organisation, call.principal()));
  ASSIGN_OR_RETURN(const auto ids,
                   id::Ids(report.enrolment(), {"organisations", "cohorts", "enrolments"}));
  if (ids[0] != organisation) {
    return status::Invalid("report.enrolment", "ENROLMENT_OF_ANOTHER_ORGANISATION",
                           "is not an enrolment of the organisation");
  }
  const bool coaches = call.principal().Has(options::v1::ROLE_COACH);
  ASSIGN_OR_RETURN(
      roster::Entry entry,
      coaches ? context.roster.FindFor(call, ids[0], ids[2], {Relation::kSelf, Relation::kCoach})
              : context.roster.FindFor(call, ids[0], ids[2], {Relation::kSelf}));
  if (entry.cohort != ids[1]) return status::NotFound("enrolment", report.enrolment());
  ASSIGN_OR_RETURN(NewReport made, FromProto(report, ids));
  made.by_coach = !entry.IsSelf(call.principal());
  made.entry = std::move(entry);
  return made;
}

absl::Status NoSuchBarrier(const std::vector<id::Uuid>& ids) {
  return status::NotFound("barrier", BarrierName(ids[0], ids[1]));
}

absl::StatusOr<Barrier> FindExisting(const Context& context, const rpc::Call& call,
                                     const std::vector<id::Uuid>& ids) {
  ASSIGN_OR_RETURN(std::optional<Barrier> barrier,
                   db::Read(context.pool, call.deadline(),
                            [&](db::Connection& db) { return FindBarrier(db, ids[0], ids[1]); }));
  if (!barrier) return NoSuchBarrier(ids);
  return *std::move(barrier);
}

// A report as its own person reads it.
absl::StatusOr<std::optional<v1::BarrierReport>> OwnReport(const Context& context,
                                                           const rpc::Call& call,
                                                           const Barrier& barrier) {
  const id::Uuid place = barrier.merged_into.is_nil() ? barrier.barrier : barrier.merged_into;
  return db::Read(context.pool, call.deadline(),
                  [&](db::Connection& db) -> absl::StatusOr<std::optional<v1::BarrierReport>> {
                    ASSIGN_OR_RETURN(
                        const std::optional<BarrierReportRow> row,
                        FindReport(db, barrier.organisation, place, call.principal().staff));
                    if (!row) return std::nullopt;
                    ASSIGN_OR_RETURN(const roster::Entry entry,
                                     roster::Get(db, barrier.organisation, row->enrolment));
                    ASSIGN_OR_RETURN(const std::vector<BarrierGoalRow> goals,
                                     ListBarrierGoals(db, barrier.organisation, place));
                    return ToProto(*row, entry.cohort, goals);
                  });
}

// What `staff` tried stays out of the request's record: they may take it back, or be erased.
template <typename Resp>
requests::Words<Resp> Tried(const Context& context, const rpc::Call& call, const id::Uuid& staff) {
  return {[](Resp& response) { response.mutable_report()->clear_tried(); },
          [&context, &call, staff](Resp& response) -> absl::Status {
            ASSIGN_OR_RETURN(const auto ids, BarrierIds(response.barrier().name()));
            ASSIGN_OR_RETURN(const Barrier barrier, FindExisting(context, call, ids));
            const id::Uuid place =
                barrier.merged_into.is_nil() ? barrier.barrier : barrier.merged_into;
            ASSIGN_OR_RETURN(const std::optional<BarrierReportRow> row,
                             db::Read(context.pool, call.deadline(), [&](db::Connection& db) {
                               return FindReport(db, ids[0], place, staff);
                             }));
            if (row) response.mutable_report()->set_tried(row->tried);
            return absl::OkStatus();
          }};
}

// Each look at somebody's report is recorded before it is shown: no record, no answer.
absl::Status RecordLooks(const Context& context, const rpc::Call& call,
                         const std::vector<ReportView>& views) {
  if (views.empty()) return absl::OkStatus();
  const absl::Time now = context.clock.Now();
  std::map<absl::CivilDay, std::vector<id::Uuid>> enrolments;
  for (const ReportView& view : views) {
    ASSIGN_OR_RETURN(const absl::TimeZone zone, time::ZoneOf(view.time_zone));
    enrolments[time::DayOf(now, zone)].push_back(view.row.enrolment);
  }
  return db::Transaction(context.pool, call.deadline(), [&](db::Connection& tx) -> absl::Status {
    for (const auto& [day, read] : enrolments) {
      RETURN_IF_ERROR(RecordPrivateReads(tx, views[0].row.organisation, read,
                                         call.principal().staff, PrivateSubject::kBarrierReports,
                                         day, now));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<Evidence> EvidenceFor(const Context& context, const rpc::Call& call,
                                     absl::string_view parent, int months) {
  ASSIGN_OR_RETURN(const id::Uuid organisation, OrganisationOf(parent));
  RETURN_IF_ERROR(roster::RequireOrganisation(organisation, call.principal()));
  return GetEvidence(context, call, organisation, months);
}

}  // namespace

BarrierService::BarrierService(const Context& context)
    : context_(context),
      service_(
          v1::ReportBarrierRequest::descriptor()->file()->FindServiceByName("BarrierService")) {
  rpc::Bind(service_, "FindSimilarBarriers", this, &BarrierService::FindSimilarBarriers);
  rpc::Bind(service_, "ReportBarrier", this, &BarrierService::ReportBarrier);
  rpc::Bind(service_, "SayMeToo", this, &BarrierService::SayMeToo);
  rpc::Bind(service_, "GetBarrier", this, &BarrierService::GetBarrier);
  rpc::Bind(service_, "ListBarriers", this, &BarrierService::ListBarriers);
  rpc::Bind(service_, "ListBarrierReports", this, &BarrierService::ListBarrierReports);
  rpc::Bind(service_, "ListBarrierChanges", this, &BarrierService::ListBarrierChanges);
  rpc::Bind(service_, "RaiseBarrier", this, &BarrierService::RaiseBarrier);
  rpc::Bind(service_, "ResolveBarrier", this, &BarrierService::ResolveBarrier);
  rpc::Bind(service_, "ReopenBarrier", this, &BarrierService::ReopenBarrier);
  rpc::Bind(service_, "MergeBarriers", this, &BarrierService::MergeBarriers);
  rpc::Bind(service_, "GetEvidencePack", this, &BarrierService::GetEvidencePack);
  rpc::Bind(service_, "ExportEvidencePack", this, &BarrierService::ExportEvidencePack);
}

absl::StatusOr<v1::FindSimilarBarriersResponse> BarrierService::FindSimilarBarriers(
    const rpc::Call& call, const v1::FindSimilarBarriersRequest& request) {
  ASSIGN_OR_RETURN(const id::Uuid organisation, OrganisationOf(request.parent()));
  RETURN_IF_ERROR(RequireOnProgramme(context_, call, organisation));
  ASSIGN_OR_RETURN(
      const std::vector<BarrierView> views,
      activity::FindSimilarBarriers(
          context_, call, organisation, static_cast<BarrierCategory>(request.category()),
          request.tool(), request.page_size() == 0 ? kSimilar : request.page_size()));
  v1::FindSimilarBarriersResponse response;
  for (const BarrierView& view : views) *response.add_barriers() = ToProto(view);
  return response;
}

absl::StatusOr<v1::ReportBarrierResponse> BarrierService::ReportBarrier(
    const rpc::Call& call, const v1::ReportBarrierRequest& request) {
  ASSIGN_OR_RETURN(const id::Uuid organisation, OrganisationOf(request.parent()));
  ASSIGN_OR_RETURN(const NewReport report,
                   ReportOf(context_, call, organisation, request.report()));
  return requests::Once<v1::ReportBarrierResponse>(
      context_.ledger(), call, request,
      [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<v1::ReportBarrierResponse> {
        ASSIGN_OR_RETURN(
            const Reported reported,
            activity::ReportBarrier(context_, tx, outbox,
                                    static_cast<BarrierCategory>(request.barrier().category()),
                                    request.barrier().tool(), report));
        v1::ReportBarrierResponse response;
        *response.mutable_barrier() = ToProto(reported.barrier, !report.by_coach);
        *response.mutable_report() = ToProto(reported.report, report.entry.cohort, reported.goals);
        response.set_joined(reported.joined);
        return response;
      },
      Tried<v1::ReportBarrierResponse>(context_, call, report.entry.participant));
}

absl::StatusOr<v1::SayMeTooResponse> BarrierService::SayMeToo(const rpc::Call& call,
                                                              const v1::SayMeTooRequest& request) {
  ASSIGN_OR_RETURN(const auto ids, BarrierIds(request.name()));
  ASSIGN_OR_RETURN(const NewReport report, ReportOf(context_, call, ids[0], request.report()));
  return requests::Once<v1::SayMeTooResponse>(
      context_.ledger(), call, request,
      [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<v1::SayMeTooResponse> {
        ASSIGN_OR_RETURN(const Reported reported,
                         activity::SayMeToo(context_, tx, outbox, ids[1], report));
        v1::SayMeTooResponse response;
        *response.mutable_barrier() = ToProto(reported.barrier, !report.by_coach);
        *response.mutable_report() = ToProto(reported.report, report.entry.cohort, reported.goals);
        return response;
      },
      Tried<v1::SayMeTooResponse>(context_, call, report.entry.participant));
}

absl::StatusOr<v1::GetBarrierResponse> BarrierService::GetBarrier(
    const rpc::Call& call, const v1::GetBarrierRequest& request) {
  ASSIGN_OR_RETURN(const auto ids, BarrierIds(request.name()));
  RETURN_IF_ERROR(RequireOnProgramme(context_, call, ids[0]));
  ASSIGN_OR_RETURN(const Barrier barrier, FindExisting(context_, call, ids));
  ASSIGN_OR_RETURN(std::optional<v1::BarrierReport> mine, OwnReport(context_, call, barrier));
  v1::GetBarrierResponse response;
  *response.mutable_barrier() = ToProto(barrier, mine.has_value());
  if (mine) *response.mutable_my_report() = *std::move(mine);
  return response;
}

absl::StatusOr<v1::ListBarriersResponse> BarrierService::ListBarriers(
    const rpc::Call& call, const v1::ListBarriersRequest& request) {
  ASSIGN_OR_RETURN(const id::Uuid organisation, OrganisationOf(request.parent()));
  RETURN_IF_ERROR(RequireOnProgramme(context_, call, organisation));
  ASSIGN_OR_RETURN(const Page<BarrierView> page,
                   ListBarrierPage(context_, call, request, organisation));
  v1::ListBarriersResponse response;
  for (const BarrierView& view : page.rows) *response.add_barriers() = ToProto(view);
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::ListBarrierReportsResponse> BarrierService::ListBarrierReports(
    const rpc::Call& call, const v1::ListBarrierReportsRequest& request) {
  ASSIGN_OR_RETURN(const auto ids, BarrierIds(request.parent()));
  RETURN_IF_ERROR(RequireOnProgramme(context_, call, ids[0]));
  ASSIGN_OR_RETURN(const Barrier barrier, FindExisting(context_, call, ids));
  ASSIGN_OR_RETURN(const Page<ReportView> page,
                   ListReportPage(context_, call, request, ids[0], barrier.barrier));
  RETURN_IF_ERROR(RecordLooks(context_, call, page.rows));
  ASSIGN_OR_RETURN(const std::vector<BarrierGoalRow> goals,
                   db::Read(context_.pool, call.deadline(), [&](db::Connection& db) {
                     return ListBarrierGoals(db, ids[0], ids[1]);
                   }));
  v1::ListBarrierReportsResponse response;
  for (const ReportView& view : page.rows) {
    *response.add_reports() = ToProto(view.row, view.cohort, goals);
  }
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<v1::ListBarrierChangesResponse> BarrierService::ListBarrierChanges(
    const rpc::Call& call, const v1::ListBarrierChangesRequest& request) {
  ASSIGN_OR_RETURN(const auto ids, BarrierIds(request.parent()));
  RETURN_IF_ERROR(RequireOnProgramme(context_, call, ids[0]));
  RETURN_IF_ERROR(FindExisting(context_, call, ids).status());
  ASSIGN_OR_RETURN(const Page<BarrierChangeRow> page,
                   ListBarrierChangePage(context_, call, request, ids[0], ids[1]));
  v1::ListBarrierChangesResponse response;
  for (const BarrierChangeRow& row : page.rows) *response.add_changes() = ToProto(row, ids[0]);
  response.set_next_page_token(page.next_page_token);
  return response;
}

template <typename Resp, typename Req>
absl::StatusOr<Resp> BarrierService::Step(const rpc::Call& call, const Req& request,
                                          const BarrierStep& step) {
  ASSIGN_OR_RETURN(const auto ids, BarrierIds(request.name()));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  const BarrierKey key = {ids[0], ids[1], request.etag(), call.principal().staff};
  return requests::Once<Resp>(
      context_.ledger(), call, request,
      [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<Resp> {
        ASSIGN_OR_RETURN(const Barrier barrier, StepBarrier(context_, tx, outbox, key, step));
        ASSIGN_OR_RETURN(const std::optional<BarrierReportRow> mine,
                         FindReport(tx, key.organisation, key.barrier, key.by));
        Resp response;
        *response.mutable_barrier() = ToProto(barrier, mine.has_value());
        return response;
      });
}

absl::StatusOr<v1::RaiseBarrierResponse> BarrierService::RaiseBarrier(
    const rpc::Call& call, const v1::RaiseBarrierRequest& request) {
  return Step<v1::RaiseBarrierResponse>(
      call, request,
      {BarrierStep::Kind::kRaise, BarrierState::kRaised, request.reason(), request.ticket()});
}

absl::StatusOr<v1::ResolveBarrierResponse> BarrierService::ResolveBarrier(
    const rpc::Call& call, const v1::ResolveBarrierRequest& request) {
  return Step<v1::ResolveBarrierResponse>(
      call, request,
      {BarrierStep::Kind::kResolve, static_cast<BarrierState>(request.state()), request.reason(),
       ""});
}

absl::StatusOr<v1::ReopenBarrierResponse> BarrierService::ReopenBarrier(
    const rpc::Call& call, const v1::ReopenBarrierRequest& request) {
  return Step<v1::ReopenBarrierResponse>(
      call, request,
      {BarrierStep::Kind::kReopen, BarrierState::kRaised, request.reason(), request.ticket()});
}

absl::StatusOr<v1::MergeBarriersResponse> BarrierService::MergeBarriers(
    const rpc::Call& call, const v1::MergeBarriersRequest& request) {
  ASSIGN_OR_RETURN(const auto ids, BarrierIds(request.name()));
  ASSIGN_OR_RETURN(const auto into, BarrierIds(request.into()));
  RETURN_IF_ERROR(roster::RequireOrganisation(ids[0], call.principal()));
  if (into[0] != ids[0]) {
    return status::Invalid("into", "BARRIER_OF_ANOTHER_ORGANISATION",
                           "is not a barrier of the same organisation");
  }
  const BarrierKey key = {ids[0], ids[1], "", call.principal().staff};
  return requests::Once<v1::MergeBarriersResponse>(
      context_.ledger(), call, request,
      [&](db::Connection& tx, feed::Outbox& outbox) -> absl::StatusOr<v1::MergeBarriersResponse> {
        ASSIGN_OR_RETURN(const Barrier barrier,
                         activity::MergeBarriers(context_, tx, outbox, key, into[1]));
        ASSIGN_OR_RETURN(const std::optional<BarrierReportRow> mine,
                         FindReport(tx, key.organisation, barrier.barrier, key.by));
        v1::MergeBarriersResponse response;
        *response.mutable_barrier() = ToProto(barrier, mine.has_value());
        return response;
      });
}

absl::StatusOr<v1::GetEvidencePackResponse> BarrierService::GetEvidencePack(
    const rpc::Call& call, const v1::GetEvidencePackRequest& request) {
  ASSIGN_OR_RETURN(const Evidence evidence,
                   EvidenceFor(context_, call, request.parent(), request.months()));
  ASSIGN_OR_RETURN(const id::Uuid organisation, OrganisationOf(request.parent()));
  v1::GetEvidencePackResponse response;
  *response.mutable_evidence_pack() = ToProto(evidence, organisation);
  return response;
}

absl::StatusOr<v1::ExportEvidencePackResponse> BarrierService::ExportEvidencePack(
    const rpc::Call& call, const v1::ExportEvidencePackRequest& request) {
  ASSIGN_OR_RETURN(const Evidence evidence,
                   EvidenceFor(context_, call, request.parent(), request.months()));
  v1::ExportEvidencePackResponse response;
  google::api::HttpBody& body = *response.mutable_body();
  switch (request.format()) {
    case v1::EVIDENCE_FORMAT_CSV:
      body.set_content_type("text/csv; charset=utf-8; header=present");
      body.set_data(EvidenceCsv(evidence.pack));
      return response;
    case v1::EVIDENCE_FORMAT_CSV_BY_MONTH:
      body.set_content_type("text/csv; charset=utf-8; header=present");
      body.set_data(EvidenceByMonthCsv(evidence.pack));
      return response;
    case v1::EVIDENCE_FORMAT_HTML:
      body.set_content_type("text/html; charset=utf-8");
      body.set_data(EvidenceHtml(evidence.pack, evidence.time_zone));
      return response;
    default:
      return status::Invalid("format", "FORMAT_UNKNOWN", "is CSV, CSV_BY_MONTH or HTML");
  }
}

}  // namespace dap::activity
