// The load generator: a fixed number of unary calls outstanding on one connection.
#ifndef DAP_TESTS_BENCH_LOAD_H_
#define DAP_TESTS_BENCH_LOAD_H_

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/report.h"

namespace dap::bench {

// Who makes one call after the other: there is one for each call outstanding.
struct Caller {
  // Metadata of every call; no name, no metadata.
  std::string metadata_name;
  std::string metadata_value;
  // The bytes of the next request.
  std::function<std::string()> request;
};

struct Load {
  std::shared_ptr<grpc::Channel> channel;
  std::string method;  // "/dap.goals.v1.GoalsService/GetGoal"
  std::vector<Caller> callers;
};

// A process whose processor time is measured beside.
struct Watched {
  std::string name;
  pid_t pid;
};

// Runs it for a quarter of `time` unseen, then for `time` measured. A call that fails fails it all.
absl::StatusOr<Sample> Run(const Load& load, absl::Duration time,
                           const std::vector<Watched>& watched);

// The value that `part` (0 to 1) of them are below; 0 of none. Changes their order.
double Quantile(std::vector<float>& values, double part);

// Processor time of several processes over a stretch of work.
class CpuMeter {
 public:
  explicit CpuMeter(const std::vector<Watched>& watched);
  // Microseconds for each of so many calls, since it was made.
  std::map<std::string, double> PerCall(double calls) const;

 private:
  const std::vector<Watched>& watched_;
  std::vector<absl::Duration> before_;
};

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_LOAD_H_
