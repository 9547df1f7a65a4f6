// Applies a sync run, for a test that kills it meanwhile:
//   staff_sync_process port user password schema organisation run
#include <cstdio>
#include <cstdlib>

#include "libs/feed/feed.h"
#include "services/enrolment/operations/sync_apply.h"

int main(int argc, char** argv) {
  using namespace dap;  // NOLINT
  if (argc != 7) return 2;
  db::Options options;
  options.port = std::atoi(argv[1]);
  options.user = argv[2];
  options.password = argv[3];
  options.schema = argv[4];
  auto pool = db::Pool::Create(options);
  if (!pool.ok()) return 1;
  const time::ManualClock clock(absl::FromUnixSeconds(1'790'000'000));
  id::Generator ids(clock);
  feed::Feed feed(**pool, clock);
  const auto run = enrolment::ApplySyncRun({**pool, feed, clock, ids},
                                           {*id::Uuid::Parse(argv[5]), *id::Uuid::Parse(argv[6])},
                                           time::SystemClock().Now() + absl::Seconds(60));
  return run.ok() ? 0 : 1;
}
