// The mail server of tools/, as a process of a test's own.
#ifndef DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SINK_H_
#define DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SINK_H_

#include <memory>
#include <string>
#include <vector>

#include "services/notification/smtp/testing/python_server.h"

namespace dap::notification::testing {

// Runs tools/smtp_sink.py on a free port; ends it, and removes its folder, when this ends. Not
// thread-safe.
class Sink {
 public:
  Sink();
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  std::string url() const { return "smtp://" + server_->address(); }
  // The e-mails it took, oldest first, with its X-Envelope-* headers.
  std::vector<std::string> mails() const;

 private:
  std::string folder_;
  std::unique_ptr<PythonServer> server_;
};

}  // namespace dap::notification::testing

#endif  // DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SINK_H_
