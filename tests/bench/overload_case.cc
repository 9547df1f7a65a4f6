#include <algorithm>
#include <atomic>
#include <thread>

#include "libs/status/macros.h"
#include "libs/time/clock.h"
#include "tests/bench/activity_load.h"
#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/interrupt.h"
#include "tests/bench/open_loop.h"
#include "tests/bench/running.h"

namespace dap::bench {
namespace {

constexpr int kParticipants = 512;
// So many a call, as else one core of calls could not be twice what the other core can write.
constexpr int kBatch = 10;
constexpr int kCapacityOutstanding = 24;
constexpr double kP99Goal = 4;
constexpr double kRecoveryGoal = 2;  // seconds
constexpr absl::Duration kWindow = absl::Milliseconds(250);

// The most a process has resident while this lives.
class PeakMemory {
 public:
  explicit PeakMemory(pid_t pid)
      : thread_([this, pid] {
          while (!done_ && Pause(absl::Milliseconds(100)).ok()) {
            most_ = std::max(most_.load(), ResidentMegabytes(pid));
          }
        }) {}
  ~PeakMemory() {
    done_ = true;
    thread_.join();
  }
  double megabytes() const { return most_; }

 private:
  std::atomic<bool> done_{false};
  std::atomic<double> most_{0};
  std::thread thread_;
};

double Share(const std::vector<Answer>& answers, bool refused) {
  const auto count = std::count_if(answers.begin(), answers.end(),
                                   [&](const Answer& answer) { return answer.refused == refused; });
  return static_cast<double>(count) / std::max<size_t>(answers.size(), 1);
}

// From the start of these answers until the first second whose windows all are well: none refused,
// the p99 at most `p99_ms`. In seconds.
double Recovery(const std::vector<Answer>& answers, double p99_ms) {
  constexpr int kWellWindows = 4;  // a second of them
  int well = 0;
  std::vector<Answer> window;
  for (size_t i = 0; i < answers.size(); ++i) {
    window.push_back(answers[i]);
    const absl::Duration begin = absl::Floor(window.front().sent, kWindow);
    if (i + 1 < answers.size() && answers[i + 1].sent < begin + kWindow) continue;
    const bool is_well = Share(window, true) == 0 && QuantileMs(window, false, 0.99) <= p99_ms;
    well = is_well ? well + 1 : 0;
    if (well == kWellWindows) return absl::ToDoubleSeconds(begin + kWindow - absl::Seconds(1));
    window.clear();
  }
  return absl::ToDoubleSeconds(answers.back().sent);
}

}  // namespace

absl::StatusOr<Result> OverloadCase(const Settings& settings, tests::System& system) {
  RETURN_IF_ERROR(StopListeners(system));
  const time::SystemClock clock;
  id::Generator ids(clock);
  ASSIGN_OR_RETURN(const db::Options database, DatabaseOf(system, "activity"));
  ASSIGN_OR_RETURN(const auto participants, Enrol(database, kParticipants));
  ASSIGN_OR_RETURN(const ActivityLoads loads, LoadsOf(system, participants, ids));
  ASSIGN_OR_RETURN(const pid_t activity, PidOf(system, "activity"));
  ASSIGN_OR_RETURN(const pid_t mariadb, PidOf(system, "mariadb"));
  const Apart apart({activity, mariadb});
  const Load batches = InBatches(loads.direct, participants, kBatch);
  Load waiting = batches;
  waiting.callers.resize(kCapacityOutstanding);
  ASSIGN_OR_RETURN(const Sample capacity, Run(waiting, settings.time, {}));
  ASSIGN_OR_RETURN(const auto half, RunByTheClock(batches, capacity.rate / 2, settings.time * 2));
  const double before = ResidentMegabytes(activity);
  PeakMemory memory(activity);
  ASSIGN_OR_RETURN(const auto over, RunByTheClock(batches, capacity.rate * 2, settings.time * 6));
  ASSIGN_OR_RETURN(const auto after, RunByTheClock(batches, capacity.rate / 2, settings.time * 2));
  const double half_p99 = QuantileMs(half, false, 0.99);
  const double over_p99 = QuantileMs(over, false, 0.99);
  Result result = {.name = "overload", .title = "BatchLogActivities of 10 at twice what it can do"};
  result.figures = {{.name = "capacity, activities/s", .value = capacity.rate * kBatch},
                    {.name = "p99 at half of it, ms", .value = half_p99},
                    {.name = "p99 of the accepted at twice of it, ms", .value = over_p99},
                    {.name = "p99 of the accepted, twice / half",
                     .value = over_p99 / half_p99,
                     .goal = kP99Goal,
                     .at_most = true},
                    {.name = "accepted at twice, activities/s",
                     .value = Share(over, false) * capacity.rate * 2 * kBatch},
                    {.name = "refused at twice, share", .value = Share(over, true)},
                    {.name = "p99 of the refusals, ms", .value = QuantileMs(over, true, 0.99)},
                    {.name = "recovery, s",
                     .value = Recovery(after, kP99Goal * half_p99),
                     .goal = kRecoveryGoal,
                     .at_most = true},
                    {.name = "resident memory before, MB", .value = before},
                    {.name = "resident memory at most, MB", .value = memory.megabytes()}};
  return result;
}

}  // namespace dap::bench
