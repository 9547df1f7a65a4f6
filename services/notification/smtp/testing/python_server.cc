#include "services/notification/smtp/testing/python_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/match.h"

namespace dap::notification::testing {
namespace {

[[noreturn]] void Give(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

PythonServer::PythonServer(const std::string& script, const std::vector<std::string>& arguments) {
  // By its whole path, also as its own name: Python looks for its modules from there.
  std::vector<std::string> words = {"/usr/bin/python3", script};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) Give("pipe2");
  pid_ = fork();
  if (pid_ < 0) Give("fork");
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    execv(pointers.front(), pointers.data());
    _exit(127);
  }
  close(out[1]);
  std::string line;
  for (char c; read(out[0], &c, 1) == 1 && c != '\n';) line.push_back(c);
  close(out[0]);
  if (!absl::StartsWith(line, "listening on ")) Give("a mail server of the tests did not start");
  address_ = line.substr(line.rfind(' ') + 1);
}

PythonServer::~PythonServer() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

}  // namespace dap::notification::testing
