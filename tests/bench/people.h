// Participants in dap-activity's tables, as the events of their enrolments and what they did would
// have made them: many, and soon.
#ifndef DAP_TESTS_BENCH_PEOPLE_H_
#define DAP_TESTS_BENCH_PEOPLE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/pool.h"
#include "libs/id/uuid.h"
#include "tests/bench/activity_load.h"

namespace dap::bench {

// One organisation of many active participants, who began two years ago.
struct Crowd {
  id::Uuid organisation;
  int people = 0;
  // In each cohort.
  int cohort_size = 20;
  // Activities of each: one every so many hours, the last that long ago.
  int activities = 0;
  int hours_between = 24;
  // In each hundred: how many are due for the first, the second and the third rung of silence; the
  // others were active yesterday.
  int due_check_in = 0;
  int due_patron = 0;
  int due_coach = 0;
};
// Made by the database itself, some ten thousand rows a statement. The sweep does not know the
// organisation yet.
absl::Status Make(db::Pool& pool, const Crowd& crowd, absl::Time now);
// Its first so many participants.
std::vector<Participant> First(const Crowd& crowd, int most);
// Makes the organisation known to the sweep and the reports.
absl::Status Reveal(db::Pool& pool, const Crowd& crowd);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_PEOPLE_H_
