// Participants who log activities.
#ifndef DAP_TESTS_BENCH_ACTIVITY_LOAD_H_
#define DAP_TESTS_BENCH_ACTIVITY_LOAD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/db/options.h"
#include "libs/id/uuid.h"
#include "tests/bench/load.h"
#include "tests/system/system.h"

namespace dap::bench {

struct Participant {
  id::Uuid organisation;
  id::Uuid cohort;
  id::Uuid enrolment;
  id::Uuid staff;
};

// The name of the enrolment.
std::string NameOf(const Participant& participant);

// One cohort of so many active participants, as the events of their enrolments would have made
// them.
absl::StatusOr<std::vector<Participant>> Enrol(const db::Options& database, int count);

// LogActivity by each of the participants, each request with an id of its own.
struct ActivityLoads {
  Load direct;
  Load through_gateway;
};

absl::StatusOr<ActivityLoads> LoadsOf(const tests::System& system,
                                      const std::vector<Participant>& participants,
                                      id::Generator& ids);

// BatchLogActivities of so many, each batch made of one caller's next requests.
Load InBatches(const Load& single, const std::vector<Participant>& participants, int size);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_ACTIVITY_LOAD_H_
