// What is measured; README.md says how and why it is fair.
#ifndef DAP_TESTS_BENCH_CASES_H_
#define DAP_TESTS_BENCH_CASES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/report.h"
#include "tests/system/system.h"

namespace dap::bench {

struct Settings {
  absl::Duration time;  // of one contender in one round
  int rounds;
  std::string folder;  // for logs and the like; goes afterwards
  int people;          // enrolments of the sweep
};

// A unary no-op through libs/rpc, against bare gRPC.
absl::StatusOr<Result> RpcCase(const Settings& settings);

// The gateway's hop, against a bare generic proxy and no hop at all.
absl::StatusOr<Result> GatewayCase(const Settings& settings);

// Durable LogActivity calls, against the single-row inserts of the same database. Stops the other
// services, so goes last.
absl::StatusOr<Result> ActivityCase(const Settings& settings, tests::System& system);

// BatchLogActivities of 100, against multi-row inserts by the mariadb client. Stops the others too.
absl::StatusOr<Result> BatchCase(const Settings& settings, tests::System& system);

// LogActivity at twice the rate that dap-activity can do: what the accepted and the refused wait,
// its memory, how soon it is well again. Stops the other services too.
absl::StatusOr<Result> OverloadCase(const Settings& settings, tests::System& system);

// Two thousand who watch a cohort: memory, at rest and while it is busy, and what the database is
// asked meanwhile.
absl::StatusOr<Result> WatchCase(const Settings& settings, tests::System& system);

// Gets and lists of the enrolment service with many staff, against the same with few. Starts a
// second system for the many.
absl::StatusOr<Result> EnrolmentCase(const Settings& settings, tests::System& system);

// Memory of the five processes after a rest.
absl::StatusOr<Result> IdleCase(const Settings& settings, tests::System& system);

// GetMyProgress with three years of daily activities, against one week of them.
absl::StatusOr<Result> ProgressCase(const Settings& settings, tests::System& system);

// The silence sweep and the momentum of many enrolments, with activities logged meanwhile.
absl::StatusOr<Result> SweepCase(const Settings& settings, tests::System& system);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_CASES_H_
