// How far a long step is, told on stderr.
#ifndef DAP_TOOLS_DAPCTL_PROGRESS_H_
#define DAP_TOOLS_DAPCTL_PROGRESS_H_

#include <cstdint>
#include <ostream>
#include <string>

namespace dap::ctl {

// A bar that moves on a terminal; elsewhere a line for each tenth. Not thread-safe.
class Progress {
 public:
  Progress(std::ostream& out, bool terminal, std::string what, int64_t total)
      : out_(out), terminal_(terminal), what_(std::move(what)), total_(total) {}
  // Ends the bar's line.
  ~Progress();

  void Set(int64_t done);

 private:
  std::ostream& out_;
  const bool terminal_;
  const std::string what_;
  const int64_t total_;
  int shown_percent_ = -1;
};

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_PROGRESS_H_
