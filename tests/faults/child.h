// A program of ours that a test runs and watches.
#ifndef DAP_TESTS_FAULTS_CHILD_H_
#define DAP_TESTS_FAULTS_CHILD_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace dap::tests {

// Not thread-safe. What still runs at the end is killed.
class Child {
 public:
  // `words` is the whole command line; the first a path.
  explicit Child(const std::vector<std::string>& words);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next line of what it writes on stdout and stderr; waits for it. None at the end.
  std::optional<std::string> ReadLine();
  void Signal(int signal) const;
  // Waits for its end; its exit status, or -1 where a signal ended it.
  int Wait();

 private:
  int out_ = -1;
  pid_t pid_ = -1;
  std::string buffer_;
};

// The path of a program of the build ("dap-goals").
std::string Program(absl::string_view name);

}  // namespace dap::tests

#endif  // DAP_TESTS_FAULTS_CHILD_H_
