// The mail server of tools/, as a process of a test's own.
#ifndef DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SINK_H_
#define DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SINK_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace dap::notification::testing {

// Runs tools/smtp_sink.py on a free port; ends it, and removes its folder, when this ends. What
// can't be started ends the program with a message. Not thread-safe.
class Sink {
 public:
  Sink();
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  const std::string& url() const { return url_; }
  // The e-mails it took, oldest first, with its X-Envelope-* headers.
  std::vector<std::string> mails() const;

 private:
  std::string folder_;
  std::string url_;
  pid_t pid_ = 0;
};

}  // namespace dap::notification::testing

#endif  // DAP_SERVICES_NOTIFICATION_SMTP_TESTING_SINK_H_
