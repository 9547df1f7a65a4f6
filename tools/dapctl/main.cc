// dapctl: the command line of the Digital Action Plan. `dapctl help` lists its commands.
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "tools/dapctl/commands.h"

int main(int argc, char** argv) {
  dap::ctl::Streams streams{STDIN_FILENO, std::cout, std::cerr, isatty(STDERR_FILENO) != 0};
  return dap::ctl::RunCommand(std::vector<std::string>(argv + 1, argv + argc), streams);
}
