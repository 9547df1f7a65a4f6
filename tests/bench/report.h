// What was measured, as a table for people and as JSON.
#ifndef DAP_TESTS_BENCH_REPORT_H_
#define DAP_TESTS_BENCH_REPORT_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace dap::bench {

// One round of one contender.
struct Sample {
  double rate = 0;  // answered calls a second
  std::optional<double> p50_ms;
  double p99_ms = 0;
  // Microseconds of processor time a call, by process.
  std::map<std::string, double> cpu_us;
};

// Something measured in turns with others.
struct Contender {
  std::string name;
  std::function<absl::StatusOr<Sample>()> measure;
};

struct Series {
  std::string name;
  std::vector<Sample> rounds;

  // The median over the rounds of one of the sample's numbers.
  double Median(const std::function<double(const Sample&)>& number) const;
};

// A number to reach, or one that is only told.
struct Figure {
  std::string name;
  double value = 0;
  std::optional<double> goal = std::nullopt;
  bool at_most = false;  // the goal is the most, not the least

  bool reached() const { return !goal || (at_most ? value <= *goal : value >= *goal); }
};

struct Result {
  std::string name;   // "rpc"
  std::string title;  // for people
  std::vector<Series> series = {};
  std::vector<Figure> figures = {};
};

// Measures the contenders in turns, `rounds` times, each round in the opposite order of the one
// before, so that a machine that gets slower or faster does so for all. Progress goes to stderr.
absl::StatusOr<std::vector<Series>> MeasureInTurns(const std::string& name, int rounds,
                                                   const std::vector<Contender>& contenders);

// The median over the rounds of the rate of `of` by that of `to`, both of the same round.
Figure RateRatio(const std::vector<Series>& series, const std::string& of, const std::string& to,
                 std::optional<double> goal = std::nullopt);

// Prints to stdout.
void PrintTable(const Result& result);

// INTERNAL where the file can't be written.
absl::Status WriteJson(const std::string& file, absl::Duration time,
                       const std::vector<Result>& results);

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_REPORT_H_
