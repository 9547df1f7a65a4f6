// How errors are told to people and to scripts.
#ifndef DAP_TOOLS_DAPCTL_ERROR_TEXT_H_
#define DAP_TOOLS_DAPCTL_ERROR_TEXT_H_

#include <string>

#include "absl/status/status.h"

namespace dap::ctl {

enum ExitCode {
  kDone = 0,
  // The API said no, and would say so again.
  kRefused = 1,
  // The command line is wrong; nothing was sent.
  kUsage = 2,
  // Nobody answered, or there was too much to do: the same again may succeed.
  kUnavailable = 3,
};

ExitCode ExitCodeOf(const absl::Status& status);

// Code, reason and message on the first line, then each field or unmet condition, the time to wait,
// and what to do next. Control characters that a server sent do not reach the terminal.
std::string ErrorText(const absl::Status& status);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_ERROR_TEXT_H_
