#include "services/activity/operations/report_barrier.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/error.h"
#include "libs/status/macros.h"
#include "services/activity/convert.h"
#include "services/activity/domain/logging.h"
#include "services/activity/operations/change_barrier.h"
#include "services/activity/operations/contribute.h"
#include "services/activity/operations/tell_barrier.h"
#include "services/activity/store/barriers.h"
#include "services/activity/store/check_ins.h"
#include "services/activity/store/standstills.h"

namespace dap::activity {
namespace {

absl::Status CheckGoals(db::Connection& tx, const NewReport& report,
                        std::vector<status::Violation>& unmet) {
  const roster::Entry& entry = report.entry;
  for (const id::Uuid& goal : report.goals) {
    ASSIGN_OR_RETURN(const std::optional<int> state,
                     FindGoalState(tx, entry.organisation, entry.enrolment, goal));
    if (!state) return status::NotFound("goal", goal.ToString());
    if (*state == kGoalOpen || *state == kGoalBlocked) continue;
    unmet.push_back({absl::StrCat("goals/", goal.ToString()),
                     "has ended; name goals that are under way", "GOAL_STATE"});
  }
  return absl::OkStatus();
}

absl::Status CheckCheckIn(db::Connection& tx, const NewReport& report,
                          std::vector<status::Violation>& unmet) {
  if (report.check_in.is_nil()) return absl::OkStatus();
  const roster::Entry& entry = report.entry;
  ASSIGN_OR_RETURN(const std::optional<CheckInRow> check_in,
                   FindCheckIn(tx, entry.organisation, entry.enrolment, report.check_in));
  if (!check_in) return status::NotFound("check_in", report.check_in.ToString());
  if (check_in->answer != v1::CHECK_IN_ANSWER_IT_BLOCKS_ME) {
    unmet.push_back({absl::StrCat("checkIns/", report.check_in.ToString()),
                     "was not answered with IT_BLOCKS_ME; answer it so first, or leave it out",
                     "CHECK_IN_ANSWER"});
  }
  return absl::OkStatus();
}

// All that is in the way, at once. The participation's lock comes before the barrier's.
absl::Status CheckReport(db::Connection& tx, const NewReport& report) {
  RETURN_IF_ERROR(LockOrBegin(tx, report.entry.organisation, report.entry.enrolment).status());
  std::vector<status::Violation> unmet;
  if (!TakesPart(static_cast<EnrolmentState>(report.entry.state))) {
    unmet.push_back({absl::StrCat("enrolments/", report.entry.enrolment.ToString()),
                     "has ended or not begun", "ENROLMENT_STATE"});
  }
  RETURN_IF_ERROR(CheckGoals(tx, report, unmet));
  RETURN_IF_ERROR(CheckCheckIn(tx, report, unmet));
  if (unmet.empty()) return absl::OkStatus();
  return status::PreconditionAll(
      unmet.front().reason, "This cannot be reported as it is; see what is in the way.", unmet);
}

BarrierReportRow RowOf(const Barrier& barrier, const NewReport& report, absl::Time now) {
  BarrierReportRow row;
  row.organisation = barrier.organisation;
  row.barrier = barrier.barrier;
  row.staff = report.entry.participant;
  row.enrolment = report.entry.enrolment;
  row.by_coach = report.by_coach;
  row.create_time = now;
  return row;
}

// Keeps the report of a locked barrier, and what follows from it.
absl::StatusOr<Reported> Keep(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                              Barrier barrier, const NewReport& report) {
  const absl::Time now = context.clock.Now();
  ASSIGN_OR_RETURN(const BarrierSettings settings, LoadBarrierSettings(tx, barrier.organisation));
  ASSIGN_OR_RETURN(std::optional<BarrierReportRow> held,
                   FindReport(tx, barrier.organisation, barrier.barrier, report.entry.participant));
  BarrierReportRow row = held.value_or(RowOf(barrier, report, now));
  if (!report.tried.empty()) row.tried = report.tried;
  if (report.minutes_lost != 0) row.minutes_lost = report.minutes_lost;
  if (!report.check_in.is_nil()) row.check_in = report.check_in;
  RETURN_IF_ERROR(SaveReport(tx, row));
  std::vector<BarrierGoalRow> goals;
  for (const id::Uuid& goal : report.goals) goals.push_back({report.entry.enrolment, goal, now});
  RETURN_IF_ERROR(InsertBarrierGoals(tx, barrier.organisation, barrier.barrier, goals));
  if (CountPeople(barrier, barrier.people + (held ? 0 : 1), now, settings)) {
    RETURN_IF_ERROR(InsertBarrierChange(tx, barrier.organisation, barrier.barrier,
                                        {0, barrier.state, now, {}, "", "", {}}));
  }
  RETURN_IF_ERROR(SaveBarrier(tx, barrier));
  if (!report.check_in.is_nil()) {
    RETURN_IF_ERROR(SaveCheckInBarrier(tx, barrier.organisation, report.entry.enrolment,
                                       report.check_in, barrier.barrier));
  }
  ASSIGN_OR_RETURN(goals, ListBarrierGoals(tx, barrier.organisation, barrier.barrier));
  if (!report.goals.empty()) TellStanding(outbox, barrier, report.entry.enrolment, goals);
  if (!held && !report.by_coach) {
    RETURN_IF_ERROR(Contribute(tx, outbox,
                               {barrier.organisation, report.entry.enrolment, now, barrier.barrier,
                                0, ContributionKind::kBarrierReport},
                               now));
  }
  return Reported{std::move(barrier), std::move(row), std::move(goals), held.has_value()};
}

}  // namespace

absl::StatusOr<Reported> ReportBarrier(const Context& context, db::Connection& tx,
                                       feed::Outbox& outbox, BarrierCategory category,
                                       absl::string_view tool, const NewReport& report) {
  RETURN_IF_ERROR(CheckBarrier(category, tool));
  RETURN_IF_ERROR(CheckReport(tx, report));
  Barrier fresh;
  fresh.organisation = report.entry.organisation;
  fresh.barrier = context.ids.Next();
  fresh.category = category;
  fresh.tool = std::string(tool);
  fresh.tool_key = ToolKey(tool);
  fresh.create_time = fresh.state_time = context.clock.Now();
  ASSIGN_OR_RETURN(Barrier barrier, InsertOrLockOpenBarrier(tx, fresh));
  const bool joined = barrier.barrier != fresh.barrier;
  if (!joined) {
    RETURN_IF_ERROR(InsertBarrierChange(tx, barrier.organisation, barrier.barrier,
                                        {0, barrier.state, barrier.create_time, {}, "", "", {}}));
  }
  ASSIGN_OR_RETURN(Reported reported, Keep(context, tx, outbox, std::move(barrier), report));
  reported.joined = joined;
  return reported;
}

absl::StatusOr<Reported> SayMeToo(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                  const id::Uuid& barrier, const NewReport& report) {
  RETURN_IF_ERROR(CheckReport(tx, report));
  ASSIGN_OR_RETURN(Barrier held, LockSurvivor(tx, report.entry.organisation, barrier));
  if (!IsOpen(held.state)) {
    return status::Precondition("BARRIER_STATE",
                                absl::StrCat("The barrier is \"", NameOf(held.state),
                                             "\". Where it stops people again, report it anew."));
  }
  ASSIGN_OR_RETURN(Reported reported, Keep(context, tx, outbox, std::move(held), report));
  reported.joined = true;
  return reported;
}

}  // namespace dap::activity
