// What dapctl can do, by name.
#ifndef DAP_TOOLS_DAPCTL_COMMANDS_H_
#define DAP_TOOLS_DAPCTL_COMMANDS_H_

#include <ostream>
#include <string>
#include <vector>

namespace dap::ctl {

// Where a command reads and writes.
struct Streams {
  int in;  // a file descriptor
  std::ostream& out;
  std::ostream& err;
  // Whether err is a terminal, where lines may be overwritten.
  bool terminal = false;
};

// Carries out the command line after the program's name, and gives the exit code (error_text.h).
int RunCommand(const std::vector<std::string>& arguments, Streams& streams);

}  // namespace dap::ctl

#endif  // DAP_TOOLS_DAPCTL_COMMANDS_H_
