// A server written in Python, as a process of a test's own.
#ifndef DAP_SERVICES_NOTIFICATION_SMTP_TESTING_PYTHON_SERVER_H_
#define DAP_SERVICES_NOTIFICATION_SMTP_TESTING_PYTHON_SERVER_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace dap::notification::testing {

// Runs a script with Debian's Python until this ends. The script's first line on standard output is
// "listening on host:port". One that does not start ends the program with a message. Not
// thread-safe.
class PythonServer {
 public:
  PythonServer(const std::string& script, const std::vector<std::string>& arguments);
  ~PythonServer();
  PythonServer(const PythonServer&) = delete;
  PythonServer& operator=(const PythonServer&) = delete;

  // "host:port".
  const std::string& address() const { return address_; }

 private:
  pid_t pid_ = 0;
  std::string address_;
};

}  // namespace dap::notification::testing

#endif  // DAP_SERVICES_NOTIFICATION_SMTP_TESTING_PYTHON_SERVER_H_
