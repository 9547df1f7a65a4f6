// A process under measurement.
#ifndef DAP_TESTS_BENCH_CHILD_H_
#define DAP_TESTS_BENCH_CHILD_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace dap::bench {

// Runs a program that logs the line "serving" with its port, as all of ours do; ends it with
// SIGTERM.
class Child {
 public:
  // Waits until it serves. `log` is the file that takes what it writes. INTERNAL with the log's
  // last line where it ends instead.
  static absl::StatusOr<std::unique_ptr<Child>> Start(const std::vector<std::string>& command,
                                                      const std::string& log);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  int port() const { return port_; }

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  const pid_t pid_;
  int port_ = 0;
};

// Processor time it has used since it began, in steps of 10 ms; zero where it is gone.
absl::Duration CpuTime(pid_t pid);

// Resident memory, in units of 10^6 bytes; zero where it is gone.
double ResidentMegabytes(pid_t pid);

// The folder of this program, where the others are too.
std::string ProgramFolder();

}  // namespace dap::bench

#endif  // DAP_TESTS_BENCH_CHILD_H_
