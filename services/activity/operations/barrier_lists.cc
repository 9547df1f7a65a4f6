#include "services/activity/operations/barrier_lists.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/db/snapshot.h"
#include "libs/db/transaction.h"
#include "libs/status/macros.h"
#include "libs/time/calendar.h"
#include "services/activity/store/sweep_days.h"

namespace dap::activity {
namespace {

id::Uuid IdOf(absl::string_view position) {
  return id::Uuid::FromBytes(position.substr(0, id::Uuid::kBytes));
}

// What an evidence pack is made of, as of one moment: else it could count a report of a barrier
// that it does not know, or people of one that went into another meanwhile.
struct EvidenceSource {
  EvidenceFacts facts;
  BarrierSettings settings;
  std::string time_zone;
};

absl::StatusOr<EvidenceSource> ReadEvidence(db::Connection& db, const id::Uuid& organisation) {
  EvidenceSource source;
  ASSIGN_OR_RETURN(source.settings, LoadBarrierSettings(db, organisation));
  ASSIGN_OR_RETURN(source.time_zone, FindTimeZone(db, organisation));
  EvidenceFacts& facts = source.facts;
  ASSIGN_OR_RETURN(facts.barriers, ListAllBarriers(db, organisation));
  RETURN_IF_ERROR(EachReport(db, organisation,
                             [&](const ReportFact& report) { facts.reports.push_back(report); }));
  RETURN_IF_ERROR(EachBarrierGoal(db, organisation,
                                  [&](const GoalFact& goal) { facts.goals.push_back(goal); }));
  return source;
}

}  // namespace

absl::StatusOr<Page<BarrierView>> ListBarrierPage(const Context& context, const rpc::Call& call,
                                                  const v1::ListBarriersRequest& request,
                                                  const id::Uuid& organisation) {
  const auto state = static_cast<BarrierState>(request.state());
  const id::Uuid reader = call.principal().staff;
  if (request.tool().empty()) {
    return PageOf<BarrierView>(
        context, call, request,
        [&](db::Connection& db, absl::string_view after, int limit) {
          std::optional<id::Uuid> place;
          if (!after.empty()) place = IdOf(after);
          return ListBarriers(db, organisation, reader, state, place, limit);
        },
        [](const BarrierView& view) { return std::string(view.barrier.barrier.bytes()); });
  }
  const std::string key = ToolKey(request.tool());
  return PageOf<BarrierView>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        std::optional<BarrierPlace> place;
        if (!after.empty()) {
          place = BarrierPlace{std::string(after.substr(id::Uuid::kBytes)), IdOf(after)};
        }
        return ListBarriersByTool(db, organisation, reader, state, key, place, limit);
      },
      [](const BarrierView& view) {
        return absl::StrCat(view.barrier.barrier.bytes(), view.barrier.tool_key);
      });
}

absl::StatusOr<Page<BarrierChangeRow>> ListBarrierChangePage(
    const Context& context, const rpc::Call& call, const v1::ListBarrierChangesRequest& request,
    const id::Uuid& organisation, const id::Uuid& barrier) {
  return PageOf<BarrierChangeRow>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        int number = 0;
        if (!after.empty()) (void)absl::SimpleAtoi(after, &number);  // what the next line wrote
        return ListBarrierChanges(db, organisation, barrier, number, limit);
      },
      [](const BarrierChangeRow& row) { return absl::StrCat(row.number); });
}

absl::StatusOr<Page<ReportView>> ListReportPage(const Context& context, const rpc::Call& call,
                                                const v1::ListBarrierReportsRequest& request,
                                                const id::Uuid& organisation,
                                                const id::Uuid& barrier) {
  return PageOf<ReportView>(
      context, call, request,
      [&](db::Connection& db, absl::string_view after, int limit) {
        return ListReports(db, organisation, barrier, call.principal().staff,
                           after.empty() ? id::Uuid() : IdOf(after), limit);
      },
      [](const ReportView& view) { return std::string(view.row.staff.bytes()); });
}

absl::StatusOr<std::vector<BarrierView>> FindSimilarBarriers(const Context& context,
                                                             const rpc::Call& call,
                                                             const id::Uuid& organisation,
                                                             BarrierCategory category,
                                                             absl::string_view tool, int limit) {
  const id::Uuid reader = call.principal().staff;
  const std::string key = ToolKey(tool);
  if (key.empty()) return std::vector<BarrierView>();
  std::vector<std::string> stems = ToolKeyStems(key);
  return db::Read(context.pool, call.deadline(),
                  [&](db::Connection& db) -> absl::StatusOr<std::vector<BarrierView>> {
                    // By key, so the tool itself is the first of those that begin with it.
                    ASSIGN_OR_RETURN(
                        std::vector<BarrierView> similar,
                        ListOpenBarriers(db, organisation, reader, category, key, limit));
                    for (auto stem = stems.rbegin(); stem != stems.rend(); ++stem) {
                      if (static_cast<int>(similar.size()) >= limit) break;
                      ASSIGN_OR_RETURN(std::optional<BarrierView> found,
                                       FindOpenBarrier(db, organisation, reader, category, *stem));
                      if (found) similar.push_back(*std::move(found));
                    }
                    return similar;
                  });
}

absl::StatusOr<Evidence> GetEvidence(const Context& context, const rpc::Call& call,
                                     const id::Uuid& organisation, int months) {
  ASSIGN_OR_RETURN(EvidenceSource source,
                   db::Snapshot(context.pool, call.deadline(), [&](db::Connection& db) {
                     return ReadEvidence(db, organisation);
                   }));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, time::ZoneOf(source.time_zone));
  Evidence evidence;
  evidence.pack =
      MakeEvidencePack(source.facts, context.clock.Now(), zone,
                       months == 0 ? source.settings.evidence_months : months, source.settings);
  evidence.time_zone = std::move(source.time_zone);
  return evidence;
}

}  // namespace dap::activity
