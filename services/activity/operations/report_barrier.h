// Somebody says that a barrier stops them: the first to say so, or "me too".
#ifndef DAP_SERVICES_ACTIVITY_OPERATIONS_REPORT_BARRIER_H_
#define DAP_SERVICES_ACTIVITY_OPERATIONS_REPORT_BARRIER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "libs/db/connection.h"
#include "libs/feed/outbox.h"
#include "libs/id/uuid.h"
#include "libs/roster/entry.h"
#include "services/activity/domain/barrier.h"
#include "services/activity/operations/context.h"
#include "services/activity/store/barrier_reports.h"

namespace dap::activity {

struct NewReport {
  roster::Entry entry;    // whom it stops
  bool by_coach = false;  // who says it for them
  std::string tried;
  int minutes_lost = 0;
  std::vector<id::Uuid> goals;
  id::Uuid check_in;  // nil: none
};

struct Reported {
  Barrier barrier;
  BarrierReportRow report;
  std::vector<BarrierGoalRow> goals;  // all of the barrier
  bool joined = false;                // it was reported before
};

// Each keeps one report a person, whoever tells it: what a second one leaves out stays as it was.
// Enough people make it CORROBORATED. A person's own first report of a barrier is a contribution.
// Tells BarrierStanding where there are goals. NOT_FOUND (GOAL_NOT_FOUND, CHECK_IN_NOT_FOUND);
// FAILED_PRECONDITION naming all that is unmet (ENROLMENT_STATE, GOAL_STATE, CHECK_IN_ANSWER). Some
// ten statements.

// The open barrier of that category and tool where there is one, else a new one. INVALID_ARGUMENT:
// CheckBarrier's.
absl::StatusOr<Reported> ReportBarrier(const Context& context, db::Connection& tx,
                                       feed::Outbox& outbox, BarrierCategory category,
                                       absl::string_view tool, const NewReport& report);

// On a merged one: of the one that it went into. NOT_FOUND (BARRIER_NOT_FOUND), FAILED_PRECONDITION
// (BARRIER_STATE) where it has ended.
absl::StatusOr<Reported> SayMeToo(const Context& context, db::Connection& tx, feed::Outbox& outbox,
                                  const id::Uuid& barrier, const NewReport& report);

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_OPERATIONS_REPORT_BARRIER_H_
