// Publishes each organisation's activity report once a week.
#ifndef DAP_SERVICES_ACTIVITY_JOBS_PUBLISH_REPORTS_H_
#define DAP_SERVICES_ACTIVITY_JOBS_PUBLISH_REPORTS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/id/uuid.h"
#include "libs/jobs/runner.h"
#include "services/activity/operations/activity_report.h"
#include "services/activity/operations/context.h"

namespace dap::activity {

// Works out the momentum of everybody who takes part, as of the last finished week, a page of them
// at a time, and keeps what may be shown. What is published stays. Work that a run's end cuts short
// goes on where it was in the next run of the same object; another replica begins anew, and the
// first to finish publishes. Not thread-safe: one job runs it.
class PublishReports {
 public:
  // `context` must outlive it.
  explicit PublishReports(const Context& context) : context_(context) {}

  // Every organisation that has no report of its last finished week yet, by the clock and its zone,
  // and in which somebody takes part. Between, two small queries.
  absl::Status Tick(const jobs::JobRun& run);

 private:
  // One organisation on the way.
  struct Begun {
    id::Uuid organisation;
    absl::CivilDay as_of;
    id::Uuid after;
    FiguresByCohort figures;
  };
  absl::Status Publish(const id::Uuid& organisation, absl::CivilDay as_of, const jobs::JobRun& run);

  const Context& context_;
  std::optional<Begun> begun_;
};

}  // namespace dap::activity

#endif  // DAP_SERVICES_ACTIVITY_JOBS_PUBLISH_REPORTS_H_
